//! The command line behind `healthcheck`. Nothing of an argument is echoed.

use std::ffi::OsString;
use std::time::Duration;

use super::target::Target;

/// Longer is no probe any more.
const LONGEST: Duration = Duration::from_secs(60);

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Help,
    Ask {
        /// That of the settings if unsaid.
        target: Option<Target>,
        live: bool,
        timeout: Option<Duration>,
    },
}

pub(super) fn parse(arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Result<Request, String> {
    let (mut target, mut live, mut timeout) = (None, false, None);
    let mut arguments = arguments.into_iter().map(Into::into);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(Request::Help),
            Some("--live") if !live => live = true,
            Some("--timeout") if timeout.is_none() => {
                let value = arguments.next();
                let value = value.as_deref().and_then(|value| value.to_str());
                timeout = Some(
                    value
                        .and_then(duration)
                        .ok_or("--timeout takes a time such as 500ms or 2s, at most 60s")?,
                );
            }
            Some(option) if option.starts_with('-') => return Err("there is no such option".to_owned()),
            Some(text) if target.is_none() => {
                target = Some(
                    text.parse::<Target>()
                        .map_err(|error| format!("the address is {error}"))?,
                );
            }
            _ => return Err("there is one argument too many".to_owned()),
        }
    }
    if live && target.as_ref().is_some_and(|target| target.path.is_some()) {
        return Err("--live and the path of a URL exclude each other".to_owned());
    }
    Ok(Request::Ask {
        target,
        live,
        timeout,
    })
}

/// Whole milliseconds or seconds.
fn duration(text: &str) -> Option<Duration> {
    let (digits, unit): (_, fn(u64) -> Duration) = match text.strip_suffix("ms") {
        Some(digits) => (digits, Duration::from_millis),
        None => (text.strip_suffix('s')?, Duration::from_secs),
    };
    let number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let duration = number.then(|| digits.parse().ok().map(unit)).flatten()?;
    (!duration.is_zero() && duration <= LONGEST).then_some(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar() {
        let ask = |target: Option<&str>, live, timeout| Request::Ask {
            target: target.map(|text| text.parse().unwrap()),
            live,
            timeout,
        };
        assert_eq!(parse([""; 0]), Ok(ask(None, false, None)));
        assert_eq!(parse(["--live"]), Ok(ask(None, true, None)));
        assert_eq!(
            parse(["--timeout", "500ms", "127.0.0.1:80"]),
            Ok(ask(Some("127.0.0.1:80"), false, Some(Duration::from_millis(500))))
        );
        assert_eq!(parse(["--help"]), Ok(Request::Help));
    }

    #[test]
    fn mistakes_are_told_without_the_argument() {
        let odd = "zz9Qm2vTz81LcRw4H";
        for arguments in [
            &[odd][..],
            &["127.0.0.1:80", odd],
            &["--zz9Qm2vTz81LcRw4H"],
            &["--live", "--live"],
            &["--timeout"],
            &["--timeout", odd],
            &["--timeout", "0s"],
            &["--timeout", "61s"],
            &["--timeout", "+1s"],
            &["--timeout", "99999999999999999999s"],
            &["--live", "http://127.0.0.1/zz9Qm2vTz81LcRw4H"],
        ] {
            let error = parse(arguments.iter().copied()).unwrap_err();
            assert!(!error.contains("zz9"), "{error}");
        }
    }
}
