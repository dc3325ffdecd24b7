//! Checks that need the types of fields: constants that panic at compile time, with the message and the place of the mistake.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Path;

use super::descriptor;
use crate::model::{Demand, FieldModel, Model, Read};
use crate::ty;

/// One constant for each demand, named like its field, so that the compiler's words name it.
pub(super) fn all(model: &Model<'_>, library: &Path) -> TokenStream {
    let constants: TokenStream = model.fields.iter().map(of_field).collect();
    if constants.is_empty() {
        return constants;
    }
    quote! {
        const _: () = {
            #[allow(unused_imports, reason = "a struct may have no field that needs the trait")]
            use #library::__private::{self as __private, Unknown as _};
            #constants
        };
    }
}

fn of_field(field: &FieldModel<'_>) -> TokenStream {
    // With aliases the compiler reports a type that does not exist once, not again for each constant.
    let (shape, aliases) = if ty::is_plain(field.ty) || matches!(field.read, Read::Nested) {
        (descriptor::shape(field), None)
    } else {
        let (ty, leaf) = (field.ty, ty::leaf(field.ty));
        let aliases = quote! {
            #[allow(dead_code, reason = "a demand may be about something else")]
            type __Type = #ty;
            #[allow(dead_code, reason = "a demand may be about something else")]
            type __Leaf = #leaf;
        };
        (descriptor::known_shape(&quote!(__Type)), Some(aliases))
    };
    let demands = field.demands.iter().map(|Demand { holds, message, at }| {
        let (start, end) = ends(at);
        // The message is an argument: as the format string it could not hold a brace of the user's text.
        let mut message = Group::new(Delimiter::Parenthesis, quote!("{}", #message));
        message.set_span(end);
        // It has the spans of the first and the last token that are wrong, so that the error points there.
        let panic = quote_spanned!(start=> ::core::panic! #message);
        let name = field.ident;
        quote! {
            const _: () = {
                #aliases
                const SHAPE: __private::Shape = #shape;
                #[allow(non_upper_case_globals, reason = "it is named like the field")]
                const #name: () = if !(#holds) { #panic };
            };
        }
    });
    demands.collect()
}

/// The spans of the first and of the last token.
fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut spans = tokens.clone().into_iter().map(|token| token.span());
    let start = spans.next().unwrap_or_else(Span::call_site);
    (start, spans.last().unwrap_or(start))
}
