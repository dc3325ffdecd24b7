//! The rules for secrets, on borrowed bytes; each says what is wrong without the value.

mod names;

pub(crate) use names::{distance, is_service_address, is_service_link, is_system_name};

use std::borrow::Cow;

use crate::gate::{self, Policy, Reason, Verdict};
use crate::problem::{ProblemKind, Refusal};
use crate::profile::Profile;
use crate::schema::{Field, Purpose, Rule};
use crate::secret::{Encoding, SecretUrl};
use crate::waiver::Waiver;

/// The circumstances of a check, and its warnings.
pub(crate) struct Context {
    pub(crate) profile: Profile,
    /// Those for the variable at hand.
    pub(crate) waivers: Vec<Waiver>,
    pub(crate) warnings: Vec<Refusal>,
}

/// Refuses what does not show: white space at the edges comes from a copied line or an `echo`, a byte order mark from an editor, and no
/// generator makes either.
pub(crate) fn edges(bytes: &[u8]) -> Result<(), Box<Refusal>> {
    const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
    if bytes.starts_with(BYTE_ORDER_MARK) {
        let message = "begins with a byte order mark";
        return Err(Refusal::new(ProblemKind::EdgeWhitespace, message).remedy("save it as UTF-8 without one"));
    }
    if bytes.trim_ascii().len() == bytes.len() {
        return Ok(());
    }
    let message = "has white space at an edge";
    Err(Refusal::new(ProblemKind::EdgeWhitespace, message)
        .remedy("remove the spaces and line ends around it"))
}

/// Refuses controls in a secret that is text, line ends and tabs apart: they come from a file that is not text.
pub(crate) fn controls(bytes: &[u8]) -> Result<(), Box<Refusal>> {
    // Every byte is looked at, without a branch, so that many are looked at in one step.
    let is_stray = |byte: u8| byte.is_ascii_control() & (byte != b'\n') & (byte != b'\r') & (byte != b'\t');
    if !bytes.iter().fold(false, |any, &byte| any | is_stray(byte)) {
        return Ok(());
    }
    Err(Refusal::new(ProblemKind::Invalid, "holds a control character")
        .remedy("a text has none; for a key of any bytes say SecretBytes with an encoding"))
}

/// Judges a secret that is written as `text` and used as `used` bytes.
pub(crate) fn secret(
    text: &[u8],
    used: usize,
    field: &'static Field,
    context: &mut Context,
) -> Result<(), Box<Refusal>> {
    let mut policy = Policy::key();
    for rule in field.rules() {
        if let Rule::Purpose(purpose) = rule {
            policy = match purpose {
                Purpose::Key => Policy::key(),
                Purpose::Passphrase => Policy::passphrase(),
                Purpose::Password => Policy::password(),
                Purpose::Token => Policy::vendor_token(),
            };
        }
    }
    if context.profile.is_production() {
        policy = policy.refuse_test_keys();
    }
    for rule in field.rules() {
        match *rule {
            Rule::MinLen(least) => policy = policy.min_len(least),
            // An exact length needs no least one.
            Rule::Len(_) => policy = policy.min_len(0),
            Rule::MinBits(bits) => policy = policy.min_bits(u16::try_from(bits).unwrap_or(u16::MAX)),
            Rule::Reject(list)
                if list
                    .iter()
                    .any(|rejected| folds_to_same(text, rejected.as_bytes())) =>
            {
                return Err(weak(Reason::KnownDefault { family: None }, field));
            }
            _ => {}
        }
    }
    let verdict = judge(text, used, policy, context);
    if let Some(reason) = verdict.reason() {
        return Err(weak(reason, field));
    }
    lengths(used, field)?;
    warn(verdict, field, context);
    Ok(())
}

/// Judges by the policy, less what is waived for the variable at hand.
fn judge(text: &[u8], used: usize, policy: Policy, context: &mut Context) -> Verdict {
    let verdict = gate::judge_decoded(text, used, &policy);
    if context.waivers.is_empty() {
        return verdict;
    }
    let mut waived = policy;
    for waiver in &context.waivers {
        let needed = verdict.is_refused();
        context.warnings.push(*waiver.warning(needed));
        waived = waived.waive(waiver.rule());
    }
    gate::judge_decoded(text, used, &waived)
}

/// Whether two texts are one when case, separators and white space count nothing: `Change-Me` is `change_me`.
fn folds_to_same(left: &[u8], right: &[u8]) -> bool {
    fn fold(bytes: &[u8]) -> impl Iterator<Item = u8> + '_ {
        bytes
            .iter()
            .filter(|byte| byte.is_ascii_alphanumeric())
            .map(u8::to_ascii_lowercase)
    }
    left == right || (fold(right).next().is_some() && fold(left).eq(fold(right)))
}

