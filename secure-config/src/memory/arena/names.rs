//! Which blocks answer for a variable that was erased from the environment.

use super::Block;

/// The variables that were erased; few, so a list. A name stays when its blocks go, to tell *gone* from *never*.
pub(super) struct Names(Vec<Name>);

struct Name {
    name: Box<str>,
    /// The values that are held somewhere, the newest last: when a load that made one fails, the one before counts.
    values: Vec<Value>,
}

/// The value of a variable: one secret, or a list of them.
pub(super) struct Value {
    pub(super) blocks: Vec<Block>,
    /// What stood between them.
    pub(super) delimiter: char,
}

impl Names {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Makes `block` the newest value of `name`.
    pub(super) fn set(&mut self, name: &str, block: Block) {
        if self.get(name).is_none() {
            self.0.push(Name {
                name: name.into(),
                values: Vec::new(),
            });
        }
        let Some(known) = self.0.iter_mut().find(|known| *known.name == *name) else {
            return; // It is there: see above.
        };
        let values = &mut known.values;
        values.retain(|value| value.blocks != [block]);
        values.push(Value {
            blocks: vec![block],
            delimiter: ',',
        });
    }

    /// Adds `block` to the list that is the newest value of `name`.
    pub(super) fn extend(&mut self, name: &str, delimiter: char, block: Block) {
        let known = self.0.iter_mut().find(|known| *known.name == *name);
        if let Some(value) = known.and_then(|known| known.values.last_mut()) {
            value.blocks.push(block);
            value.delimiter = delimiter;
        }
    }

    /// Nothing if `name` was never set; no value if all of them are gone.
    pub(super) fn get(&self, name: &str) -> Option<Option<&Value>> {
        let known = self.0.iter().find(|known| *known.name == *name)?;
        Some(known.values.last())
    }

    /// Takes out every value that is no longer whole without `block`.
    pub(super) fn forget(&mut self, block: Block) {
        for known in &mut self.0 {
            known.values.retain(|value| !value.blocks.contains(&block));
        }
    }
}
