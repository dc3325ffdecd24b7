//! Bodies that know when a client is too slow.

mod request;
mod response;

pub use self::request::{BodyError, RequestBody};
pub use self::response::ResponseBody;
