//! The static descriptor of a field.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{FieldModel, Read};
use crate::names;
use crate::ty;

/// The expression that makes it.
pub(super) fn field(field: &FieldModel<'_>) -> TokenStream {
    let ident = names::unraw(field.ident);
    let doc = field.doc;
    let names = field.names.iter().map(|(name, _)| name);
    let absolute = field.absolute;
    let shape = shape(field);
    let default = match &field.default {
        Some(default) => quote!(::core::option::Option::Some(#default)),
        None => quote!(::core::option::Option::None),
    };
    let rules = field.rules.iter().map(|rule| &rule.0);
    quote! {
        __private::Field::new(#ident, #doc, &[#(#names),*], #absolute, #shape, #default, &[#(__private::Rule::#rules),*])
    }
}

/// Returns the expression for the shape of the field's type.
pub(super) fn shape(field: &FieldModel<'_>) -> TokenStream {
    let ty = field.ty;
    if matches!(field.read, Read::Nested) {
        return quote!(__private::Probe::<#ty>::NESTED);
    }
    if ty::is_plain(ty) {
        return quote!(__private::Probe::<#ty>::SHAPE);
    }
    known_shape(&quote!(#ty))
}

/// Returns the same for a type that may belong to the service.
pub(super) fn known_shape(ty: &TokenStream) -> TokenStream {
    let probe = quote!(__private::Probe::<#ty>);
    quote!(#probe::SHAPE.or_known(#probe::IS_OPTION, #probe::IS_LIST))
}
