//! What is known of the service at one moment.

use std::time::Duration;

use super::lifecycle::Phase;
use super::slot::{Slot, State};
use super::status::Status;
use super::system::Figures;

/// What those see who may see details.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub(super) status: Status,
    pub(super) checks: Vec<(&'a Slot, State)>,
    pub(super) system: Option<Figures>,
    pub(super) uptime: Duration,
}

/// The status of the whole, by its phase and the checks: whether each is critical, and its status.
pub(super) fn overall(phase: Phase, checks: impl Iterator<Item = (bool, Status)>) -> Status {
    match phase {
        Phase::Starting => return Status::Starting,
        Phase::Draining => return Status::Draining,
        Phase::Serving => {}
    }
    let mut overall = Status::Healthy;
    for (critical, status) in checks {
        let means = match (critical, status) {
            (true, Status::Unhealthy) => return Status::Unhealthy,
            (true, Status::Starting) => Status::Starting,
            (false, Status::Unhealthy) | (_, Status::Degraded) => Status::Degraded,
            _ => continue,
        };
        // Not having heard of a critical check outweighs a degraded one.
        if overall != Status::Starting {
            overall = means;
        }
    }
    overall
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_that_matters_counts() {
        use Status::{Degraded, Draining, Healthy, Starting, Unhealthy};
        let serving = |checks: &[(bool, Status)]| overall(Phase::Serving, checks.iter().copied());
        assert_eq!(serving(&[]), Healthy);
        assert_eq!(serving(&[(true, Healthy), (false, Healthy)]), Healthy);
        assert_eq!(serving(&[(true, Degraded)]), Degraded);
        assert_eq!(serving(&[(false, Unhealthy)]), Degraded);
        assert_eq!(serving(&[(false, Starting)]), Healthy);
        assert_eq!(
            serving(&[(false, Unhealthy), (true, Starting), (true, Degraded)]),
            Starting
        );
        assert_eq!(serving(&[(true, Starting), (true, Unhealthy)]), Unhealthy);
        assert_eq!(
            overall(Phase::Starting, [(true, Unhealthy)].into_iter()),
            Starting
        );
        assert_eq!(overall(Phase::Draining, [(true, Healthy)].into_iter()), Draining);
    }
}
