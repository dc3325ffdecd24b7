//! The function that reads every field and builds the struct.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, Path};

use crate::model::{Check, Default, FieldModel, Model, Read};
use crate::ty::{self, Container};

/// `fn read(…)`. Every field is read before any is missed: all problems go into one report.
pub(super) fn body(model: &Model<'_>, library: &Path) -> TokenStream {
    let locals: Vec<_> = (0..model.fields.len())
        .map(|index| format_ident!("__field{index}"))
        .collect();
    let reads = model.fields.iter().enumerate().map(|(index, field)| {
        let local = &locals[index];
        let descriptor = quote!(&<Self as #library::SecureConfig>::FIELDS[#index]);
        let value = read(field, &descriptor);
        let validate = field
            .validate
            .as_ref()
            .map(|function| validate(field, local, function, &descriptor));
        let in_production = field
            .in_production
            .as_ref()
            .map(|allowed| in_production(field, local, allowed, &descriptor));
        quote! {
            let #local = #value;
            #validate
            #in_production
        }
    });
    // When all are read: a field may be compared with a later one.
    let comparisons = model.fields.iter().enumerate().filter_map(|(index, field)| {
        let (other, tokens) = field.at_most.as_ref()?;
        Some(at_most([index, *other], tokens, &model.fields, &locals, library))
    });
    let idents = model.fields.iter().map(|field| field.ident);
    let built = quote!(Self { #(#idents: #locals?),* });
    let result = if model.checks.is_empty() {
        quote!(::core::option::Option::Some(#built))
    } else {
        checked(&model.checks, &built, &locals, library)
    };
    quote! {
        #[allow(clippy::redundant_closure_call, reason = "a function of the user may be a closure")]
        fn read(__loading: &mut #library::__private::Loading<'_>) -> ::core::option::Option<Self> {
            #[allow(unused_imports, reason = "a struct needs only some of them")]
            use #library::__private::{
                self as __private, Depth0 as _, Depth1 as _, Depth2 as _, Depth3 as _, Depth4 as _, Depth5 as _,
                Depth6 as _, OfPlain as _, OfSecret as _,
            };
            #(#reads)*
            #(#comparisons)*
            #result
        }
    }
}

fn read(field: &FieldModel<'_>, descriptor: &TokenStream) -> TokenStream {
    let ty = field.ty;
    let default = match &field.default {
        Some(Default::Of) => Some(quote_spanned!(ty.span()=> (&&__private::Probe::<#ty>::ASK).own_default())),
        Some(Default::Code(code)) => Some(quote!(::core::option::Option::Some(#code))),
        Some(Default::Text(_)) | None => None,
    };
    let is_option = ty::container(ty) == Container::Option;
    match (&field.read, default) {
        (Read::Nested, _) => quote_spanned!(ty.span()=> __private::nested::<#ty>(__loading, #descriptor)),
        (Read::With(function), default) => {
            let unset = match (default, is_option) {
                (Some(default), _) => quote!(|| #default),
                (None, true) => quote!(|| ::core::option::Option::Some(::core::option::Option::None)),
                (None, false) => quote!(__private::no_value),
            };
            let wrap = is_option.then(|| quote!(.map(::core::option::Option::Some)));
            let call = quote_spanned!(function.span()=> (#function)(__text));
            quote!(__private::read_with::<#ty, _>(__loading, #descriptor, #unset, |__text| #call #wrap))
        }
        (Read::Value, default) => {
            // As many references deep as there are ways: the compiler takes the outermost way that the type has.
            let way = quote_spanned!(ty.span()=> (&&&&&&&__private::Probe::<#ty>::ASK).way());
            match default {
                None => quote!(__private::read(#way, __loading, #descriptor)),
                Some(default) => quote!(__private::read_or(#way, __loading, #descriptor, || #default)),
            }
        }
    }
}

fn validate(
    field: &FieldModel<'_>,
    local: &syn::Ident,
    function: &Expr,
    descriptor: &TokenStream,
) -> TokenStream {
    let call = quote_spanned!(function.span()=> (#function)(__value));
    let check = if ty::container(field.ty) == Container::Option {
        quote!(|__value| match __value {
            ::core::option::Option::Some(__value) => #call,
            ::core::option::Option::None => ::core::result::Result::Ok(()),
        })
    } else {
        quote!(|__value| #call)
    };
    quote!(let #local = __private::validate(__loading, #descriptor, #local, #check);)
}

fn in_production(
    field: &FieldModel<'_>,
    local: &syn::Ident,
    allowed: &Expr,
    descriptor: &TokenStream,
) -> TokenStream {
    let ty = field.ty;
    let is = quote_spanned! {allowed.span()=>
        |__value: &#ty| (&&__private::Probe::<#ty>::ASK).allows(__value, &#allowed)
    };
    quote!(let #local = __private::in_production(__loading, #descriptor, #local, #is);)
}

/// Checks that the field at the first place is not more than the one at the second; what is not set is not compared.
fn at_most(
    [own, other]: [usize; 2],
    tokens: &TokenStream,
    fields: &[FieldModel<'_>],
    locals: &[syn::Ident],
    library: &Path,
) -> TokenStream {
    let descriptor = |index: usize| quote!(&<Self as #library::SecureConfig>::FIELDS[#index]);
    let (own_descriptor, other_descriptor) = (descriptor(own), descriptor(other));
    let (local, other_local) = (&locals[own], &locals[other]);
    let value = |index: usize, name: &syn::Ident| match ty::container(fields[index].ty) {
        Container::Option => quote_spanned!(tokens.span()=> ::core::option::Option::as_ref(#name)),
        _ => quote_spanned!(tokens.span()=> ::core::option::Option::Some(#name)),
    };
    let (one, two) = (
        syn::Ident::new("__value", tokens.span()),
        syn::Ident::new("__limit", tokens.span()),
    );
    let (value, limit) = (value(own, &one), value(other, &two));
    let compare = quote_spanned!(tokens.span()=> |#one, #two| __private::is_at_most(#value, #limit));
    quote! {
        let #local = __private::at_most(__loading, [#own_descriptor, #other_descriptor], #local, &#other_local, #compare);
    }
}

/// Builds the struct and runs its checks: those that name fields when these have loaded, the others when all have.
fn checked(checks: &[Check], built: &TokenStream, locals: &[syn::Ident], library: &Path) -> TokenStream {
    let schema = quote!(<Self as #library::SecureConfig>::SCHEMA);
    let run = |function: &Expr, values: &[TokenStream]| {
        // It stands at the function, so that a mistake of its type is shown there.
        let at = Span::call_site().located_at(function.span());
        let check = syn::Ident::new("__check", at);
        let call = quote_spanned!(at=> (#function)(#(#values,)* #check));
        quote!(__sound &= __private::check(__loading, #schema, &mut |#check| #call);)
    };
    let of_fields = checks.iter().filter_map(|check| {
        let locals: Vec<_> = check
            .fields
            .as_ref()?
            .iter()
            .map(|place| &locals[*place])
            .collect();
        let names: Vec<_> = (0..locals.len())
            .map(|index| format_ident!("__value{index}"))
            .collect();
        let at = Span::call_site().located_at(check.function.span());
        let values: Vec<_> = names
            .iter()
            .map(|name| syn::Ident::new(&name.to_string(), at))
            .collect();
        let values: Vec<_> = values.iter().map(ToTokens::to_token_stream).collect();
        let run = run(&check.function, &values);
        Some(quote! {
            if let (#(::core::option::Option::Some(#names),)*) = (#(&#locals,)*) {
                #run
            }
        })
    });
    let of_all = checks.iter().filter(|check| check.fields.is_none());
    let of_all = of_all.map(|check| {
        let at = Span::call_site().located_at(check.function.span());
        run(&check.function, &[quote_spanned!(at=> &__value)])
    });
    quote! {
        let mut __sound = true;
        #(#of_fields)*
        let __value = #built;
        #(#of_all)*
        if __sound { ::core::option::Option::Some(__value) } else { ::core::option::Option::None }
    }
}
