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

/// Whether a type is spelled as a list of lists or of options.
pub(crate) fn is_list_of_lists(ty: &Type) -> bool {
    let inner = generic_argument(ty, "Option").unwrap_or(ty);
    generic_argument(inner, "Vec").is_some_and(|item| is_list(item) || container(item) == Container::Option)
}

/// The last word of a path without arguments: `Duration` of `std::time::Duration`.
pub(crate) fn name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ungrouped(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    (path.qself.is_none() && last.arguments.is_none()).then(|| last.ident.to_string())
}

/// A reference that a type is made of, as far as its spelling shows.
pub(crate) fn reference(ty: &Type) -> Option<&Type> {
    match ungrouped(ty) {
        reference @ Type::Reference(_) => Some(reference),
        inner => reference(generic_argument(inner, "Option").or_else(|| generic_argument(inner, "Vec"))?),
    }
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
