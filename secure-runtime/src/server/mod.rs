//! Accepts, secures and drains connections.
