//! Decisions: everything the code needs to know, checked. A `Model` can only be had from a sound struct.

mod field;
mod literal;
mod range;
mod rule;

use proc_macro2::TokenStream;
use syn::{Generics, Ident, Path};

use crate::ast::Ast;
use crate::ctxt::Ctxt;
use crate::names;

pub(crate) use field::{Default, FieldModel, Read};

/// A struct that can be loaded.
pub(crate) struct Model<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) doc: &'a str,
    pub(crate) prefix: String,
    pub(crate) erase_env: bool,
    pub(crate) fields: Vec<FieldModel<'a>>,
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
        let idents: Vec<String> = ast.fields.iter().map(|field| names::unraw(field.ident)).collect();
        let fields: Vec<_> = ast
            .fields
            .iter()
            .map(|field| FieldModel::of(field, ast.generics, &idents, ctxt))
            .collect();
        check_names(&fields, ctxt);
        Self {
            ident: ast.ident,
            generics: ast.generics,
            doc: &ast.doc,
            prefix,
            erase_env: ast.attrs.get("erase_env").is_some(),
            fields,
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

/// Two fields that read one name; `X_FILE` is read for every `X`.
fn check_names(fields: &[FieldModel<'_>], ctxt: &Ctxt) {
    let mut seen: Vec<(String, &FieldModel<'_>)> = Vec::new();
    for field in fields.iter().filter(|field| !matches!(field.read, Read::Nested)) {
        for (name, tokens) in &field.names {
            for name in [name.clone(), format!("{name}_FILE")] {
                let twin = seen.iter().find(|(other, reader)| {
                    *other == name && reader.absolute == field.absolute && !std::ptr::eq(*reader, field)
                });
                if let Some((_, twin)) = twin {
                    ctxt.error(
                        tokens,
                        format!("`{name}` is read by `{}`, too", names::unraw(twin.ident)),
                    );
                }
                seen.push((name, field));
            }
        }
    }
}
