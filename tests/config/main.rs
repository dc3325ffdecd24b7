//! Loading: values, sources and their order, names, profiles, and what is reported when it is refused.

mod checks;
mod corpus;
mod dotenv;
mod events;
mod files;
mod hostile;
mod names;
#[cfg(unix)]
mod pipes;
#[cfg(unix)]
mod places;
mod precedence;
mod process;
mod profile;
mod report;
mod rules;
mod service;
mod values;
