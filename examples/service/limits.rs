//! How often clients may call, and how often for what is worth an attack.

use std::error::Error;

use http::Method;
use secure_runtime::limit::{LimitLayer, LimitSettings, Limits, Rule};

/// What a client may do where the operator says nothing. People point load generators at a demo; a service keeps the default.
const DEMO: &str = "100000/s burst 100000";

/// The operator's limits, and one of a route's own: who opens accounts without end gets around a limit for each account.
pub fn layer(settings: &LimitSettings) -> Result<LimitLayer, Box<dyn Error>> {
    let guests = Rule::per_client("guests", "10 per hour".parse()?)
        .method(Method::POST)
        .path("/guest");
    let mut settings = settings.clone();
    if settings.client == LimitSettings::default().client {
        settings.client = DEMO.parse()?;
    }
    Ok(Limits::from(&settings).rule(guests).build()?)
}
