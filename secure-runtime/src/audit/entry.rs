//! An item of the checklist before it is judged: what it is called, and who judges it.

use super::item::{Cadence, Item, Section, Verdict};
use super::judge::Evidence;

/// An item that every service has, before it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    id: &'static str,
    title: &'static str,
    section: Section,
    cadence: Option<Cadence>,
    judge: Judge,
}

/// Who judges an item.
#[derive(Clone, Copy, Debug)]
pub(super) enum Judge {
    Program(fn(&Evidence<'_>) -> Verdict),
    /// A person, to whom this is said: why, and what helps.
    Person(&'static str, &'static str),
}

impl Entry {
    pub(super) const fn before(
        id: &'static str,
        title: &'static str,
        judge: fn(&Evidence<'_>) -> Verdict,
    ) -> Self {
        Self {
            id,
            title,
            section: Section::BeforeDeployment,
            cadence: None,
            judge: Judge::Program(judge),
        }
    }

    pub(super) const fn by_hand(
        id: &'static str,
        title: &'static str,
        reason: &'static str,
        remedy: &'static str,
    ) -> Self {
        Self {
            id,
            title,
            section: Section::BeforeDeployment,
            cadence: None,
            judge: Judge::Person(reason, remedy),
        }
    }

    pub(super) const fn ongoing(
        id: &'static str,
        title: &'static str,
        cadence: Cadence,
        judge: Judge,
    ) -> Self {
        Self {
            id,
            title,
            section: Section::Ongoing,
            cadence: Some(cadence),
            judge,
        }
    }

    /// Its stable name.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// What should be true.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// Which list it stands in.
    #[must_use]
    pub const fn section(&self) -> Section {
        self.section
    }

    /// How often it is due, if more than once.
    #[must_use]
    pub const fn cadence(&self) -> Option<Cadence> {
        self.cadence
    }

    /// Whether a program judges it, where it is told enough; otherwise it is a person's.
    #[must_use]
    pub const fn is_automatic(&self) -> bool {
        matches!(self.judge, Judge::Program(_))
    }

    pub(super) fn item(&self) -> Item {
        let item = Item::new(self.id, self.title, self.section);
        match self.cadence {
            Some(cadence) => item.every(cadence),
            None => item,
        }
    }

    pub(super) fn verdict(&self, evidence: &Evidence<'_>) -> Verdict {
        match self.judge {
            Judge::Program(judge) => judge(evidence),
            Judge::Person(reason, remedy) => Verdict::manual(reason, remedy),
        }
    }
}
