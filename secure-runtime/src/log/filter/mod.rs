//! Decides which callsites are written.

mod directives;
mod live;

pub use directives::{Directives, DirectivesError};
pub(super) use directives::{matches, parse_level};
pub(super) use live::Live;

use tracing_core::metadata::LevelFilter;
use tracing_core::{Level, Metadata};

/// The levels of one moment.
///
/// 1. What `RUST_LOG` says of a target, or of all, holds.
/// 2. The service's own targets have the service's level.
/// 3. All others have it too, but never below `INFO`: `DEBUG` is meant for the service, not for its HTTP stack.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    pub(super) level: LevelFilter,
    pub(super) directives: Directives,
    pub(super) own_targets: Vec<String>,
}

impl Filter {
    /// The level of a target whose callsite stands in the source file `file`.
    pub(super) fn level(&self, target: &str, file: Option<&str>) -> LevelFilter {
        self.directives.level(target).unwrap_or_else(|| {
            if self.is_own(target, file) {
                self.level
            } else {
                self.level.min(LevelFilter::INFO)
            }
        })
    }

    pub(super) fn is_enabled(&self, metadata: &Metadata<'_>) -> bool {
        let level = self.level(metadata.target(), metadata.file());
        if metadata.is_span() {
            // A request's id must stand in its errors even if nothing below ERROR is written.
            level != LevelFilter::OFF && *metadata.level() <= level.max(LevelFilter::INFO)
        } else {
            *metadata.level() <= level
        }
    }

    /// The most verbose level that may be written at all.
    pub(super) fn max(&self) -> LevelFilter {
        let max = self.level.max(self.directives.max().unwrap_or(LevelFilter::OFF));
        if max == LevelFilter::OFF {
            max
        } else {
            max.max(LevelFilter::INFO)
        }
    }

    /// Whether a target is the service's own: one of those it named or, if it named none, one whose source
    /// file has a relative path. Cargo gives the compiler relative paths for the members of a workspace and
    /// absolute ones for dependencies.
    fn is_own(&self, target: &str, file: Option<&str>) -> bool {
        if self.own_targets.is_empty() {
            return file.is_some_and(|file| !is_absolute(file));
        }
        self.own_targets.iter().any(|own| matches(own, target))
    }
}

/// Absolute on Unix or Windows, whichever the compiler ran on.
fn is_absolute(file: &str) -> bool {
    file.starts_with(['/', '\\']) || file.as_bytes().get(1) == Some(&b':')
}

/// Whether a record of the `log` crate is written.
pub(super) fn allows(filter: &Filter, level: Level, target: &str, file: Option<&str>) -> bool {
    level <= filter.level(target, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(level: LevelFilter, rust_log: &str, own: &[&str]) -> Filter {
        Filter {
            level,
            directives: rust_log.parse().unwrap(),
            own_targets: own.iter().map(|own| (*own).to_owned()).collect(),
        }
    }

    const DEPENDENCY: Option<&str> = Some("/home/x/.cargo/registry/src/index/hyper-1.7.0/src/lib.rs");

    #[test]
    fn dependencies_stay_at_info() {
        let debug = filter(LevelFilter::DEBUG, "", &[]);
        assert_eq!(debug.level("app::db", Some("src/db.rs")), LevelFilter::DEBUG);
        assert_eq!(debug.level("audit", Some("src/db.rs")), LevelFilter::DEBUG);
        assert_eq!(debug.level("hyper::proto", DEPENDENCY), LevelFilter::INFO);
        assert_eq!(debug.level("unknown", None), LevelFilter::INFO);
        assert_eq!(
            debug.level("x", Some(r"C:\Users\x\.cargo\registry\src\x.rs")),
            LevelFilter::INFO
        );
        let error = filter(LevelFilter::ERROR, "", &[]);
        assert_eq!(error.level("hyper::proto", DEPENDENCY), LevelFilter::ERROR);
    }

    #[test]
    fn rust_log_is_finer() {
        let filter = filter(LevelFilter::INFO, "hyper=debug,hyper::proto=off", &[]);
        assert_eq!(filter.level("hyper::client", DEPENDENCY), LevelFilter::DEBUG);
        assert_eq!(filter.level("hyper::proto::h1", DEPENDENCY), LevelFilter::OFF);
        assert_eq!(filter.level("hyper_util", DEPENDENCY), LevelFilter::INFO);
        assert_eq!(filter.max(), LevelFilter::DEBUG);
    }

    #[test]
    fn named_targets_are_the_only_own_ones() {
        let filter = filter(LevelFilter::TRACE, "", &["app"]);
        assert_eq!(filter.level("app::db", DEPENDENCY), LevelFilter::TRACE);
        assert_eq!(
            filter.level("application", Some("src/main.rs")),
            LevelFilter::INFO
        );
    }

    #[test]
    fn spans_are_kept_for_the_errors_in_them() {
        assert_eq!(filter(LevelFilter::ERROR, "", &[]).max(), LevelFilter::INFO);
        assert_eq!(filter(LevelFilter::OFF, "off", &[]).max(), LevelFilter::OFF);
    }
}
