//! Hardens the process itself: no core dumps, no debugger, no new privileges.
//!
//! [`Hardening::apply`] belongs first into `main`, before a secret is loaded and before a thread starts. It takes
//! these measures in this order, goes on when the system refuses one, and reports each:
//!
//! 1. [`Measure::LockMemory`]: the soft limit of locked memory is raised to the hard one, so that more secrets can be
//!    kept out of swap.
//! 2. [`Measure::NoCoreFile`]: the size of core files is limited to 0, for good.
//! 3. [`Measure::NotDumpable`]: the kernel neither dumps the process — also not into the pipe of a crash collector,
//!    which a limit of 0 does not stop — nor lets another process of the same user attach to it or read its
//!    `/proc/PID/mem` and `/proc/PID/environ` (prctl(2), `PR_SET_DUMPABLE`).
//! 4. [`Measure::NoNewPrivileges`]: programs that the process starts gain nothing from set-user-ID bits and file
//!    capabilities (prctl(2), `PR_SET_NO_NEW_PRIVS`).
//!
//! **Caveat.** Who needs a debugger, a profiler or crash dumps says so with [`Hardening::allow_dumps`]; who starts
//! `sudo` or `ping`, with [`Hardening::allow_new_privileges`]. A process that is not dumpable owns little of its
//! `/proc/self` unless it is root's: it cannot open its own `/proc/self/environ` or `/proc/self/mem`. Privileged
//! processes (`CAP_SYS_PTRACE`) can still attach. On other systems than Linux only the limits are set, and nothing
//! at all where there are none; the report says so.
//!
//! # Examples
//!
//! ```
//! use secure_runtime::harden::{Hardening, Measure, Outcome};
//!
//! let report = Hardening::new().allow_new_privileges().apply();
//! println!("{report}");
//! let steps: Vec<_> = report.steps().collect();
//! assert_eq!(steps.len(), 4);
//! assert!(matches!(steps[3], (Measure::NoNewPrivileges, Outcome::LeftOut)));
//! ```

mod measure;
mod report;

pub use measure::Measure;
pub use report::{Outcome, Report};

/// What is to be done to the process; everything, unless something is left out.
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "nothing is done before `apply`"]
pub struct Hardening {
    dumps: bool,
    new_privileges: bool,
}

impl Hardening {
    /// Every measure.
    pub const fn new() -> Self {
        Self {
            dumps: false,
            new_privileges: false,
        }
    }

    /// Leaves core dumps and debuggers possible.
    pub const fn allow_dumps(mut self) -> Self {
        self.dumps = true;
        self
    }

    /// Leaves programs that the process starts the privileges that their files give them.
    pub const fn allow_new_privileges(mut self) -> Self {
        self.new_privileges = true;
        self
    }

    /// Takes the measures, as far as the system lets it, and reports each.
    pub fn apply(self) -> Report {
        Report(Measure::ALL.map(|measure| {
            let outcome = if self.leaves_out(measure) {
                Outcome::LeftOut
            } else {
                measure.take()
            };
            (measure, outcome)
        }))
    }

    const fn leaves_out(self, measure: Measure) -> bool {
        match measure {
            Measure::LockMemory => false,
            Measure::NoCoreFile | Measure::NotDumpable => self.dumps,
            Measure::NoNewPrivileges => self.new_privileges,
        }
    }
}
