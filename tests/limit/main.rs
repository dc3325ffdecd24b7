//! Limits hold, against callers who take pains to get around them.

mod answers;
mod clients;
mod flood;
mod handlers;
mod keys;
mod routes;
mod stacked;
mod support;
mod windows;
