//! Every variable of a configuration, in the order of the struct, and where each comes from now.

use std::borrow::Cow;

use crate::check;
use crate::code;
use crate::origin::Origin;
use crate::schema::{self, Default, Field, Kind, Rule, Schema, SecretKind};
use crate::source::{Found, Place, Sources};

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// Its names, whole: the current one, then old ones.
    pub(super) names: Vec<String>,
    pub(super) field: &'static Field,
    /// The struct that has the field, and the prefix there.
    owner: &'static Schema,
    prefix: String,
    /// Of a struct that may be left out as a whole: the place of its first variable.
    pub(super) optional_from: Option<usize>,
    /// The doc comment of the field that holds the struct, where this is its first variable; nothing where a struct has ended.
    pub(super) heading: Option<&'static str>,
}

impl Variable {
    /// Its current name.
    pub(super) fn name(&self) -> &str {
        &self.names[0]
    }

    pub(super) fn is_secret(&self) -> bool {
        self.field.shape().is_secret()
    }

    /// Returns true if a load without it is refused, whatever else is set.
    pub(super) fn is_required(&self) -> bool {
        self.field.is_required() && self.optional_from.is_none()
    }

    /// Returns whether a value can be generated: secrets that others issue and URLs cannot.
    pub(super) fn generation(&self) -> Generation {
        let purpose = self.field.find(|rule| match rule {
            Rule::Purpose(purpose) => Some(*purpose),
            _ => None,
        });
        match self.field.shape().kind {
            Kind::Secret(SecretKind::Url) | Kind::Nested(_) => Generation::Never,
            Kind::Secret(_) if purpose == Some(schema::Purpose::Token) => Generation::OnRequest,
            Kind::Secret(_) => Generation::Always,
            _ => Generation::Never,
        }
    }

    /// The name of the variable of `ident`, a field of the same struct.
    pub(super) fn sibling(&self, ident: &str) -> Option<String> {
        let field = self.owner.fields().iter().find(|field| field.ident() == ident)?;
        Some(field.full_name(&self.prefix, field.names()[0]))
    }

    /// Returns its default as a variable would spell it, unless its values are never shown.
    pub(super) fn default_text(&self) -> Option<Cow<'static, str>> {
        let default = self.field.default().filter(|_| !self.field.is_sensitive())?;
        self.default_value(default)
    }

    /// Returns `default` as a variable would spell it, if the descriptor shows its value.
    pub(super) fn default_value(&self, default: Default) -> Option<Cow<'static, str>> {
        match default {
            Default::Text(text) => Some(text.into()),
            Default::Code(code) => code::value(code, self.field.shape()),
        }
    }
}

/// The way a value of a variable can be generated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Generation {
    Always,
    /// A token: mostly somebody else issues it, and a made-up one would only hide that it is missing.
    OnRequest,
    Never,
}

/// All variables of `schema`.
pub(super) fn all(schema: &'static Schema) -> Vec<Variable> {
    let mut all = Vec::new();
    gather(schema, schema.prefix(), None, &mut all);
    all
}

fn gather(schema: &'static Schema, prefix: &str, optional_from: Option<usize>, all: &mut Vec<Variable>) {
    let mut heading = None;
    for field in schema.fields() {
        if let Kind::Nested(inner) = field.shape().kind {
            heading = Some("");
            let start = all.len();
            let optional_from = optional_from.or(field.shape().optional.then_some(start));
            gather(inner, &schema::join(prefix, field), optional_from, all);
            let doc = [field.doc(), inner.doc()].into_iter().find(|doc| !doc.is_empty());
            if let (Some(first), Some(doc)) = (all.get_mut(start), doc) {
                first.heading = first.heading.or(Some(doc));
            }
            continue;
        }
        let names = field.names().iter().map(|name| field.full_name(prefix, name));
        all.push(Variable {
            names: names.collect(),
            field,
            owner: schema,
            prefix: prefix.to_owned(),
            optional_from,
            heading: heading.take(),
        });
    }
}

/// The variable called `key`, by its current name or an old one; else the name that was probably meant.
pub(super) fn find<'v>(all: &'v [Variable], key: &str) -> Result<&'v Variable, Option<&'v str>> {
    if let Some(found) = all.iter().find(|one| one.names.iter().any(|name| name == key)) {
        return Ok(found);
    }
    let near = all
        .iter()
        .filter_map(|one| Some((check::distance(one.name(), key)?, one.name())));
    Err(near.min().map(|(_, name)| name))
}

/// The state of a variable in the sources.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    Set(Origin),
    /// Set to nothing, which counts as unset.
    Empty(Origin),
    Unset,
    /// Something that cannot be taken, and why.
    Refused(String, Option<Origin>),
}

impl State {
    pub(super) fn is_unset(&self) -> bool {
        matches!(self, Self::Empty(_) | Self::Unset)
    }
}

/// Returns the state of `variable` in one place, under the first of its names that is set there.
pub(super) fn state_in(place: Place, variable: &Variable, sources: &Sources) -> State {
    let mut empty = State::Unset;
    for name in &variable.names {
        match sources.find(place, name) {
            Found::Nothing => {}
            // A value beside the name of its file would contradict it: nobody may fill that in.
            Found::Empty(origin @ Origin::File(_)) if place == Place::Dotenv => {
                let why = format!("{name}_FILE names a file that is empty");
                return State::Refused(why, Some(origin));
            }
            Found::Empty(origin) if empty == State::Unset => empty = State::Empty(origin),
            Found::Empty(_) => {}
            Found::Value(raw) => return State::Set(raw.origin),
            Found::Refused(refusal, origin) => return State::Refused(refusal.message.into_owned(), origin),
        }
    }
    empty
}

/// Returns the state of `variable` in all places: the first place in which it is set wins.
pub(super) fn state(variable: &Variable, sources: &Sources) -> State {
    let mut empty = State::Unset;
    for place in Place::ALL {
        match state_in(place, variable, sources) {
            State::Unset => {}
            State::Empty(origin) if empty == State::Unset => empty = State::Empty(origin),
            State::Empty(_) => {}
            found => return found,
        }
    }
    empty
}

/// The secrets that a load would miss, in their order.
pub(super) fn missing<'v>(all: &'v [Variable], sources: &Sources) -> Vec<&'v Variable> {
    let states: Vec<State> = all.iter().map(|variable| state(variable, sources)).collect();
    // A struct that may be left out is asked for as soon as anything of it is set.
    let in_use = |start: usize| {
        let group = all
            .iter()
            .zip(&states)
            .filter(|(one, _)| one.optional_from == Some(start));
        group.into_iter().any(|(_, state)| !state.is_unset())
    };
    let is_missing = |(variable, state): &(&Variable, &State)| {
        variable.is_secret()
            && variable.field.is_required()
            && state.is_unset()
            && variable.optional_from.is_none_or(in_use)
    };
    all.iter()
        .zip(&states)
        .filter(is_missing)
        .map(|(variable, _)| variable)
        .collect()
}
