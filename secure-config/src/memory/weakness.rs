//! What the system refused, so that the loader can say it aloud.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};

/// What the system refused since the process started, a bit for each [`Weakness`].
static REFUSED: AtomicU8 = AtomicU8::new(0);

/// A protection of the memory of secrets that the system refused; loading went on without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weakness {
    /// Pages could not be locked: their content can be written to swap.
    Unlocked,
    /// Pages could not be left out of core dumps.
    Dumped,
    /// Pages could not be mapped: secrets stand on the heap.
    Unmapped,
}

const ALL: [Weakness; 3] = [Weakness::Unlocked, Weakness::Dumped, Weakness::Unmapped];

impl Weakness {
    const fn bit(self) -> u8 {
        match self {
            Self::Unlocked => 1,
            Self::Dumped => 2,
            Self::Unmapped => 4,
        }
    }

    /// Remembers that the system refused this.
    #[cfg_attr(
        any(miri, not(target_os = "linux")),
        expect(dead_code, reason = "nothing is refused there")
    )]
    pub(super) fn note(self) {
        REFUSED.fetch_or(self.bit(), Ordering::Relaxed);
    }
}

impl fmt::Display for Weakness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unlocked => {
                "secrets can be written to swap: the system refused to lock their pages; \
                 raise RLIMIT_MEMLOCK (systemd: LimitMEMLOCK=, Docker: --ulimit memlock=, shell: ulimit -l)"
            }
            Self::Dumped => "secrets can be written to core dumps: the system refused MADV_DONTDUMP",
            Self::Unmapped => {
                "secrets stand on the heap, where swap and core dumps reach them: the system refused to map pages"
            }
        })
    }
}

/// What the system refused since the process started.
pub(crate) fn weaknesses() -> impl Iterator<Item = Weakness> {
    let refused = REFUSED.load(Ordering::Relaxed);
    ALL.into_iter()
        .filter(move |weakness| refused & weakness.bit() != 0)
}
