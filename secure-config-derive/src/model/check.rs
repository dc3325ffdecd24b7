//! Functions of the service that check several fields at once.

use syn::Expr;

use super::{literal, rule};
use crate::ast::Ast;
use crate::attr::Attr;
use crate::ctxt::Ctxt;

/// A `check = …` of the struct.
pub(crate) struct Check {
    pub(crate) function: Expr,
    /// The places of the fields that `check = function(a, b)` names; `None` for a check of the whole struct.
    pub(crate) fields: Option<Vec<usize>>,
}

/// The checks of a struct, in their order; mistakes go to `ctxt`.
pub(super) fn checks(ast: &Ast<'_>, ctxt: &Ctxt) -> Vec<Check> {
    let attrs = ast.attrs.iter().filter(|attr| attr.name == "check");
    attrs.filter_map(|attr| check(attr, ast, ctxt)).collect()
}

fn check(attr: &Attr, ast: &Ast<'_>, ctxt: &Ctxt) -> Option<Check> {
    let value = attr.value.as_ref().map(literal::ungrouped)?;
    let Expr::Call(call) = value else {
        let function = literal::function(attr, ctxt)?;
        return Some(Check {
            function,
            fields: None,
        });
    };
    let takes = "`check` takes a function, and the fields that it reads: `check = function`, or `check = function(field, other_field)`";
    if call.args.is_empty() || !matches!(literal::ungrouped(&call.func), Expr::Path(_)) {
        ctxt.error(value, takes);
        return None;
    }
    let place = |item| {
        let field = rule::sibling(item, "", &ast.fields, [takes, takes], ctxt)?;
        ast.fields.iter().position(|one| one.ident == field.ident)
    };
    // All of them are looked at, so that every mistake is shown.
    let places: Vec<_> = call.args.iter().map(place).collect();
    Some(Check {
        function: (*call.func).clone(),
        fields: Some(places.into_iter().collect::<Option<_>>()?),
    })
}
