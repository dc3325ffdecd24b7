//! Rules that go into the descriptor, and demands that the compiler checks, since it knows the type.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;

use super::literal::{self, Literal};
use crate::ast::AstField;
use crate::ctxt::Ctxt;
use crate::names;
use crate::ty;

/// A variant of the library's `Rule`, without the `Rule::`.
pub(crate) struct Rule(pub(crate) TokenStream);

/// Something the type must be, or the build fails with a message at a place.
pub(crate) struct Demand {
    /// A condition on `SHAPE`.
    pub(crate) holds: TokenStream,
    pub(crate) message: String,
    pub(crate) span: Span,
}

/// The rules of a field, except its range.
pub(super) fn rules(field: &AstField<'_>, siblings: &[String], ctxt: &Ctxt) -> Vec<Rule> {
    let name = names::unraw(field.ident);
    let mut rules = Vec::new();
    let mut purpose = names::purpose(&name);
    for attr in field.attrs.iter() {
        let rule = match attr.name.to_string().as_str() {
            "delimiter" => match attr
                .value
                .as_ref()
                .and_then(Literal::of)
                .map(|literal| literal.text())
            {
                Some(text) if text.chars().count() == 1 => {
                    let delimiter = text.chars().next();
                    delimiter.map(|delimiter| quote!(Delimiter(#delimiter)))
                }
                _ => {
                    ctxt.error(
                        attr.tokens(),
                        "`delimiter` takes one character: `delimiter = ';'`",
                    );
                    None
                }
            },
            "differs_from" => differs_from(attr, &name, siblings, ctxt),
            "encoding" => one_word(
                attr,
                &[("hex", "Hex"), ("base64", "Base64"), ("base64url", "Base64Url")],
                ctxt,
            )
            .map(|encoding| quote!(Encoding(Encoding::#encoding))),
            "generate_in_dev" => Some(quote!(GenerateInDev)),
            "in_production" => {
                let text = attr.value.as_ref().map(literal::source).unwrap_or_default();
                Some(quote!(InProduction(#text)))
            }
            "kind" => {
                let kinds = [
                    ("key", "Key"),
                    ("passphrase", "Passphrase"),
                    ("password", "Password"),
                    ("token", "Token"),
                ];
                if let Some(kind) = one_word(attr, &kinds, ctxt) {
                    purpose = kinds
                        .iter()
                        .find(|(_, variant)| kind == variant)
                        .map_or(purpose, |(_, variant)| variant);
                }
                None
            }
            "len" => literal::number(attr, ctxt).map(|bytes| quote!(Len(#bytes))),
            "max_len" => literal::number(attr, ctxt).map(|bytes| quote!(MaxLen(#bytes))),
            "min_len" => literal::number(attr, ctxt).map(|bytes| quote!(MinLen(#bytes))),
            "min_bits" => literal::number(attr, ctxt).and_then(|bits| {
                let bits = u32::try_from(bits).ok().filter(|bits| *bits <= 4096);
                if bits.is_none() {
                    ctxt.error(attr.tokens(), "`min_bits` is at most 4096");
                }
                bits.map(|bits| quote!(MinBits(#bits)))
            }),
            "one_of" => list(attr, ctxt).map(|texts| quote!(OneOf(&[#(#texts),*]))),
            "reject" => list(attr, ctxt).map(|texts| quote!(Reject(&[#(#texts),*]))),
            "validate" => {
                let text = attr.value.as_ref().map(literal::source).unwrap_or_default();
                Some(quote!(Validate(#text)))
            }
            _ => None,
        };
        rules.extend(rule.map(Rule));
    }
    if purpose != "Key" {
        let purpose = format_ident!("{purpose}");
        rules.push(Rule(quote!(Purpose(Purpose::#purpose))));
    }
    if names::says_secret(&name) {
        rules.push(Rule(quote!(Sensitive)));
    }
    rules
}

fn list(attr: &crate::attr::Attr, ctxt: &Ctxt) -> Option<Vec<String>> {
    Some(
        literal::texts(attr, ctxt)?
            .into_iter()
            .map(|(text, _)| text)
            .collect(),
    )
}

/// The variant that a word stands for.
fn one_word(attr: &crate::attr::Attr, words: &[(&str, &str)], ctxt: &Ctxt) -> Option<syn::Ident> {
    let text = literal::text(attr, ctxt)?;
    if let Some((_, variant)) = words.iter().find(|(word, _)| *word == text) {
        return Some(format_ident!("{variant}"));
    }
    let known = || words.iter().map(|(word, _)| *word);
    let hint = match names::did_you_mean(&text, known()) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => format!("; known are {}", known().collect::<Vec<_>>().join(", ")),
    };
    ctxt.error(attr.tokens(), format!("unknown {} `{text}`{hint}", attr.name));
    None
}

fn differs_from(
    attr: &crate::attr::Attr,
    own: &str,
    siblings: &[String],
    ctxt: &Ctxt,
) -> Option<TokenStream> {
    let items: Vec<&syn::Expr> = match literal::ungrouped(attr.value.as_ref()?) {
        syn::Expr::Array(array) => array.elems.iter().collect(),
        one => vec![one],
    };
    let mut fields = Vec::new();
    for item in items {
        let field = match item {
            syn::Expr::Path(path) => path.path.get_ident().map(names::unraw),
            _ => None,
        };
        let Some(field) = field else {
            ctxt.error(item, "`differs_from` takes fields: `differs_from = other_field`");
            return None;
        };
        if field == own {
            ctxt.error(item, "a secret cannot differ from itself");
        } else if !siblings.contains(&field) {
            let meant = names::did_you_mean(
                &field,
                siblings.iter().map(String::as_str).filter(|name| *name != own),
            );
            let hint = meant
                .map(|meant| format!("; did you mean `{meant}`?"))
                .unwrap_or_default();
            ctxt.error(item, format!("no field `{field}` in this struct{hint}"));
        }
        fields.push(field);
    }
    Some(quote!(DiffersFrom(&[#(#fields),*])))
}

/// What the type must be for the attributes to make sense.
pub(super) fn demands(field: &AstField<'_>) -> Vec<Demand> {
    let name = names::unraw(field.ident);
    let mut demands = Vec::new();
    let mut demand = |holds: TokenStream, message: String, span: Span| {
        demands.push(Demand { holds, message, span });
    };
    if names::says_secret(&name) && field.attrs.get("not_secret").is_none() {
        let message = format!(
            "`{name}` sounds like a secret, but its type shows what it holds: use `SecretString`, `SecretBytes` or \
             `SecretUrl`, or say `#[secure(not_secret)]`"
        );
        demand(quote!(!SHAPE.may_hold_secret()), message, field.ty.span());
    }
    let is_list = ty::is_list(field.ty);
    for attr in field.attrs.iter() {
        let name = attr.name.to_string();
        let span = attr.tokens().span();
        let (holds, message) = match name.as_str() {
            "default" => {
                demand(
                    quote!(!SHAPE.is_secret()),
                    "a secret has no default: everyone who reads the source would know it".into(),
                    span,
                );
                demand(
                    quote!(!SHAPE.optional || SHAPE.is_secret()),
                    "an `Option` is `None` when unset: leave out the default, or the `Option`".into(),
                    span,
                );
                if let Some(literal) = attr.value.as_ref().and_then(Literal::of) {
                    let (holds, message) = literal_demand(&literal);
                    demand(holds, message, span);
                }
                continue;
            }
            "not_secret" => (
                quote!(!SHAPE.is_secret()),
                "the type is a secret: leave `not_secret` out".to_owned(),
            ),
            "min_len" | "max_len" => (
                quote!(SHAPE.has_length()),
                format!("`{name}` counts the bytes of a text or a secret; for a number say `range = …`"),
            ),
            "len" => (
                quote!(SHAPE.is_secret_bytes()),
                "`len` counts decoded bytes: it is for `SecretBytes`".into(),
            ),
            "encoding" => (
                quote!(SHAPE.is_secret_bytes()),
                "`encoding` is for `SecretBytes`".into(),
            ),
            "generate_in_dev" => (
                quote!(SHAPE.is_secret() && !SHAPE.is_secret_url() && !SHAPE.optional),
                "`generate_in_dev` makes up a required `SecretString` or `SecretBytes`".into(),
            ),
            "min_bits" | "kind" | "reject" | "differs_from" => {
                (quote!(SHAPE.is_secret()), format!("`{name}` is for secrets"))
            }
            "range" => (quote!(SHAPE.is_number()), "`range` is for numbers".into()),
            "one_of" => (
                quote!(!SHAPE.is_secret()),
                "`one_of` would list secrets in the source: it is for plain values".into(),
            ),
            "in_production" => (
                quote!(!SHAPE.is_secret()),
                "`in_production` would write a secret into the source: it is for plain values".into(),
            ),
            "delimiter" => (quote!(SHAPE.list || #is_list), "`delimiter` is for lists".into()),
            "parse" => (
                quote!(!SHAPE.is_secret()),
                "a secret does not pass through functions of the service: leave `parse` out, use `validate`"
                    .into(),
            ),
            _ => continue,
        };
        demand(holds, message, span);
    }
    demands
}

/// What the type must be for a literal default.
fn literal_demand(literal: &Literal) -> (TokenStream, String) {
    let text = literal.text();
    match literal {
        Literal::Text(_) => (quote!(true), String::new()),
        Literal::Int(number) => {
            let number = proc_macro2::Literal::i128_suffixed(*number).to_token_stream();
            (
                quote!(SHAPE.takes_int(#number)),
                format!("`{text}` is no value of this type"),
            )
        }
        Literal::Float(_) => (
            quote!(SHAPE.takes_float()),
            format!("`{text}` is no value of this type"),
        ),
        Literal::Bool(_) => (
            quote!(SHAPE.takes_bool()),
            format!("`{text}` is no value of this type"),
        ),
        Literal::Char(_) => (
            quote!(SHAPE.takes_char()),
            format!("`{text}` is no value of this type"),
        ),
    }
}
