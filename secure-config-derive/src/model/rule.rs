//! Rules that go into the descriptor.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::literal::{self, Literal};
use crate::ast::AstField;
use crate::ctxt::Ctxt;
use crate::names;
use crate::source::source;

/// A variant of the library's `Rule`, without the `Rule::`.
pub(crate) struct Rule(pub(crate) TokenStream);

/// The rules of a field, except its range.
pub(super) fn rules(field: &AstField<'_>, siblings: &[AstField<'_>], ctxt: &Ctxt) -> Vec<Rule> {
    let name = names::unraw(field.ident);
    let mut rules = Vec::new();
    let mut purpose = names::purpose(&name);
    for attr in field.attrs.iter() {
        let rule = match attr.name.to_string().as_str() {
            "at_most" => at_most(attr, &name, siblings, ctxt).map(|field| {
                let field = names::unraw(field.ident);
                quote!(AtMost(#field))
            }),
            "delimiter" => {
                let delimiter = delimiter(attr);
                if delimiter.is_none() {
                    ctxt.error(
                        attr.tokens(),
                        "`delimiter` takes one character: `delimiter = ';'`",
                    );
                }
                delimiter.map(|delimiter| quote!(Delimiter(#delimiter)))
            }
            "differs_from" => {
                let fields = differs_from(attr, &name, siblings, ctxt);
                let fields = fields.iter().map(|(_, field)| names::unraw(field.ident));
                Some(quote!(DiffersFrom(&[#(#fields),*])))
            }
            "encoding" => one_word(
                attr,
                &[("hex", "Hex"), ("base64", "Base64"), ("base64url", "Base64Url")],
                ctxt,
            )
            .map(|encoding| quote!(Encoding(__private::Encoding::#encoding))),
            "generate_in_dev" => Some(quote!(GenerateInDev)),
            "in_production" => {
                let text = attr.value.as_ref().map(source).unwrap_or_default();
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
            "needs_restart" => Some(quote!(NeedsRestart)),
            "one_of" => list(attr, ctxt).map(|texts| quote!(OneOf(&[#(#texts),*]))),
            "reject" => list(attr, ctxt).map(|texts| quote!(Reject(&[#(#texts),*]))),
            "validate" => {
                let text = attr.value.as_ref().map(source).unwrap_or_default();
                Some(quote!(Validate(#text)))
            }
            _ => None,
        };
        rules.extend(rule.map(Rule));
    }
    if purpose != "Key" {
        let purpose = format_ident!("{purpose}");
        rules.push(Rule(quote!(Purpose(__private::Purpose::#purpose))));
    }
    if names::says_secret(&name) {
        rules.push(Rule(quote!(Sensitive)));
    }
    rules
}

/// Returns the character of `delimiter = ';'`.
pub(super) fn delimiter(attr: &crate::attr::Attr) -> Option<char> {
    let text = Literal::of(attr.value.as_ref()?)?.text();
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

fn list(attr: &crate::attr::Attr, ctxt: &Ctxt) -> Option<Vec<String>> {
    Some(
        literal::texts(attr, ctxt)?
            .into_iter()
            .map(|(text, _)| text)
            .collect(),
    )
}

/// Returns the variant of a word.
fn one_word(attr: &crate::attr::Attr, words: &[(&str, &str)], ctxt: &Ctxt) -> Option<syn::Ident> {
    let known = || words.iter().map(|(word, _)| *word);
    let Some(text) = literal::plain_text_of(attr) else {
        let known: Vec<_> = known().map(|word| format!("\"{word}\"")).collect();
        ctxt.error(
            attr.tokens(),
            format!("`{}` is one of {}", attr.name, known.join(", ")),
        );
        return None;
    };
    if let Some((_, variant)) = words.iter().find(|(word, _)| *word == text) {
        return Some(format_ident!("{variant}"));
    }
    let hint = match names::did_you_mean(&text, known()) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => format!("; known are {}", known().collect::<Vec<_>>().join(", ")),
    };
    ctxt.error(attr.tokens(), format!("unknown {} `{text}`{hint}", attr.name));
    None
}

/// The fields that `differs_from` names, each with the place it is named at; mistakes go to `ctxt`.
pub(super) fn differs_from<'a>(
    attr: &'a crate::attr::Attr,
    own: &str,
    siblings: &'a [AstField<'a>],
    ctxt: &Ctxt,
) -> Vec<(&'a syn::Expr, &'a AstField<'a>)> {
    let items: Vec<&syn::Expr> = match attr.value.as_ref().map(literal::ungrouped) {
        Some(syn::Expr::Array(array)) => array.elems.iter().collect(),
        Some(one) => vec![one],
        None => Vec::new(),
    };
    let takes = "`differs_from` takes fields: `differs_from = other_field`";
    let itself = "a secret cannot differ from itself";
    let field = |item| Some((item, sibling(item, own, siblings, [takes, itself], ctxt)?));
    items.into_iter().filter_map(field).collect()
}

/// The field that `at_most` names; mistakes go to `ctxt`.
pub(super) fn at_most<'a>(
    attr: &crate::attr::Attr,
    own: &str,
    siblings: &'a [AstField<'a>],
    ctxt: &Ctxt,
) -> Option<&'a AstField<'a>> {
    let takes = "`at_most` takes a field: `at_most = other_field`; for a number say `range = ..=100`";
    let itself = "a field is never more than itself";
    let item = attr.value.as_ref()?;
    let field = sibling(item, own, siblings, [takes, itself], ctxt)?;
    if field.attrs.get("nested").is_some() {
        let name = names::unraw(field.ident);
        ctxt.error(
            item,
            format!("`{name}` is nested: only single values are compared"),
        );
        return None;
    }
    Some(field)
}

/// Returns the other field of the struct that an expression names. Mistakes go to `ctxt`, with a message for an expression that does not
/// name a field and one for the field itself.
pub(super) fn sibling<'a>(
    item: &syn::Expr,
    own: &str,
    siblings: &'a [AstField<'a>],
    [no_field, itself]: [&str; 2],
    ctxt: &Ctxt,
) -> Option<&'a AstField<'a>> {
    let named = match literal::ungrouped(item) {
        syn::Expr::Path(path) => path.path.get_ident().map(names::unraw),
        _ => None,
    };
    let Some(named) = named else {
        ctxt.error(item, no_field);
        return None;
    };
    if named == own {
        ctxt.error(item, itself);
        return None;
    }
    let found = siblings.iter().find(|field| names::unraw(field.ident) == named);
    if found.is_none() {
        let others: Vec<String> = siblings.iter().map(|field| names::unraw(field.ident)).collect();
        let others = others.iter().map(String::as_str).filter(|name| *name != own);
        let hint = names::did_you_mean(&named, others).map(|meant| format!("; did you mean `{meant}`?"));
        let hint = hint.unwrap_or_default();
        ctxt.error(item, format!("no field `{named}` in this struct{hint}"));
    }
    found
}
