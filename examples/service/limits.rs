//! How often clients may call, and how often for what is worth an attack.

use std::error::Error;

use http::Method;
use secure_runtime::limit::{LimitLayer, LimitSettings, Limits, Rule};

/// The operator's limits, and one of a route's own: who opens accounts without end gets around a limit for each account.
pub fn layer(settings: &LimitSettings) -> Result<LimitLayer, Box<dyn Error>> {
    let guests = Rule::per_client("guests", "10 per hour".parse()?)
        .method(Method::POST)
        .path("/guest");
    // People point load generators at a demo: its clients have a limit if the operator names one. A service keeps the default.
    let limits = if *settings == LimitSettings::default() {
        Limits::new()
    } else {
        Limits::from(settings)
    };
    Ok(limits.rule(guests).build()?)
}
