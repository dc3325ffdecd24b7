//! `range = 1..=65535`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprRange, RangeLimits};

use super::literal::{self, Literal};
use crate::attr::Attr;
use crate::ctxt::Ctxt;
use crate::source::source;

/// The ends that a range states.
pub(super) fn ends(value: &Expr) -> impl Iterator<Item = &Expr> {
    let (start, end) = match literal::ungrouped(value) {
        Expr::Range(range) => (range.start.as_deref(), range.end.as_deref()),
        _ => (None, None),
    };
    start.into_iter().chain(end)
}

/// The rule, and the mistakes of a range and of a default outside it.
pub(super) fn of(attr: &Attr, default: Option<&Attr>, ctxt: &Ctxt) -> Option<TokenStream> {
    let value = attr.value.as_ref()?;
    let Expr::Range(ExprRange {
        start, limits, end, ..
    }) = literal::ungrouped(value)
    else {
        ctxt.error(value, "`range` takes a range: `range = 1..=65535`");
        return None;
    };
    if let (RangeLimits::HalfOpen(dots), Some(_)) = (limits, end) {
        ctxt.error(dots, "write `..=`: both ends are part of the range");
        return None;
    }
    if start.is_none() && end.is_none() {
        ctxt.error(value, "`range` has no end at all");
        return None;
    }
    let (start, end) = (start.as_deref(), end.as_deref());
    let number = |expr: Option<&Expr>| expr.and_then(Literal::of).and_then(|literal| literal.number());
    if let (Some(least), Some(most)) = (number(start), number(end)) {
        if least > most {
            ctxt.error(
                value,
                "the range is empty: its first end is greater than its last",
            );
            return None;
        }
    }
    if let Some(default) = default {
        let value = default.value.as_ref();
        let items = value.and_then(literal::items);
        for item in items.unwrap_or_else(|| value.into_iter().collect()) {
            let Some(stated) = number(Some(item)) else {
                continue;
            };
            if number(start).is_some_and(|least| stated < least)
                || number(end).is_some_and(|most| stated > most)
            {
                ctxt.error(item, "the default lies outside its own range");
            }
        }
    }
    let (start, end) = (bound(start, ctxt)?, bound(end, ctxt)?);
    Some(quote!(Range(#start, #end)))
}

fn bound(expr: Option<&Expr>, ctxt: &Ctxt) -> Option<TokenStream> {
    let Some(expr) = expr else {
        return Some(quote!(::core::option::Option::None));
    };
    let text = match Literal::of(expr) {
        Some(literal) => {
            if literal.number().is_none() {
                ctxt.error(expr, "an end of a range is a number");
                return None;
            }
            literal.text()
        }
        None => source(expr),
    };
    // Any number casts to both; the type of the field picks the one it compares with.
    Some(quote!(::core::option::Option::Some(__private::Bound::new((#expr) as i128, (#expr) as f64, #text))))
}
