//! Words that both kinds of answer share.

use std::time::Duration;

/// `1d 0h 0m 0s`.
pub(super) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    format!(
        "{}d {}h {}m {}s",
        seconds / 86_400,
        seconds / 3_600 % 24,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration(Duration::ZERO), "0d 0h 0m 0s");
        assert_eq!(duration(Duration::from_millis(59_999)), "0d 0h 0m 59s");
        assert_eq!(
            duration(Duration::from_secs(2 * 86_400 + 3 * 3_600 + 4 * 60 + 5)),
            "2d 3h 4m 5s"
        );
    }
}
