//! What holds for every text, tried with many.

mod dotenv;
mod redact;
mod url;
mod values;
