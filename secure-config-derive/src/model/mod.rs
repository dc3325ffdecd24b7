//! Decisions: everything the code needs to know, checked. A `Model` can only be had from a sound struct.

mod check;
mod demand;
mod field;
mod literal;
mod range;
mod rule;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Generics, Ident, Path};

use crate::ast::Ast;
use crate::attr::Attr;
use crate::ctxt::Ctxt;
use crate::names;

pub(crate) use check::Check;
pub(crate) use demand::Demand;
pub(crate) use field::{Default, FieldModel, Read};

/// A struct that can be loaded.
pub(crate) struct Model<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) doc: &'a str,
    pub(crate) prefix: String,
    pub(crate) erase_env: bool,
    pub(crate) fields: Vec<FieldModel<'a>>,
    pub(crate) checks: Vec<Check>,
}

impl<'a> Model<'a> {
    /// Decides; mistakes go to `ctxt`, and the model is then good for nothing but showing more of them.
    pub(crate) fn of(ast: &'a Ast<'a>, ctxt: &Ctxt) -> Self {
        let prefix = ast
            .attrs
            .get("prefix")
            .and_then(|attr| literal::text(attr, ctxt).map(|text| (attr, text)));
        let prefix = prefix.map_or_else(String::new, |(attr, text)| {
            check_prefix(&text, attr.tokens(), ctxt);
            text
        });
        let mut fields: Vec<_> = ast
            .fields
            .iter()
            .map(|field| FieldModel::of(field, &ast.fields, ast.generics, ctxt))
            .collect();
        check_names(&fields, ctxt);
        if let Some(attr) = ast.attrs.get("prefix").filter(|_| !prefix.is_empty()) {
            check_prefix_is_used(attr, &mut fields, ctxt);
        }
        Self {
            ident: ast.ident,
            generics: ast.generics,
            doc: &ast.doc,
            prefix,
            erase_env: ast.attrs.get("erase_env").is_some(),
            fields,
            checks: check::checks(ast, ctxt),
        }
    }
}

/// The path of the library, as the struct's `crate = …` says.
pub(crate) fn library(ast: Option<&Ast<'_>>, ctxt: &Ctxt) -> Path {
    let stated = ast
        .and_then(|ast| ast.attrs.get("crate"))
        .and_then(|attr| literal::path(attr, ctxt));
    stated.unwrap_or_else(|| syn::parse_quote!(::secure_config))
}

fn check_prefix(text: &str, tokens: TokenStream, ctxt: &Ctxt) {
    if !names::is_prefix(text) {
        ctxt.error(
            tokens,
            "a prefix is made of letters, digits and `_`, and does not begin with a digit",
        );
    }
}

/// Reports a prefix that no variable begins with, because every field states its whole name.
fn check_prefix_is_used(attr: &Attr, fields: &mut [FieldModel<'_>], ctxt: &Ctxt) {
    const UNUSED: &str =
        "no variable begins with this prefix, since `env` states whole names: leave out the prefix, or `env`";
    let is_nested = |field: &FieldModel<'_>| matches!(field.read, Read::Nested);
    if fields.iter().any(|field| !is_nested(field) && !field.absolute) {
        return;
    }
    // Nested structs are not visible here: the compiler checks them.
    let types: Vec<&syn::Type> = fields
        .iter()
        .filter(|field| is_nested(field))
        .map(|field| field.ty)
        .collect();
    let holds = quote!(false #(|| __private::Probe::<#types>::NESTED.takes_prefix())*);
    match fields.iter_mut().find(|field| matches!(field.read, Read::Nested)) {
        Some(field) if !field.is_generic => field.demands.push(Demand {
            holds,
            message: UNUSED.to_token_stream(),
            at: attr.tokens(),
        }),
        Some(_) => {}
        None => ctxt.error(attr.tokens(), UNUSED),
    }
}

/// Two fields that read one name; `X_FILE` is read for every `X`.
fn check_names(fields: &[FieldModel<'_>], ctxt: &Ctxt) {
    const FILE: &str = "_FILE";
    let fields = || fields.iter().filter(|field| !matches!(field.read, Read::Nested));
    for (index, field) in fields().enumerate() {
        for (name, tokens) in &field.names {
            let clash = fields()
                .take(index)
                .filter(|other| other.absolute == field.absolute)
                .find_map(|other| {
                    let other_names = || other.names.iter().map(|(name, _)| name.as_str());
                    let reader = names::unraw(other.ident);
                    if other_names().any(|other| other == name) {
                        Some(format!(
                            "`{name}` is read by `{reader}`, too: one name, one field"
                        ))
                    } else if other_names().any(|other| name.strip_suffix(FILE) == Some(other)) {
                        Some(format!("`{name}` names a file for `{reader}` already"))
                    } else {
                        let is_file = |other: &str| other.strip_suffix(FILE) == Some(name);
                        let theirs = other_names().find(|other| is_file(other))?;
                        Some(format!(
                            "`{theirs}` would name a file for `{name}`, and `{reader}` reads it"
                        ))
                    }
                });
            if let Some(clash) = clash {
                ctxt.error(tokens, clash);
            }
        }
    }
}
