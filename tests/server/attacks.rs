//! Attacks, and the memory that they cost.
