//! Demands on types. Only the compiler can check them, because a macro sees spellings.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Generics, Type};

use super::literal::{self, Literal};
use super::{range, rule};
use crate::ast::AstField;
use crate::attr::Attr;
use crate::ctxt::Ctxt;
use crate::names;
use crate::source::source;
use crate::ty;

/// Something the type must be, or the build fails with a message at a place.
pub(crate) struct Demand {
    /// A condition on `SHAPE`, the shape of the field.
    pub(crate) holds: TokenStream,
    /// An expression that gives the message if the condition does not hold.
    pub(crate) message: TokenStream,
    /// The tokens that are wrong if it does not hold.
    pub(crate) at: TokenStream,
}

/// Returns the demand of a nested field's `prefix`: at least one variable begins with it.
pub(super) fn of_nested(field: &AstField<'_>) -> Vec<Demand> {
    let demand = |attr: &Attr| Demand {
        holds: quote!(SHAPE.takes_prefix()),
        message:
            "no variable of the struct takes a prefix, since `env` states whole names: leave out the prefix"
                .to_token_stream(),
        at: attr.tokens(),
    };
    let is_stated = |attr: &&Attr| literal::plain_text_of(attr).is_some_and(|text| !text.is_empty());
    field
        .attrs
        .get("prefix")
        .filter(is_stated)
        .map(demand)
        .into_iter()
        .collect()
}

/// Returns the demands of the field's name and attributes on its type.
pub(super) fn demands(field: &AstField<'_>, siblings: &[AstField<'_>], generics: &Generics) -> Vec<Demand> {
    let mut demands = Vec::new();
    let name = names::unraw(field.ident);
    let mut demand = |holds: TokenStream, message: &str, at: TokenStream| {
        let message = message.to_token_stream();
        demands.push(Demand { holds, message, at });
    };
    if names::says_secret(&name) && field.attrs.get("not_secret").is_none() {
        let message = format!(
            "the name `{name}` says that this is a secret, but its type would show it: use `SecretString`, \
             `SecretBytes` or `SecretUrl`, or say `#[secure(not_secret)]` if it is not one"
        );
        demand(
            quote!(!SHAPE.may_hold_secret()),
            &message,
            field.ty.to_token_stream(),
        );
    }
    let parsed = field.attrs.get("parse").is_some();
    if !parsed && (ty::is_list(field.ty) || !ty::is_plain(field.ty)) {
        let message = "a list holds single plain values, or secrets of one kind: for a list of lists, of options or of both say `#[secure(parse = path)]`";
        let flat = !ty::is_list_of_lists(field.ty);
        // A list of pairs is reported below.
        let is_map = (!ty::is_plain(field.ty)).then(|| quote!(__private::Probe::<__Type>::IS_MAP ||));
        demand(
            quote!(#is_map (#flat && SHAPE.is_flat())),
            message,
            field.ty.to_token_stream(),
        );
    }
    // A reference has been reported already.
    if !parsed && !ty::is_plain(field.ty) && ty::reference(field.ty).is_none() {
        // The leaf of an alias is not visible: the alias itself is checked.
        let (whole, leaf) = (no_text(&quote!(__Type)), no_text(&quote!(__Leaf)));
        demands.push(Demand {
            holds: quote!(#whole.is_empty()),
            message: whole.clone(),
            at: field.ty.to_token_stream(),
        });
        if !std::ptr::eq(ty::leaf(field.ty), field.ty) {
            demands.push(Demand {
                holds: quote!(!#whole.is_empty() || #leaf.is_empty()),
                message: leaf,
                at: field.ty.to_token_stream(),
            });
        }
    }
    let mut demand = |holds: TokenStream, message: &str, at: TokenStream| {
        let message = message.to_token_stream();
        demands.push(Demand { holds, message, at });
    };
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
                if let Some((holds, message)) = of_attribute(name) {
                    demand(holds, &message, attr.tokens());
                }
            }
        }
    }
    demands
}

/// Returns an expression that gives the reason why no text can make the type; an empty text if one may.
fn no_text(ty: &TokenStream) -> TokenStream {
    let probe = quote!(__private::Probe::<#ty>);
    quote! {
        __private::no_text([
            #probe::IS_MAP,
            #probe::IS_DOCUMENT,
            #probe::IS_COMPOSITE,
            #probe::IS_READ_BY_SERDE && #probe::NESTED.is_nested(),
            #probe::HOLDS_DATA && !#probe::IS_KNOWN && !#probe::IS_OPTION && !#probe::IS_PARSED && !#probe::IS_CONVERTED,
        ])
    }
}

/// Returns the demand of an attribute on the type, whatever its value is.
fn of_attribute(name: &str) -> Option<(TokenStream, String)> {
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
        "delimiter" => (quote!(SHAPE.list), "`delimiter` is for lists"),
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
    let Some(value) = &attr.value else { return };
    let items = literal::items(value).filter(|items| items.iter().all(|item| Literal::of(item).is_some()));
    let is_list = items.is_some();
    if is_list {
        let message = format!("`{}` is a list, and this type is one value", source(value));
        demand(
            quote!(SHAPE.is_secret() || SHAPE.optional || SHAPE.list),
            &message,
            attr.tokens(),
        );
    }
    for item in items.unwrap_or_else(|| vec![value]) {
        if let Some(literal) = Literal::of(item) {
            // A secret, an `Option` and a single value have been reported already.
            let takes = takes(&literal);
            let is_told = is_list.then(|| quote!(|| !SHAPE.list));
            let holds = quote!(SHAPE.is_secret() || SHAPE.optional #is_told || #takes);
            demand(holds, &no_value(&literal, ty::leaf(ty)), item.to_token_stream());
        }
    }
}

/// The ends of a range that are written out must be values of the type; others are cast.
fn of_range(ty: &Type, attr: &Attr, demand: Note<'_>) {
    demand(quote!(SHAPE.is_number()), "`range` is for numbers", attr.tokens());
    for end in attr.value.as_ref().into_iter().flat_map(range::ends) {
        if let Some(literal) = Literal::of(end) {
            let takes = takes(&literal);
            let holds = quote!(!SHAPE.is_number() || #takes);
            demand(holds, &no_value(&literal, ty::leaf(ty)), end.to_token_stream());
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
                "`{}` is not a secret, and only secrets are compared",
                names::unraw(sibling.ident)
            );
            let holds = quote!(!SHAPE.is_secret() || __private::Probe::<#ty>::SHAPE.is_secret());
            demand(holds, &message, item.to_token_stream());
        }
    }
}

/// Demands that neither field is a secret: the outcome of a comparison would reveal something about it.
fn of_greater(attr: &Attr, own: &str, siblings: &[AstField<'_>], generics: &Generics, demand: Note<'_>) {
    // Its mistakes are shown where the rule is made.
    let silent = Ctxt::new();
    let named = rule::at_most(attr, own, siblings, &silent);
    let _ = silent.check();
    if let Some(sibling) = named.filter(|sibling| !ty::mentions(sibling.ty, generics)) {
        let ty = sibling.ty;
        let message = format!("`{}` is not a plain single value", names::unraw(sibling.ident));
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
        Some("Duration") => {
            format!("`{text}` is not a `Duration`: write it with its unit, such as \"{text}s\"")
        }
        Some("String") => format!("`{text}` is not a `String`: write \"{text}\""),
        Some(name) => format!("`{text}` is not a value of `{name}`"),
        None => format!("`{text}` is not a value of this type"),
    }
}