/// The lengths that the gate does not know of; `usize::MAX` bytes are text that could not be decoded.
fn lengths(used: usize, field: &Field) -> Result<(), Box<Refusal>> {
    if used == usize::MAX {
        return Ok(());
    }
    for rule in field.rules() {
        match *rule {
            Rule::MaxLen(most) if used > most => {
                let message = format!("is longer than {most} bytes");
                return Err(Refusal::new(ProblemKind::TooLong, message).remedy(remedy(field)));
            }
            Rule::Len(exact) if used != exact => {
                let kind = if used < exact {
                    ProblemKind::TooShort
                } else {
                    ProblemKind::TooLong
                };
                let message = format!("is not exactly {exact} bytes");
                return Err(Refusal::new(kind, message).remedy(remedy(field)));
            }
            _ => {}
        }
    }
    Ok(())
}

fn warn(verdict: Verdict, field: &'static Field, context: &mut Context) {
    // Who states an exact length has chosen the strength: the operator cannot have more.
    let is_chosen = field.rules().iter().any(|rule| matches!(rule, Rule::Len(_)));
    if let Some(warning) = verdict.warning().filter(|_| !is_chosen) {
        let refusal = Refusal::new(ProblemKind::TooShort, warning.to_string()).remedy(remedy(field));
        context.warnings.push(*refusal);
    }
}

fn weak(reason: Reason, field: &Field) -> Box<Refusal> {
    let kind = match reason {
        Reason::TooShort { .. } => ProblemKind::TooShort,
        _ => ProblemKind::Weak(reason),
    };
    let refusal = Refusal::new(kind, reason.to_string());
    match reason.own_remedy() {
        Some(own) => refusal.remedy(own),
        None => refusal.remedy(remedy(field)),
    }
}

/// Refuses what stands for a URL and is none: a reference, ciphertext, quotes around it.
pub(crate) fn url_form(text: &[u8], field: &Field) -> Result<(), Box<Refusal>> {
    gate::not_a_url(text).map_or(Ok(()), |reason| Err(weak(reason, field)))
}

/// Judges the password inside a URL: refused where others reach the service, a warning elsewhere.
pub(crate) fn url(url: &SecretUrl, field: &'static Field, context: &mut Context) -> Result<(), Box<Refusal>> {
    let text = url.expose_secret();
    for rule in field.rules() {
        match *rule {
            Rule::MinLen(least) if text.len() < least => {
                return Err(weak(Reason::TooShort { min_len: least }, field));
            }
            Rule::Reject(list)
                if list
                    .iter()
                    .any(|rejected| folds_to_same(text.as_bytes(), rejected.as_bytes())) =>
            {
                return Err(weak(Reason::KnownDefault { family: None }, field));
            }
            _ => {}
        }
    }
    lengths(text.len(), field)?;
    let refused = gate::refused_part(text.as_bytes());
    let reason = refused.map(|(_, reason)| reason);
    let mut waived = false;
    for waiver in &context.waivers {
        let needed = reason.is_some_and(|reason| reason.code() == waiver.rule());
        context.warnings.push(*waiver.warning(needed));
        waived |= needed;
    }
    let Some((part, reason)) = refused.filter(|_| !waived) else {
        return Ok(());
    };
    let message = match part {
        gate::Part::Password => format!("holds a password that {reason}"),
        gate::Part::Query => format!("holds a password in its query that {reason}"),
        gate::Part::Other => format!("has a part that {reason}"),
    };
    let remedy = reason.own_remedy().unwrap_or(Policy::password().remedy());
    let refusal = Refusal::new(ProblemKind::Weak(reason), message).remedy(remedy);
    if context.profile.is_deployed() {
        return Err(refusal);
    }
    context.warnings.push(*refusal);
    Ok(())
}

/// The command that makes a good value of the field.
pub(crate) fn remedy(field: &Field) -> Cow<'static, str> {
    let mut purpose = Purpose::Key;
    let mut encoding = None;
    let mut bytes = 32;
    for rule in field.rules() {
        match *rule {
            Rule::Purpose(stated) => purpose = stated,
            Rule::Encoding(stated) => encoding = Some(stated),
            Rule::Len(exact) => bytes = exact,
            Rule::MinLen(least) => bytes = bytes.max(least),
            _ => {}
        }
    }
    if field.shape().is_secret_url() {
        return "write it as scheme://user:password@host:port/path".into();
    }
    match (encoding, purpose) {
        (Some(Encoding::Hex), _) => format!("make one:  openssl rand -hex {bytes}").into(),
        (Some(Encoding::Base64), _) => format!("make one:  openssl rand -base64 {bytes}").into(),
        (Some(Encoding::Base64Url), _) => {
            format!("make one:  openssl rand -base64 {bytes} | tr '+/' '-_'").into()
        }
        (None, Purpose::Passphrase) => Policy::passphrase().remedy().into(),
        (None, Purpose::Token) => Policy::vendor_token().remedy().into(),
        (None, Purpose::Password) if bytes <= 32 => Policy::password().remedy().into(),
        (None, _) => format!("make one:  openssl rand -base64 {bytes}").into(),
    }
}
