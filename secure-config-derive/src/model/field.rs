//! The decisions for one field.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Expr, Generics, Ident, Type};

use super::demand::{self, Demand};
use super::literal::{self, Literal};
use super::rule::{self, Rule};
use super::{check_prefix, range};
use crate::ast::AstField;
use crate::attr::{Attr, Attrs};
use crate::ctxt::Ctxt;
use crate::names;
use crate::source::source;
use crate::ty;

/// A field that can be loaded.
pub(crate) struct FieldModel<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) doc: &'a str,
    /// Set if its type depends on a parameter of the struct; it has no demands then.
    pub(crate) is_generic: bool,
    /// The names of its variable, or the one prefix of what is nested in it; each with the place that a mistake is shown at.
    pub(crate) names: Vec<(String, TokenStream)>,
    pub(crate) absolute: bool,
    pub(crate) read: Read,
    pub(crate) default: Option<Default>,
    pub(crate) rules: Vec<Rule>,
    /// Demands on its type.
    pub(crate) demands: Vec<Demand>,
    pub(crate) validate: Option<Expr>,
    pub(crate) in_production: Option<Expr>,
    /// The place among the fields of the one that must not be less, and the tokens that name it.
    pub(crate) at_most: Option<(usize, TokenStream)>,
}

/// The way a field is read.
pub(crate) enum Read {
    /// By its type.
    Value,
    /// By a function of the service.
    With(Expr),
    /// As a struct of its own.
    Nested,
}

/// The value of a field whose variable is not set.
pub(crate) enum Default {
    /// The `Default` of its type.
    Of,
    /// A text, read as the variable's would be.
    Text(String),
    /// The value of an expression.
    Code(Expr),
}

