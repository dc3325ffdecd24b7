//! The derive macro of `secure-config`.
//!
//! It works in stages, each with a type of its own: tokens become attributes (`attr`), attributes and fields become a picture of the
//! struct (`ast`), the picture becomes decisions (`model`), and decisions become code (`expand`). Every mistake is noted in a `ctxt`
//! on the way; if there was one, a `fallback` replaces the code, so that one mistake gives one error.
#![forbid(unsafe_code)]

mod ast;
mod attr;
mod ctxt;
mod doc;
mod expand;
mod fallback;
mod model;
mod names;
mod source;
mod ty;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Implements `SecureConfig` for a struct with named fields. The attributes are listed in the documentation of `secure_config`.
#[proc_macro_derive(SecureConfig, attributes(secure))]
pub fn derive_secure_config(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    expand::derive(&input).into()
}
