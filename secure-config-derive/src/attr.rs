//! `#[secure(…)]`: tokens to named values, each with its place in the source.
//!
//! Nothing is judged here but the form: unknown names, names given twice, a value where there must be none.

use proc_macro2::{TokenStream, TokenTree};
use syn::meta::ParseNestedMeta;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Token};

use crate::ctxt::Ctxt;
use crate::names::did_you_mean;
use crate::source::source;

/// The attributes of a field, and whether they take a value.
const OF_FIELD: &[(&str, Takes)] = &[
    ("at_most", Takes::Value),
    ("default", Takes::Either),
    ("delimiter", Takes::Value),
    ("differs_from", Takes::Value),
    ("encoding", Takes::Value),
    ("env", Takes::Value),
    ("generate_in_dev", Takes::Nothing),
    ("in_production", Takes::Value),
    ("kind", Takes::Value),
    ("len", Takes::Value),
    ("max_len", Takes::Value),
    ("min_bits", Takes::Value),
    ("min_len", Takes::Value),
    ("needs_restart", Takes::Nothing),
    ("nested", Takes::Nothing),
    ("not_secret", Takes::Nothing),
    ("one_of", Takes::Value),
    ("parse", Takes::Value),
    ("prefix", Takes::Value),
    ("range", Takes::Value),
    ("reject", Takes::Value),
    ("validate", Takes::Value),
];

/// The attributes of a struct.
const OF_STRUCT: &[(&str, Takes)] = &[
    ("check", Takes::Value),
    ("crate", Takes::Value),
    ("erase_env", Takes::Nothing),
    ("prefix", Takes::Value),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    Value,
    Either,
}

/// One attribute: `name`, or `name = value`.
pub(crate) struct Attr {
    pub(crate) name: Ident,
    pub(crate) value: Option<Expr>,
}

impl Attr {
    /// Returns the tokens at which a mistake of the value is shown.
    pub(crate) fn tokens(&self) -> TokenStream {
        let name = &self.name;
        self.value
            .as_ref()
            .map_or_else(|| quote::quote!(#name), |value| quote::quote!(#value))
    }
}

/// Attributes that may be given several times.
const REPEATABLE: &[&str] = &["check"];

/// The attributes of a field or of a struct, each name once, except those of [`REPEATABLE`].
#[derive(Default)]
pub(crate) struct Attrs(Vec<Attr>);

impl Attrs {
    /// Those of a field.
    pub(crate) fn of_field(attributes: &[Attribute], ctxt: &Ctxt) -> Self {
        Self::read(attributes, OF_FIELD, OF_STRUCT, "to the struct, above it", ctxt)
    }

    /// Those of a struct.
    pub(crate) fn of_struct(attributes: &[Attribute], ctxt: &Ctxt) -> Self {
        Self::read(attributes, OF_STRUCT, OF_FIELD, "to a field", ctxt)
    }

    fn read(
        attributes: &[Attribute],
        known: &[(&str, Takes)],
        elsewhere: &[(&str, Takes)],
        where_else: &str,
        ctxt: &Ctxt,
    ) -> Self {
        let mut attrs = Self::default();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("secure"))
        {
            let read = attribute.parse_nested_meta(|meta| {
                if let Some(attr) = read_one(&meta, known, elsewhere, where_else, ctxt)? {
                    attrs.push(attr, ctxt);
                }
                Ok(())
            });
            if let Err(error) = read {
                ctxt.syn_error(error);
            }
        }
        attrs
    }

    fn push(&mut self, attr: Attr, ctxt: &Ctxt) {
        let name = attr.name.to_string();
        if self.get(&name).is_some() && !REPEATABLE.contains(&name.as_str()) {
            ctxt.error(&attr.name, format!("`{}` is given twice", attr.name));
        } else {
            self.0.push(attr);
        }
    }

    /// The attribute of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Attr> {
        self.0.iter().find(|attr| attr.name == name)
    }

    /// All of them, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Attr> {
        self.0.iter()
    }
}

