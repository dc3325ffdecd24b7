//! The shape of the input: a struct with named fields, and nothing else.

use syn::{Data, DeriveInput, Fields, Generics, Ident, Type};

use crate::attr::Attrs;
use crate::ctxt::Ctxt;
use crate::doc::operators_text;
use crate::source::source;

/// A struct with named fields.
pub(crate) struct Ast<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) generics: &'a Generics,
    pub(crate) attrs: Attrs,
    pub(crate) doc: String,
    pub(crate) fields: Vec<AstField<'a>>,
}

/// One of its fields.
pub(crate) struct AstField<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) ty: &'a Type,
    pub(crate) attrs: Attrs,
    pub(crate) doc: String,
}

impl<'a> Ast<'a> {
    /// Reads the input; returns `None` if it is not a struct with named fields.
    pub(crate) fn of(input: &'a DeriveInput, ctxt: &Ctxt) -> Option<Self> {
        let data = match &input.data {
            Data::Struct(data) => data,
            Data::Enum(data) => {
                ctxt.error(
                    data.enum_token,
                    "SecureConfig is for structs: an enum is the type of a field, read by serde",
                );
                return None;
            }
            Data::Union(data) => {
                ctxt.error(data.union_token, "SecureConfig is for structs");
                return None;
            }
        };
        let fields = match &data.fields {
            Fields::Named(fields) => &fields.named,
            Fields::Unnamed(fields) => {
                ctxt.error(
                    fields,
                    "SecureConfig needs named fields: their names are the names of the variables",
                );
                return None;
            }
            Fields::Unit => {
                ctxt.error(
                    &input.ident,
                    "SecureConfig needs a struct with named fields: there is nothing to load",
                );
                return None;
            }
        };
        let attrs = Attrs::of_struct(&input.attrs, ctxt);
        let fields = fields.iter().filter_map(|field| {
            if let Some((_, default)) = &field.default {
                let written = source(default);
                ctxt.error(
                    default,
                    format!("a field's default is written `#[secure(default = {written})]`"),
                );
            }
            let attrs = Attrs::of_field(&field.attrs, ctxt);
            Some(AstField {
                ident: field.ident.as_ref()?,
                ty: &field.ty,
                attrs,
                doc: operators_text(&field.attrs),
            })
        });
        let fields = fields.collect();
        Some(Self {
            ident: &input.ident,
            generics: &input.generics,
            attrs,
            doc: operators_text(&input.attrs),
            fields,
        })
    }
}