impl<'a> FieldModel<'a> {
    pub(super) fn of(
        field: &'a AstField<'a>,
        siblings: &[AstField<'_>],
        generics: &Generics,
        ctxt: &Ctxt,
    ) -> Self {
        let attrs = &field.attrs;
        check_combinations(attrs, ctxt);
        let read = if attrs.get("nested").is_some() {
            Read::Nested
        } else {
            match attrs.get("parse").and_then(|attr| literal::function(attr, ctxt)) {
                Some(function) => Read::With(function),
                None => Read::Value,
            }
        };
        if let Read::Value = read {
            if let Some(reference) = ty::reference(field.ty) {
                ctxt.error(
                reference,
                "what is loaded is owned: a `String` in place of a `&str`, or say `#[secure(parse = path)]`",
            );
            }
        }
        let (names, absolute) = names_of(field, &read, ctxt);
        let default = attrs.get("default").map(|attr| default_of(attr, field, ctxt));
        let mut rules = rule::rules(field, siblings, ctxt);
        if let Some(attr) = attrs.get("range") {
            if let Some(range) = range::of(attr, attrs.get("default"), ctxt) {
                rules.push(Rule(range));
            }
        }
        check_default_listed(attrs, ctxt);
        let is_generic = ty::mentions(field.ty, generics);
        let demands = match read {
            _ if is_generic => Vec::new(),
            Read::Nested => demand::of_nested(field),
            _ => demand::demands(field, siblings, generics),
        };
        Self {
            ident: field.ident,
            ty: field.ty,
            doc: &field.doc,
            is_generic,
            names,
            absolute,
            read,
            default,
            rules,
            demands,
            validate: attrs
                .get("validate")
                .and_then(|attr| literal::function(attr, ctxt)),
            in_production: attrs.get("in_production").and_then(|attr| attr.value.clone()),
            at_most: attrs.get("at_most").and_then(|attr| {
                // Its mistakes are shown where the rule is made.
                let silent = Ctxt::new();
                let other = rule::at_most(attr, &names::unraw(field.ident), siblings, &silent);
                let _ = silent.check();
                let other = other?.ident;
                let place = siblings.iter().position(|sibling| sibling.ident == other)?;
                Some((place, attr.tokens()))
            }),
        }
    }
}

fn names_of(field: &AstField<'_>, read: &Read, ctxt: &Ctxt) -> (Vec<(String, TokenStream)>, bool) {
    let own = field.ident.to_token_stream();
    if matches!(read, Read::Nested) {
        let prefix = field
            .attrs
            .get("prefix")
            .and_then(|attr| Some((literal::text(attr, ctxt)?, attr.tokens())));
        if let Some((text, tokens)) = &prefix {
            check_prefix(text, tokens.clone(), ctxt);
        }
        let prefix = prefix.unwrap_or_else(|| (format!("{}_", names::variable(field.ident)), own));
        return (vec![prefix], false);
    }
    let stated = field.attrs.get("env").and_then(|attr| literal::texts(attr, ctxt));
    for (name, tokens) in stated.iter().flatten() {
        if !names::is_variable(name) {
            ctxt.error(
                tokens,
                "a variable's name is made of letters, digits and `_`, and does not begin with a digit",
            );
        }
    }
    match stated {
        Some(names) => (names, true),
        None => {
            let name = names::variable(field.ident);
            if !names::is_variable(&name) {
                ctxt.error(
                    field.ident,
                    format!("`{name}` names no variable; say `#[secure(env = \"…\")]`"),
                );
            }
            (vec![(name, own)], false)
        }
    }
}

fn default_of(attr: &Attr, field: &AstField<'_>, ctxt: &Ctxt) -> Default {
    let Some(value) = &attr.value else {
        return Default::Of;
    };
    if let Some(literal) = Literal::of(value) {
        return Default::Text(literal.text());
    }
    // With `parse` the text is the function's to read.
    let items = literal::items(value).filter(|_| field.attrs.get("parse").is_none());
    match items.map(|items| {
        (
            items
                .iter()
                .map(|item| Literal::of(item))
                .collect::<Option<Vec<_>>>(),
            items,
        )
    }) {
        Some((Some(literals), items)) => {
            let delimiter = field
                .attrs
                .get("delimiter")
                .and_then(rule::delimiter)
                .unwrap_or(',');
            let texts: Vec<String> = literals.iter().map(Literal::text).collect();
            for (text, item) in texts.iter().zip(items) {
                if text.trim() != text || text.is_empty() || text.contains(delimiter) {
                    ctxt.error(
                        item,
                        format!("no item of a list is empty, has spaces at its ends, or holds `{delimiter}`: state another `delimiter`"),
                    );
                }
            }
            Default::Text(texts.join(&delimiter.to_string()))
        }
        Some((None, _)) if matches!(literal::ungrouped(value), Expr::Array(_)) => {
            let written = source(value);
            match ty::list_name(field.ty).as_deref() {
                Some("Vec") => ctxt.error(value, format!("write `default = vec!{written}`")),
                Some(
                    name @ ("VecDeque" | "LinkedList" | "BinaryHeap" | "HashSet" | "BTreeSet" | "Box" | "Rc"
                    | "Arc"),
                ) => {
                    ctxt.error(value, format!("write `default = {name}::from({written})`"));
                }
                _ => {}
            }
            Default::Code(value.clone())
        }
        _ => Default::Code(value.clone()),
    }
}

/// A default that its own list does not hold.
fn check_default_listed(attrs: &Attrs, ctxt: &Ctxt) {
    let (Some(default), Some(one_of)) = (attrs.get("default"), attrs.get("one_of")) else {
        return;
    };
    let Some(value) = &default.value else {
        return;
    };
    // Mistakes of the list itself are shown where the rule is made.
    let silent = Ctxt::new();
    let listed = literal::texts(one_of, &silent);
    let _ = silent.check();
    let Some(listed) = listed else { return };
    for item in literal::items(value).unwrap_or_else(|| vec![value]) {
        if Literal::of(item).is_some_and(|literal| !listed.iter().any(|(text, _)| *text == literal.text())) {
            ctxt.error(item, "the default is not in `one_of`");
        }
    }
}

/// Attributes that contradict each other, whatever the type is.
fn check_combinations(attrs: &Attrs, ctxt: &Ctxt) {
    const WITH_NESTED: [&str; 3] = ["needs_restart", "nested", "prefix"];
    const NOT_WITH_PARSE: [&str; 9] = [
        "range",
        "min_len",
        "max_len",
        "encoding",
        "len",
        "delimiter",
        "kind",
        "min_bits",
        "generate_in_dev",
    ];
    if attrs.get("nested").is_some() {
        for attr in attrs
            .iter()
            .filter(|attr| !WITH_NESTED.contains(&attr.name.to_string().as_str()))
        {
            ctxt.error(
                &attr.name,
                format!(
                    "`{}` has no meaning beside `nested`: say it in the nested struct",
                    attr.name
                ),
            );
        }
    } else if let Some(prefix) = attrs.get("prefix") {
        ctxt.error(
            &prefix.name,
            "`prefix` of a field needs `nested`; to rename the variable say `env = \"…\"`",
        );
    }
    if attrs.get("parse").is_some() {
        for name in NOT_WITH_PARSE {
            if let Some(attr) = attrs.get(name) {
                ctxt.error(
                    &attr.name,
                    format!(
                        "`{name}` has no meaning beside `parse`: check it in the function, or in `validate`"
                    ),
                );
            }
        }
    }
    for (one, other, why) in [
        ("len", "min_len", "`len` is exact: leave `min_len` out"),
        ("len", "max_len", "`len` is exact: leave `max_len` out"),
        (
            "one_of",
            "range",
            "`one_of` and `range` say the same twice: keep one",
        ),
        (
            "one_of",
            "min_len",
            "`one_of` lists whole texts: `min_len` adds nothing",
        ),
        (
            "one_of",
            "max_len",
            "`one_of` lists whole texts: `max_len` adds nothing",
        ),
    ] {
        if attrs.get(one).is_some() {
            if let Some(attr) = attrs.get(other) {
                ctxt.error(&attr.name, why);
            }
        }
    }
    let number = |name| {
        let silent = Ctxt::new();
        let number = attrs.get(name).and_then(|attr| literal::number(attr, &silent));
        let _ = silent.check();
        number
    };
    if let (Some(least), Some(most), Some(attr)) =
        (number("min_len"), number("max_len"), attrs.get("max_len"))
    {
        if least > most {
            ctxt.error(
                attr.tokens(),
                format!("`max_len` is less than `min_len`: nothing is from {least} to {most} bytes"),
            );
        }
    }
}

impl ToTokens for Default {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(match self {
            Self::Of => quote!(__private::Default::Code("Default::default()")),
            Self::Text(text) => quote!(__private::Default::Text(#text)),
            Self::Code(code) => {
                let written = source(code);
                quote!(__private::Default::Code(#written))
            }
        });
    }
}
