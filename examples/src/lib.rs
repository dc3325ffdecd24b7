//! The programs of this package are its binaries.
