//! The spelling of types. A macro does not see through aliases, so the spelling decides nothing that matters: the generated code lets the
//! compiler decide. The spelling only selects helpers, and the text and the place of an error.

use syn::{GenericArgument, PathArguments, Type};

/// The container that a type is spelled as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Container {
    One,
    Option,
}

/// Returns the container that a type is spelled as.
pub(crate) fn container(ty: &Type) -> Container {
    if argument(ty, &["Option"]).is_some() {
        Container::Option
    } else {
        Container::One
    }
}

/// Returns the type of the items of a type that is spelled as a list.
fn item(ty: &Type) -> Option<&Type> {
    const LISTS: [&str; 6] = [
        "Vec",
        "VecDeque",
        "LinkedList",
        "BinaryHeap",
        "HashSet",
        "BTreeSet",
    ];
    match ungrouped(ty) {
        Type::Array(array) => Some(&array.elem),
        _ => match argument(ty, &POINTERS).map(ungrouped) {
            Some(Type::Slice(slice)) => Some(&slice.elem),
            _ => argument(ty, &LISTS),
        },
    }
}

const POINTERS: [&str; 3] = ["Box", "Rc", "Arc"];

/// Returns a type without the options and pointers around it.
fn opened(ty: &Type) -> &Type {
    // An unsized type needs its pointer.
    let is_sized = |ty: &Type| {
        !matches!(ty, Type::Slice(_))
            && !name(ty).is_some_and(|name| ["str", "OsStr", "Path"].contains(&name.as_str()))
    };
    let inside = argument(ty, &["Option"]).or_else(|| argument(ty, &POINTERS));
    match inside.map(ungrouped) {
        Some(inside) if is_sized(inside) => opened(inside),
        _ => ty,
    }
}

/// Returns true if a type is spelled as a list, or as an option of one.
pub(crate) fn is_list(ty: &Type) -> bool {
    item(opened(ty)).is_some() || matches!(ungrouped(opened(ty)), Type::Tuple(_))
}

/// Returns true if a type is spelled as a list of lists or of options.
pub(crate) fn is_list_of_lists(ty: &Type) -> bool {
    item(opened(ty)).is_some_and(|item| is_list(item) || container(item) == Container::Option)
}

/// Returns the type of one value, as far as the spelling shows it.
pub(crate) fn leaf(ty: &Type) -> &Type {
    let opened = opened(ty);
    item(opened).map_or(opened, leaf)
}

/// Returns true if a type is spelled as one that the library reads itself, alone or in containers.
pub(crate) fn is_plain(ty: &Type) -> bool {
    const PLAIN: [&str; 27] = [
        "String",
        "bool",
        "char",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "f32",
        "f64",
        "PathBuf",
        "OsString",
        "Duration",
        "IpAddr",
        "SocketAddr",
        "SecretString",
        "SecretBytes",
        "SecretUrl",
        "Ipv4Addr",
        "Ipv6Addr",
    ];
    name(leaf(ty)).is_some_and(|name| PLAIN.contains(&name.as_str()))
}

/// Returns the last word of a path without arguments: `Duration` of `std::time::Duration`.
pub(crate) fn name(ty: &Type) -> Option<String> {
    let Type::Path(path) = ungrouped(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    (path.qself.is_none() && last.arguments.is_none()).then(|| last.ident.to_string())
}

/// Returns the name of the outermost collection: `HashSet` of `Option<HashSet<String>>`.
pub(crate) fn list_name(ty: &Type) -> Option<String> {
    match ungrouped(opened(ty)) {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// Returns a reference inside a type, as far as the spelling shows one.
pub(crate) fn reference(ty: &Type) -> Option<&Type> {
    match ungrouped(leaf(ty)) {
        reference @ Type::Reference(_) => Some(reference),
        _ => None,
    }
}

/// Returns the `T` of `…::name<T>`, for one of the names.
fn argument<'t>(ty: &'t Type, names: &[&str]) -> Option<&'t Type> {
    let Type::Path(path) = ungrouped(ty) else {
        return None;
    };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    if path.qself.is_some() || !names.iter().any(|name| last.ident == name) {
        return None;
    }
    match arguments.args.first()? {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    }
}

/// Removes the invisible groups that `macro_rules!` variables put around a type.
fn ungrouped(mut ty: &Type) -> &Type {
    while let Type::Group(group) = ty {
        ty = &group.elem;
    }
    ty
}

/// Returns true if a type mentions one of the generic parameters.
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
