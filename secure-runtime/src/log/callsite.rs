//! What is known of a callsite before its first event: keys, renames, secrets, the fixed parts of its lines.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_core::Metadata;

use super::line::{Chunk, DROPPED, LINE_MAX, Style, field_name};
use super::redact::Names;

/// The table of one callsite.
pub(super) struct Callsite {
    pub(super) head: Chunk,
    pub(super) tail: Chunk,
    /// How far the fields of an event may go if no span has any.
    pub(super) limit: usize,
    pub(super) fields: Box<[Field]>,
    /// Whether the head opens the message: the macros record it first.
    pub(super) message_first: bool,
}

/// One field of a callsite.
pub(super) struct Field {
    pub(super) key: Chunk,
    /// The bit of its name in the masks of [`bit`].
    pub(super) bit: u64,
    pub(super) role: Role,
}

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Value,
    Message,
    /// Its name says that it is a secret.
    Secret,
    /// The target of a `log` record that `tracing-log` carries.
    Target,
    /// What else `tracing-log` adds.
    Hidden,
}

impl Callsite {
    pub(super) fn new(metadata: &Metadata<'_>, style: Style, names: &Names) -> Self {
        let is_event = metadata.is_event();
        // `tracing-log` turns a record into an event of the target `log`, the real one beside it as a field.
        let is_record =
            is_event && metadata.target() == "log" && metadata.fields().field("log.target").is_some();
        let mut taken: Vec<String> = Vec::new();
        let fields: Box<[Field]> = metadata
            .fields()
            .iter()
            .map(|field| {
                let role = match field.name() {
                    "message" if is_event && !taken.iter().any(|name| name == "message") => Role::Message,
                    "log.target" if is_record => Role::Target,
                    "log.module_path" | "log.file" | "log.line" if is_record => Role::Hidden,
                    name if names.is_secret(name) => Role::Secret,
                    _ => Role::Value,
                };
                let name = match role {
                    Role::Message => "message".to_owned(),
                    Role::Target => "target".to_owned(),
                    _ => unique(&field_name(field.name()), &taken),
                };
                let field = Field {
                    key: style.key(&name),
                    bit: bit(&name),
                    role,
                };
                taken.push(name);
                field
            })
            .collect();
        let message_first = fields.first().is_some_and(|field| field.role == Role::Message);
        let target = (!is_record).then_some(metadata.target());
        let tail = style.tail(target);
        Self {
            limit: limit(style, &tail),
            head: style.head(*metadata.level(), target, message_first),
            tail,
            fields,
            message_first,
        }
    }
}

/// How far the fields of an event may go: the end of the line is the tail's and the mark's for dropped fields.
pub(super) fn limit(style: Style, tail: &Chunk) -> usize {
    /// The digits of a `u32`.
    const DIGITS: usize = 10;
    LINE_MAX - tail.len() - style.key(DROPPED).len() - DIGITS
}

/// `name`, or the first of `name_2`, `name_3`, … that nothing before it has.
pub(super) fn unique(name: &str, taken: &[String]) -> String {
    let is_free = |name: &String| !taken.contains(name);
    let mut numbered = (2..).map(|number| format!("{name}_{number}"));
    Some(name.to_owned())
        .filter(is_free)
        .or_else(|| numbered.find(is_free))
        .unwrap_or_default()
}

/// How many names have a bit of their own.
const NAMES: usize = 63;

/// The bit of a name in a mask. The first names of the process get one each, all later ones share the last:
/// two masks without a common bit have no common name.
pub(super) fn bit(name: &str) -> u64 {
    static BITS: Mutex<Option<HashMap<Box<str>, u32>>> = Mutex::new(None);
    let mut bits = BITS.lock().unwrap_or_else(PoisonError::into_inner);
    let bits = bits.get_or_insert_default();
    let next = bits.len() as u32;
    let bit = match bits.get(name) {
        Some(bit) => *bit,
        None if bits.len() < NAMES => *bits.entry(name.into()).or_insert(next),
        None => NAMES as u32,
    };
    1 << bit
}

/// The tables a thread has used last, found by the address of the metadata.
///
/// An address names one callsite for ever: metadata is `'static`.
pub(super) struct Tables {
    slots: Box<[Slot; SLOTS]>,
}

const SLOTS: usize = 64;

#[derive(Default)]
struct Slot {
    /// The layer the table was made for, and the metadata's address.
    key: (usize, usize),
    table: Option<Arc<Callsite>>,
}

impl Tables {
    pub(super) fn new() -> Self {
        Self {
            slots: Box::new(std::array::from_fn(|_| Slot::default())),
        }
    }

    /// The table of `metadata`; `find` asks the layer for one that this thread has not used lately.
    #[inline]
    pub(super) fn get(
        &mut self,
        layer: usize,
        metadata: &'static Metadata<'static>,
        find: impl FnOnce() -> Arc<Callsite>,
    ) -> &Callsite {
        let address = std::ptr::from_ref(metadata) as usize;
        // Metadata is larger than 32 bytes and lies in one section: neighbours differ in these bits.
        let slot = &mut self.slots[((address >> 5) ^ (address >> 11)) % SLOTS];
        if slot.key != (layer, address) {
            *slot = Slot::default();
        }
        slot.key = (layer, address);
        slot.table.get_or_insert_with(find)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_apart() {
        let taken = ["a".to_owned(), "a_2".to_owned()];
        assert_eq!(unique("b", &taken), "b");
        assert_eq!(unique("a", &taken), "a_3");
    }

    #[test]
    fn a_name_keeps_its_bit() {
        let first = bit("a name of this test");
        assert_eq!(first.count_ones(), 1);
        for number in 0..200 {
            bit(&format!("another name {number}"));
        }
        assert_eq!(bit("a name of this test"), first);
        assert_eq!(bit("a name that came too late"), 1 << 63);
    }
}
