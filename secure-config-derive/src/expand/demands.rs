//! What only the compiler can check: constants that do not evaluate, with the place and the words of the mistake.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::Path;

use super::descriptor;
use crate::model::Model;

/// One constant for each demand.
pub(super) fn all(model: &Model<'_>, library: &Path) -> TokenStream {
    let constants = model
        .fields
        .iter()
        .filter(|field| !field.demands.is_empty())
        .map(|field| {
            let shape = descriptor::shape(field);
            let demands = field.demands.iter().map(|demand| {
                let (holds, message) = (&demand.holds, &demand.message);
                // The failing constant stands at the mistake, so that the error points there.
                quote_spanned! {demand.span=>
                    const _: () = if !(#holds) { ::core::panic!(#message) };
                }
            });
            quote! {
                const _: () = {
                    const SHAPE: Shape = #shape;
                    #(#demands)*
                };
            }
        });
    let constants: TokenStream = constants.collect();
    if constants.is_empty() {
        return constants;
    }
    quote! {
        const _: () = {
            #[allow(unused_imports, reason = "a struct needs only some of them")]
            use #library::__private::{Probe, Shape, UnknownShape as _};
            #constants
        };
    }
}
