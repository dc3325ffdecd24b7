//! Decisions to code. Full paths everywhere: the code works without a prelude and in crates that renamed ours.

mod demands;
mod descriptor;
mod read;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Path};

use crate::ast::Ast;
use crate::ctxt::Ctxt;
use crate::fallback;
use crate::model::{self, Model};

/// Returns the whole expansion: the implementation, or every mistake and a placeholder.
pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ctxt = Ctxt::new();
    let ast = Ast::of(input, &ctxt);
    let library = model::library(ast.as_ref(), &ctxt);
    let model = ast.as_ref().map(|ast| Model::of(ast, &ctxt));
    let demands = model.as_ref().map(|model| demands::all(model, &library));
    let body = match (ctxt.check(), &model) {
        (None, Some(model)) => implementation(model, &library),
        (errors, _) => {
            let fallback = fallback::implementation(input, &library);
            quote!(#errors #fallback)
        }
    };
    quote! {
        const _: () = {
            #body
            #demands
        };
    }
}

fn implementation(model: &Model<'_>, library: &Path) -> TokenStream {
    let ident = model.ident;
    let (impl_generics, ty_generics, where_clause) = model.generics.split_for_impl();
    let (name, doc, prefix, erase_env) = (ident.to_string(), model.doc, &model.prefix, model.erase_env);
    let fields = model.fields.iter().map(|field| descriptor::field(field));
    let read = read::body(model, library);
    quote! {
        #[automatically_derived]
        impl #impl_generics #library::SecureConfig for #ident #ty_generics #where_clause {
            const FIELDS: &'static [#library::__private::Field] = {
                #[allow(unused_imports, reason = "a struct may have no field that needs the trait")]
                use #library::__private::{self as __private, Unknown as _};
                &[#(#fields),*]
            };
            const SCHEMA: &'static #library::__private::Schema =
                &#library::__private::Schema::new(#name, #doc, #prefix, #erase_env, Self::FIELDS);

            #read
        }
    }
}
