//! A placeholder implementation for a struct with mistakes: code that uses the struct still compiles, so each mistake gives one error.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Path};

/// Implements the trait in a way that is never run.
pub(crate) fn implementation(input: &DeriveInput, library: &Path) -> TokenStream {
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::SecureConfig for #ident #ty_generics #where_clause {
            const FIELDS: &'static [#library::__private::Field] = &[];
            const SCHEMA: &'static #library::__private::Schema =
                &#library::__private::Schema::new("", "", "", false, Self::FIELDS);

            fn read(_: &mut #library::__private::Loading<'_>) -> ::core::option::Option<Self> {
                ::core::option::Option::None
            }
        }
    }
}
