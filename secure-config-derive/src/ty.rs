//! What a type looks like. The compiler knows aliases and we do not, so nothing that matters is decided here: the generated code asks the
//! compiler, and these looks only choose between helpers.

use syn::{GenericArgument, PathArguments, Type};

/// The container that a type is spelled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    One,
    Option,
}

/// Whether a type is spelled `Option<…>`.
pub(crate) fn container(ty: &Type) -> Container {
    if generic_argument(ty, "Option").is_some() {
        Container::Option
    } else {
        Container::One
    }
}

/// Whether a type is spelled `Vec<…>` or `Option<Vec<…>>`.
pub(crate) fn is_list(ty: &Type) -> bool {
    let inner = generic_argument(ty, "Option").unwrap_or(ty);
    generic_argument(inner, "Vec").is_some()
}

/// The `T` of `…::name<T>`.
fn generic_argument<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let Type::Path(path) = ungrouped(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    if path.qself.is_some() || last.ident != name || arguments.args.len() != 1 {
        return None;
    }
    match arguments.args.first()? {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    }
}

/// A type that came through a `macro_rules!` variable stands in an invisible group.
fn ungrouped(mut ty: &Type) -> &Type {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    ty
}

/// Whether a type mentions one of the generic parameters.
pub(crate) fn mentions(ty: &Type, generics: &syn::Generics) -> bool {
    fn any(tokens: proc_macro2::TokenStream, generics: &syn::Generics) -> bool {
        tokens.into_iter().any(|token| match token {
            proc_macro2::TokenTree::Ident(ident) => {
                generics.type_params().any(|parameter| parameter.ident == ident)
                    || generics.const_params().any(|parameter| parameter.ident == ident)
                    || generics
                        .lifetimes()
                        .any(|parameter| parameter.lifetime.ident == ident)
            }
            proc_macro2::TokenTree::Group(group) => any(group.stream(), generics),
            _ => false,
        })
    }
    !generics.params.is_empty() && any(quote::ToTokens::to_token_stream(ty), generics)
}
