//! The switch that shuts the service.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
};

use super::notice::{InvalidNotice, Notice};

/// Who shut the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The service's own code.
    Service,
    /// An operator, by the admin listener.
    Admin,
    /// A file in a directory that the service owns.
    File,
    /// A key that all replicas of the service look at.
    Shared,
}

impl Cause {
    const ALL: [Self; 4] = [Self::Service, Self::Admin, Self::File, Self::Shared];

    /// The name used in log lines: `service`, `admin`, `file` or `shared`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Admin => "admin",
            Self::File => "file",
            Self::Shared => "shared",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Shuts a service and opens it again; clones are the same switch.
#[derive(Clone, Default)]
pub struct Switch(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// A bit for each cause that is on.
    on: AtomicU8,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    notices: [Option<Arc<Notice>>; Cause::ALL.len()],
    hooks: Vec<Hook>,
}

type Hook = Arc<dyn Fn(&Change) + Send + Sync>;

/// A switch that was turned.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// Who turned it.
    pub cause: Cause,
    /// What clients are told, if it was turned on.
    pub notice: Option<Notice>,
    /// Whether the service is shut now.
    pub is_on: bool,
}

impl Switch {
    /// A switch that is off.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the service is shut.
    #[inline]
    #[must_use]
    pub fn is_on(&self) -> bool {
        // What clients are told is read under the lock, so nothing is published through the flag.
        self.0.on.load(Ordering::Relaxed) != 0
    }

    /// Who has shut the service.
    pub fn causes(&self) -> impl Iterator<Item = Cause> + use<> {
        let on = self.0.on.load(Ordering::Relaxed);
        Cause::ALL.into_iter().filter(move |cause| on & cause.bit() != 0)
    }

    /// What clients are told: by the first cause that is on, in the order of [`Cause`].
    #[must_use]
    pub fn notice(&self) -> Option<Arc<Notice>> {
        self.state().notices.iter().flatten().next().cloned()
    }

    /// Shuts the service, or changes what clients are told; whether that changed anything.
    #[expect(clippy::must_use_candidate, reason = "most callers only want it so")]
    pub fn turn_on(&self, cause: Cause, notice: Notice) -> bool {
        self.turn(cause, Some(notice))
    }

    /// Takes back what `cause` switched on; whether that changed anything. The service stays shut while another cause is on.
    #[expect(clippy::must_use_candidate, reason = "most callers only want it so")]
    pub fn turn_off(&self, cause: Cause) -> bool {
        self.turn(cause, None)
    }

    /// Calls `hook` after each change, on the thread that made it: the place for a security event.
    pub fn on_change(&self, hook: impl Fn(&Change) + Send + Sync + 'static) {
        self.state().hooks.push(Arc::new(hook));
    }

    /// Does what an operator writes: `on`, with a [`Notice`] after it or not, `off` or `status`; a text for the operator.
    ///
    /// # Errors
    ///
    /// It is none of these, or the notice cannot be read.
    pub fn command(&self, cause: Cause, text: &str) -> Result<String, InvalidCommand> {
        let text = text.trim();
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        match (word, rest.trim()) {
            ("on", rest) => {
                self.turn_on(cause, rest.parse()?);
            }
            ("off", "") => {
                self.turn_off(cause);
            }
            ("status", "") => {}
            _ => return Err(InvalidCommand(None)),
        }
        Ok(self.to_string())
    }

