//! How often clients may call, and how often for what is worth an attack.

use std::error::Error;

use http::Method;
use secure_runtime::limit::{LimitLayer, LimitSettings, Limits, Rule};

/// Accounts that a client opens: who opens them without end gets around a limit for each account.
pub const GUESTS: &str = "10 per hour";

/// The operator's limits, and one of a route's own, unless replicas share that: then the route asks.
pub fn layer(settings: &LimitSettings, are_shared: bool) -> Result<LimitLayer, Box<dyn Error>> {
    // People point load generators at a demo: alone, its clients have a limit if the operator names one. A service keeps the default.
    let limits = if !are_shared && *settings == LimitSettings::default() {
        Limits::new()
    } else {
        Limits::from(settings)
    };
    if are_shared {
        return Ok(limits.build()?);
    }
    let guests = Rule::per_client("guests", GUESTS.parse()?)
        .method(Method::POST)
        .path("/guest");
    Ok(limits.rule(guests).build()?)
}
