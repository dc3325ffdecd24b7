//! The checklist, judged.

use std::fmt;

use secure_config::Profile;

use super::item::{Item, Outcome};
use super::output::{json, sarif, text};

/// The checklist, judged: every item with its outcome, reason and remedy.
///
/// None of its forms holds a secret.
#[derive(Clone, Debug)]
pub struct Checklist {
    profile: Profile,
    refused: bool,
    items: Vec<Item>,
}

impl Checklist {
    pub(super) const fn new(profile: Profile, refused: bool, items: Vec<Item>) -> Self {
        Self {
            profile,
            refused,
            items,
        }
    }

    /// Returns the profile that was judged.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Returns whether the configuration was refused, so that most items could not be judged.
    #[must_use]
    pub const fn is_refused(&self) -> bool {
        self.refused
    }

    /// Returns every item, in the order of the checklist.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// Returns the items with this outcome.
    pub fn having(&self, outcome: Outcome) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.outcome() == outcome)
    }

    /// Returns whether no item has failed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !self.refused && self.having(Outcome::Fail).next().is_none()
    }

    /// Returns the exit code for a command: 0 if no item has failed, 1 if one has, 78 (`EX_CONFIG`) if the configuration is refused.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match (self.refused, self.is_clean()) {
            (true, _) => 78,
            (false, true) => 0,
            (false, false) => 1,
        }
    }

    /// Returns a table for people, without colours.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::table(self, false)
    }

    /// Returns the same table in the colours of a terminal.
    #[must_use]
    pub fn to_coloured_text(&self) -> String {
        text::table(self, true)
    }

    /// Returns one line of JSON, without a newline.
    ///
    /// ```text
    /// {"event":"audit","profile":"production","refused":false,"summary":{"fail":1,"warn":0,"manual":11,"pass":29},"items":[
    ///  {"id":"https","title":"…","section":"before deployment","cadence":null,"outcome":"fail","reason":"…","remedy":"…"},…]}
    /// ```
    #[must_use]
    pub fn to_json(&self) -> String {
        json::line(self)
    }

    /// Returns a SARIF 2.1.0 log, for code scanning: a rule for each item, a result for each outcome.
    #[must_use]
    pub fn to_sarif(&self) -> String {
        sarif::log(self)
    }

    /// Logs each failed item as one WARN line, target `secure_runtime::audit`, in production; elsewhere it does nothing. Call it
    /// once, after the log is initialized.
    pub fn log(&self) {
        if !self.profile.is_production() {
            return;
        }
        for item in self.having(Outcome::Fail) {
            tracing::warn!(
                target: "secure_runtime::audit",
                item = item.id(),
                reason = item.reason(),
                remedy = item.remedy(),
                "an item of the deployment checklist fails: {}", item.title()
            );
        }
    }
}

/// The same as [`to_text`](Checklist::to_text).
impl fmt::Display for Checklist {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}
