//! Demands that only the compiler can check, since it knows the type.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Generics, Type};

use super::literal::Literal;
use super::{range, rule};
use crate::ast::AstField;
use crate::attr::Attr;
use crate::ctxt::Ctxt;
use crate::names;
use crate::ty;

/// Something the type must be, or the build fails with a message at a place.
pub(crate) struct Demand {
    /// A condition on `SHAPE`, the shape of the field.
    pub(crate) holds: TokenStream,
    pub(crate) message: String,
    /// The tokens that are wrong if it does not hold.
    pub(crate) at: TokenStream,
}

/// What the type must be for the attributes to make sense. Of a type with a parameter nothing is known here.
pub(super) fn demands(field: &AstField<'_>, siblings: &[AstField<'_>], generics: &Generics) -> Vec<Demand> {
    let mut demands = Vec::new();
    if ty::mentions(field.ty, generics) {
        return demands;
    }
    let name = names::unraw(field.ident);
    let mut demand = |holds: TokenStream, message: &str, at: TokenStream| {
        let message = message.to_owned();
        demands.push(Demand { holds, message, at });
    };
    if names::says_secret(&name) && field.attrs.get("not_secret").is_none() {
        let message = format!(
            "the name `{name}` says that this is a secret, but its type would show it: use `SecretString`, \
             `SecretBytes` or `SecretUrl`, or say `#[secure(not_secret)]` if it is none"
        );
        demand(
            quote!(!SHAPE.may_hold_secret()),
            &message,
            field.ty.to_token_stream(),
        );
    }
    let parsed = field.attrs.get("parse").is_some();
    if ty::is_list(field.ty) && !parsed {
        let message =
            "a list holds single values: for a list of lists or of options say `#[secure(parse = path)]`";
        let flat = !ty::is_list_of_lists(field.ty);
        demand(
            quote!(#flat && SHAPE.is_flat()),
            message,
            field.ty.to_token_stream(),
        );
    }
    for attr in field.attrs.iter() {
        match attr.name.to_string().as_str() {
            "default" => of_default(field.ty, attr, &mut demand),
            "range" => of_range(field.ty, attr, &mut demand),
            "at_most" => {
                demand(
                    quote!(!SHAPE.is_secret() && !SHAPE.list),
                    "`at_most` compares plain single values",
                    attr.tokens(),
                );
                of_greater(attr, &name, siblings, generics, &mut demand);
            }
            "differs_from" => {
                demand(
                    quote!(SHAPE.is_secret()),
                    "`differs_from` is for secrets",
                    attr.tokens(),
                );
                of_siblings(attr, &name, siblings, generics, &mut demand);
            }
            name => {
                if let Some((holds, message)) = of_attribute(name, ty::is_list(field.ty)) {
                    demand(holds, &message, attr.tokens());
                }
            }
        }
    }
    demands
}

/// What an attribute asks of the type, whatever its value is.
fn of_attribute(name: &str, spelled_list: bool) -> Option<(TokenStream, String)> {
    let (holds, message) = match name {
        "not_secret" => (
            quote!(!SHAPE.is_secret()),
            "the type is a secret: leave `not_secret` out",
        ),
        "min_len" | "max_len" => {
            let message =
                format!("`{name}` counts the bytes of a text or a secret; for a number say `range = …`");
            return Some((quote!(SHAPE.has_length()), message));
        }
        "min_bits" | "kind" | "reject" => {
            return Some((quote!(SHAPE.is_secret()), format!("`{name}` is for secrets")));
        }
        "len" => (
            quote!(SHAPE.is_secret_bytes()),
            "`len` counts decoded bytes: it is for `SecretBytes`; for others say `min_len` and `max_len`",
        ),
        "encoding" => (
            quote!(SHAPE.is_secret_bytes()),
            "`encoding` says how a variable spells bytes: it is for `SecretBytes`",
        ),
        "generate_in_dev" => (
            quote!(SHAPE.is_secret() && !SHAPE.is_secret_url() && !SHAPE.optional && !SHAPE.list),
            "`generate_in_dev` makes up one required `SecretString` or `SecretBytes`",
        ),
        "one_of" => (
            quote!(!SHAPE.is_secret()),
            "`one_of` would list secrets in the source: it is for plain values",
        ),
        "in_production" => (
            quote!(!SHAPE.is_secret()),
            "`in_production` would write a secret into the source: it is for plain values",
        ),
        "delimiter" => (quote!(SHAPE.list || #spelled_list), "`delimiter` is for lists"),
        "parse" => (
            quote!(!SHAPE.is_secret()),
            "a secret does not pass through functions of the service: leave `parse` out, use `validate`",
        ),
        _ => return None,
    };
    Some((holds, message.to_owned()))
}

type Note<'n> = &'n mut dyn FnMut(TokenStream, &str, TokenStream);

fn of_default(ty: &Type, attr: &Attr, demand: Note<'_>) {
    let message = "a secret has no default, since everyone who reads the source would know it: leave it out";
    demand(quote!(!SHAPE.is_secret()), message, attr.tokens());
    let message = "an `Option` is `None` when unset: leave out the default, or the `Option`";
    demand(
        quote!(!SHAPE.optional || SHAPE.is_secret()),
        message,
        attr.tokens(),
    );
    let Some(literal) = attr.value.as_ref().and_then(Literal::of) else {
        return;
    };
    // A secret and an `Option` have been told already.
    let takes = takes(&literal);
    let holds = quote!(SHAPE.is_secret() || SHAPE.optional || #takes);
    demand(holds, &no_value(&literal, ty), attr.tokens());
}

/// The ends of a range that are written out must be values of the type; others are cast.
fn of_range(ty: &Type, attr: &Attr, demand: Note<'_>) {
    demand(quote!(SHAPE.is_number()), "`range` is for numbers", attr.tokens());
    for end in attr.value.as_ref().into_iter().flat_map(range::ends) {
        if let Some(literal) = Literal::of(end) {
            let takes = takes(&literal);
            let holds = quote!(!SHAPE.is_number() || #takes);
            demand(holds, &no_value(&literal, ty), end.to_token_stream());
        }
    }
}

/// Only secrets are compared.
fn of_siblings(attr: &Attr, own: &str, siblings: &[AstField<'_>], generics: &Generics, demand: Note<'_>) {
    // Its mistakes are shown where the rule is made.
    let silent = Ctxt::new();
    let named = rule::differs_from(attr, own, siblings, &silent);
    let _ = silent.check();
    for (item, sibling) in named {
        if !ty::mentions(sibling.ty, generics) {
            let ty = sibling.ty;
            let message = format!(
                "`{}` is no secret, and only secrets are compared",
                names::unraw(sibling.ident)
            );
            let holds = quote!(!SHAPE.is_secret() || __private::Probe::<#ty>::SHAPE.is_secret());
            demand(holds, &message, item.to_token_stream());
        }
    }
}

/// A secret is not compared, since the outcome tells of it.
fn of_greater(attr: &Attr, own: &str, siblings: &[AstField<'_>], generics: &Generics, demand: Note<'_>) {
    // Its mistakes are shown where the rule is made.
    let silent = Ctxt::new();
    let named = rule::at_most(attr, own, siblings, &silent);
    let _ = silent.check();
    if let Some(sibling) = named.filter(|sibling| !ty::mentions(sibling.ty, generics)) {
        let ty = sibling.ty;
        let message = format!("`{}` is no plain single value", names::unraw(sibling.ident));
        // If the field itself cannot be compared, that is told already.
        let holds = quote! {
            SHAPE.is_secret() || SHAPE.list
                || (!__private::Probe::<#ty>::SHAPE.is_secret() && !__private::Probe::<#ty>::SHAPE.list)
        };
        demand(holds, &message, attr.tokens());
    }
}

/// The condition that the type has this literal for a value. A text is read at every load, as a variable's would be.
fn takes(literal: &Literal) -> TokenStream {
    match literal {
        Literal::Text(_) => quote!(true),
        Literal::Int(number) => {
            let number = proc_macro2::Literal::i128_suffixed(*number);
            quote!(SHAPE.takes_int(#number))
        }
        Literal::Float(_) => quote!(SHAPE.takes_float()),
        Literal::Bool(_) => quote!(SHAPE.takes_bool()),
        Literal::Char(_) => quote!(SHAPE.takes_char()),
    }
}

fn no_value(literal: &Literal, ty: &Type) -> String {
    let text = literal.text();
    match ty::name(ty).as_deref() {
        Some("Duration") => format!("`{text}` is no `Duration`: write it with its unit, such as \"{text}s\""),
        Some("String") => format!("`{text}` is no `String`: write \"{text}\""),
        Some(name) => format!("`{text}` is no value of `{name}`"),
        None => format!("`{text}` is no value of this type"),
    }
}
