//! Pools of sqlx.

mod backend;
mod error;
mod pool;

pub use backend::Backend;
pub use pool::SqlxPool;