    fn turn(&self, cause: Cause, notice: Option<Notice>) -> bool {
        let mut state = self.state();
        let place = &mut state.notices[cause as usize];
        if place.as_deref() == notice.as_ref() {
            return false;
        }
        *place = notice.clone().map(Arc::new);
        // Under the lock, so that flag and notices agree.
        if notice.is_some() {
            self.0.on.fetch_or(cause.bit(), Ordering::Relaxed);
        } else {
            self.0.on.fetch_and(!cause.bit(), Ordering::Relaxed);
        }
        let change = Change {
            cause,
            notice,
            is_on: self.is_on(),
        };
        // Hooks are foreign code: they run without the lock.
        let hooks = state.hooks.clone();
        drop(state);
        change.log();
        for hook in hooks {
            hook(&change);
        }
        true
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it holds the lock.
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Change {
    fn log(&self) {
        let cause = self.cause.as_str();
        match &self.notice {
            Some(notice) => tracing::warn!(
                cause,
                retry_after_seconds = notice.wait_time().map(|wait| wait.as_secs()),
                notice = notice.text(),
                "maintenance is on"
            ),
            None if self.is_on => tracing::warn!(cause, "maintenance goes on: another cause is still on"),
            None => tracing::warn!(cause, "maintenance is off"),
        }
    }
}

impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("maintenance is ")?;
        let mut causes = self.causes();
        let Some(first) = causes.next() else {
            return f.write_str("off");
        };
        write!(f, "on ({}", first.as_str())?;
        for cause in causes {
            write!(f, ", {}", cause.as_str())?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.causes()).finish()
    }
}

/// Text that tells a [`Switch`] nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidCommand(Option<InvalidNotice>);

impl From<InvalidNotice> for InvalidCommand {
    fn from(notice: InvalidNotice) -> Self {
        Self(Some(notice))
    }
}

impl fmt::Display for InvalidCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(notice) => fmt::Display::fmt(&notice, f),
            None => f.write_str("write on, on 10m MESSAGE, off or status"),
        }
    }
}

impl std::error::Error for InvalidCommand {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_a_switch_of_its_own() {
        let switch = Switch::new();
        assert!(switch.turn_on(Cause::File, Notice::new().message("file")));
        assert!(switch.turn_on(Cause::Admin, Notice::new().message("admin")));
        assert!(
            !switch.turn_on(Cause::Admin, Notice::new().message("admin")),
            "it is so already"
        );
        assert_eq!(switch.notice().unwrap().text(), Some("admin"));
        assert_eq!(switch.to_string(), "maintenance is on (admin, file)");
        assert!(switch.turn_off(Cause::Admin));
        assert!(switch.is_on());
        assert_eq!(switch.notice().unwrap().text(), Some("file"));
        assert!(!switch.turn_off(Cause::Shared), "it was off");
        assert!(switch.turn_off(Cause::File));
        assert!(!switch.is_on() && switch.notice().is_none());
        assert_eq!(switch.to_string(), "maintenance is off");
    }

    #[test]
    fn hooks_hear_of_changes_and_may_ask_back() {
        let switch = Switch::new();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let (listener, asked) = (Arc::clone(&heard), switch.clone());
        switch.on_change(move |change| {
            assert_eq!(change.is_on, asked.is_on());
            listener
                .lock()
                .unwrap()
                .push((change.cause, change.notice.is_some()));
        });
        switch.turn_on(Cause::Service, Notice::new());
        switch.turn_on(Cause::Service, Notice::new());
        switch.turn_off(Cause::Service);
        assert_eq!(
            *heard.lock().unwrap(),
            [(Cause::Service, true), (Cause::Service, false)]
        );
    }

    #[test]
    fn operators_write_words() {
        let switch = Switch::new();
        let write = |text: &str| {
            switch
                .command(Cause::Admin, text)
                .map_err(|error| error.to_string())
        };
        assert_eq!(write("status"), Ok("maintenance is off".to_owned()));
        assert_eq!(
            write(" on 10m Back at noon.\n"),
            Ok("maintenance is on (admin)".to_owned())
        );
        assert_eq!(switch.notice().unwrap().text(), Some("Back at noon."));
        assert!(write("on 10x").unwrap_err().starts_with("no time to wait"));
        assert!(write("off now").is_err() && write("").is_err() && write("ON").is_err());
        assert!(switch.is_on());
        assert_eq!(write("off"), Ok("maintenance is off".to_owned()));
    }
}
