//! What holds for every text, tried with many.

mod dotenv;
mod url;
mod values;
