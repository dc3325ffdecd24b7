//! Values of attributes, read from expressions; mistakes are reported at their place.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Expr, ExprLit, ExprUnary, Lit, Path, UnOp};

use crate::attr::Attr;
use crate::ctxt::Ctxt;

/// The text of `name = "…"`.
pub(super) fn text(attr: &Attr, ctxt: &Ctxt) -> Option<String> {
    let text = plain_text_of(attr);
    if text.is_none() {
        ctxt.error(
            attr.tokens(),
            format!("`{0}` takes a text: `{0} = \"…\"`", attr.name),
        );
    }
    text
}

/// The text of `name = "…"`, without a word about anything else.
pub(super) fn plain_text_of(attr: &Attr) -> Option<String> {
    match as_lit(attr.value.as_ref()?) {
        Some(Lit::Str(text)) => Some(text.value()),
        _ => None,
    }
}

/// The texts of `name = "…"` or `name = ["…", "…"]`, each with its place.
pub(super) fn texts(attr: &Attr, ctxt: &Ctxt) -> Option<Vec<(String, TokenStream)>> {
    let items: Vec<&Expr> = match ungrouped(attr.value.as_ref()?) {
        Expr::Array(array) => array.elems.iter().collect(),
        one => vec![one],
    };
    if items.is_empty() {
        ctxt.error(attr.tokens(), format!("`{}` is empty", attr.name));
        return None;
    }
    let mut texts: Vec<(String, TokenStream)> = Vec::new();
    for item in items {
        match plain_text(item) {
            Some(text) if texts.iter().any(|(seen, _)| *seen == text) => {
                ctxt.error(item, format!("`{text}` stands here twice"));
            }
            Some(text) => texts.push((text, item.to_token_stream())),
            None => {
                ctxt.error(
                    item,
                    format!("`{0}` takes a text, or a list of texts: `{0} = \"…\"`", attr.name),
                );
                return None;
            }
        }
    }
    Some(texts)
}

/// Returns the items of `[1, 2]` or `(1, 2)`.
pub(super) fn items(expr: &Expr) -> Option<Vec<&Expr>> {
    match ungrouped(expr) {
        Expr::Array(array) => Some(array.elems.iter().collect()),
        Expr::Tuple(tuple) => Some(tuple.elems.iter().collect()),
        _ => None,
    }
}

/// The number of `name = 32`.
pub(super) fn number(attr: &Attr, ctxt: &Ctxt) -> Option<usize> {
    if let Some(Lit::Int(number)) = as_lit(attr.value.as_ref()?) {
        if let Ok(number) = number.base10_parse() {
            return Some(number);
        }
    }
    ctxt.error(
        attr.tokens(),
        format!("`{}` takes a whole number: `{} = 32`", attr.name, attr.name),
    );
    None
}

/// The path of `name = a::b`, or of `name = "a::b"`.
pub(super) fn path(attr: &Attr, ctxt: &Ctxt) -> Option<Path> {
    match ungrouped(attr.value.as_ref()?) {
        Expr::Path(path) if path.attrs.is_empty() && path.qself.is_none() => return Some(path.path.clone()),
        Expr::Lit(ExprLit {
            lit: Lit::Str(text), ..
        }) => {
            if let Ok(path) = text.parse_with(Path::parse_mod_style) {
                return Some(path);
            }
        }
        _ => {}
    }
    ctxt.error(
        attr.tokens(),
        format!("`{}` takes a path: `{} = module::name`", attr.name, attr.name),
    );
    None
}

/// A function that is called: a path, or a closure.
pub(super) fn function(attr: &Attr, ctxt: &Ctxt) -> Option<Expr> {
    match ungrouped(attr.value.as_ref()?) {
        function @ (Expr::Path(_) | Expr::Closure(_)) => Some(function.clone()),
        _ => {
            ctxt.error(
                attr.tokens(),
                format!("`{}` takes a function: `{} = module::name`", attr.name, attr.name),
            );
            None
        }
    }
}

/// A literal as the value parser reads it.
pub(super) enum Literal {
    Text(String),
    Int(i128),
    Float(String),
    Bool(bool),
    Char(char),
}

impl Literal {
    pub(super) fn of(expr: &Expr) -> Option<Self> {
        let expr = ungrouped(expr);
        if let Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) = expr
        {
            return match as_lit(expr)? {
                Lit::Int(number) => number
                    .base10_parse::<i128>()
                    .ok()
                    .map(|number| Self::Int(-number)),
                Lit::Float(number) => Some(Self::Float(format!("-{}", number.base10_digits()))),
                _ => None,
            };
        }
        match as_lit(expr)? {
            Lit::Str(text) => Some(Self::Text(text.value())),
            Lit::Int(number) => number.base10_parse().ok().map(Self::Int),
            Lit::Float(number) => Some(Self::Float(number.base10_digits().to_owned())),
            Lit::Bool(value) => Some(Self::Bool(value.value)),
            Lit::Char(value) => Some(Self::Char(value.value())),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) | Self::Float(text) => text.clone(),
            Self::Int(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Char(value) => value.to_string(),
        }
    }

    /// As a number, for comparison with the ends of a range.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Float(text) => text.parse().ok(),
            _ => None,
        }
    }
}

/// The text that a literal is read as, whatever its type.
fn plain_text(expr: &Expr) -> Option<String> {
    Literal::of(expr).map(|literal| literal.text())
}

pub(super) fn as_lit(expr: &Expr) -> Option<&Lit> {
    match ungrouped(expr) {
        Expr::Lit(literal) => Some(&literal.lit),
        _ => None,
    }
}

/// Removes the invisible groups that `macro_rules!` variables put around an expression.
pub(super) fn ungrouped(mut expr: &Expr) -> &Expr {
    while let Expr::Group(group) = expr {
        expr = &group.expr;
    }
    expr
}
