//! The `config` subcommand, driven from outside: in a directory of its own, with an empty environment.

mod check;
mod explain;
mod failures;
mod files;
mod flow;
mod generated;
mod grammar;
mod planted;
mod program;
mod rotate;
mod schema;
mod secrets;
mod settings;
mod template;
