//! Answers whether the service lives, is ready and is well.
