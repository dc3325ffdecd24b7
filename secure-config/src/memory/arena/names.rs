//! Which block answers for a variable that was erased from the environment.

use super::Block;

/// The variables that were erased; few, so a list. A name stays when its block goes, to tell *gone* from *never*.
pub(super) struct Names(Vec<(Box<str>, Option<Block>)>);

impl Names {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(super) fn set(&mut self, name: &str, block: Block) {
        match self.0.iter_mut().find(|(known, _)| **known == *name) {
            Some((_, kept)) => *kept = Some(block),
            None => self.0.push((name.into(), Some(block))),
        }
    }

    /// Nothing if `name` was never set; no block if its block is gone.
    pub(super) fn get(&self, name: &str) -> Option<Option<Block>> {
        let (_, kept) = self.0.iter().find(|(known, _)| **known == *name)?;
        Some(*kept)
    }

    pub(super) fn forget(&mut self, block: Block) {
        for (_, kept) in &mut self.0 {
            if *kept == Some(block) {
                *kept = None;
            }
        }
    }
}
