//! The age of the secrets.

use super::Evidence;
use crate::audit::item::Verdict;

const DAY: u64 = 24 * 60 * 60;

pub(in crate::audit) fn rotate_secrets(evidence: &Evidence<'_>) -> Verdict {
    const HOW: &str =
        "exchange them one by one, with a grace period for old tokens, and set SECRETS_ROTATED_AT to the day";

    let facts = evidence.facts;
    let Some(date) = facts.settings.secrets_rotated_at else {
        return facts
            .unjudged()
            .unwrap_or_else(|| Verdict::manual("SECRETS_ROTATED_AT is not set", HOW));
    };
    let most = facts.settings.secrets_rotation;
    match facts.now.duration_since(date.start()) {
        Err(_) => Verdict::fail(
            format!("SECRETS_ROTATED_AT is {date}, which is in the future"),
            HOW,
        ),
        Ok(age) if age > most => Verdict::fail(
            format!(
                "they were exchanged {} days ago, on {date}; {} are allowed",
                age.as_secs() / DAY,
                most.as_secs() / DAY
            ),
            HOW,
        ),
        Ok(age) => Verdict::pass(format!(
            "they were exchanged {} days ago, on {date}",
            age.as_secs() / DAY
        )),
    }
}
