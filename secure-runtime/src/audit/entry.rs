//! An item of the checklist before it is judged: its name and its judge.

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

/// The judge of an item: a program or a person.
#[derive(Clone, Copy, Debug)]
pub(super) enum Judge {
    Program(fn(&Evidence<'_>) -> Verdict),
    /// A person, with the reason and a command that helps.
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

    /// Returns its stable name.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// Returns the statement that should be true.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        self.title
    }

    /// Returns the list that it belongs to.
    #[must_use]
    pub const fn section(&self) -> Section {
        self.section
    }

    /// Returns how often it is due, if more than once.
    #[must_use]
    pub const fn cadence(&self) -> Option<Cadence> {
        self.cadence
    }

    /// Returns whether a program judges it, given enough facts; otherwise a person does.
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