fn read_one(
    meta: &ParseNestedMeta<'_>,
    known: &[(&str, Takes)],
    elsewhere: &[(&str, Takes)],
    where_else: &str,
    ctxt: &Ctxt,
) -> syn::Result<Option<Attr>> {
    let name = meta.path.get_ident().cloned();
    let text = name.as_ref().map(Ident::to_string).unwrap_or_default();
    let takes = known
        .iter()
        .find(|(known, _)| *known == text)
        .map(|(_, takes)| *takes);
    let (Some(name), Some(takes)) = (name, takes) else {
        skip_value(meta)?;
        let message = if elsewhere.iter().any(|(known, _)| *known == text) {
            format!("`{text}` belongs {where_else}")
        } else {
            unknown(&source(&meta.path), known)
        };
        ctxt.error(&meta.path, message);
        return Ok(None);
    };
    if !meta.input.peek(Token![=]) {
        if meta.input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in meta.input);
            let written = in_parentheses(&text, content.parse()?);
            ctxt.error(&name, format!("write `{name} = {written}`"));
            return Ok(None);
        }
        if takes == Takes::Value {
            ctxt.error(&name, format!("`{name}` needs a value: `{name} = …`"));
            return Ok(None);
        }
        return Ok(Some(Attr { name, value: None }));
    }
    let value: Expr = meta.value()?.parse()?;
    if takes == Takes::Nothing {
        ctxt.error(&value, format!("`{name}` takes no value"));
        return Ok(None);
    }
    Ok(Some(Attr {
        name,
        value: Some(value),
    }))
}

/// Returns the value in our form of an attribute that is written in parentheses, as other crates take it: `range(min = 1)`,
/// `one_of("a", "b")`.
fn in_parentheses(name: &str, content: TokenStream) -> String {
    let Ok(items) = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(content.clone()) else {
        return source(content);
    };
    // Other crates name the ends: `range(min = 1)`.
    let end = |names: &[&str]| {
        items.iter().find_map(|item| match item {
            Expr::Assign(pair) if names.contains(&source(&pair.left).as_str()) => Some(source(&pair.right)),
            _ => None,
        })
    };
    match (name, items.len()) {
        ("range", _) => {
            let (least, most) = (end(&["min", "start", "least"]), end(&["max", "end", "most"]));
            if least.is_some() || most.is_some() {
                let dots = if most.is_some() { "..=" } else { ".." };
                return [
                    least.unwrap_or_default(),
                    dots.to_owned(),
                    most.unwrap_or_default(),
                ]
                .concat();
            }
            match items.iter().map(source).collect::<Vec<_>>().as_slice() {
                [one] if one.contains("..") => one.clone(),
                [least, most] => format!("{least}..={most}"),
                _ => "1..=65535".to_owned(),
            }
        }
        (_, 0) => "…".to_owned(),
        (_, 1) => source(content),
        _ => format!("[{}]", source(content)),
    }
}

fn unknown(text: &str, known: &[(&str, Takes)]) -> String {
    // What people know it as from other crates.
    let alias = match text {
        "rename" | "name" | "var" => Some("env"),
        "secret" | "sensitive" => Some("not_secret"),
        "flatten" => Some("nested"),
        "restart" | "static" | "immutable" | "no_reload" => Some("needs_restart"),
        "min" | "max" => Some("range"),
        "separator" | "sep" => Some("delimiter"),
        "default_value" => Some("default"),
        "values" | "choices" | "possible_values" => Some("one_of"),
        "deserialize_with" | "with" | "from_str" => Some("parse"),
        _ => None,
    };
    let known = || known.iter().map(|(name, _)| *name);
    match alias
        .filter(|alias| known().any(|name| name == *alias))
        .or_else(|| did_you_mean(text, known()))
    {
        Some(meant) => format!("unknown attribute `{text}`; did you mean `{meant}`?"),
        None => format!(
            "unknown attribute `{text}`; known are {}",
            known().collect::<Vec<_>>().join(", ")
        ),
    }
}

/// Passes over the value of an attribute that is none, so that the next one is read, too.
fn skip_value(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<TokenTree>()?;
    }
    Ok(())
}
