//! Which format a scraper wants.

use http::{HeaderMap, HeaderValue, header};

use super::encode::Format;

impl Format {
    /// The format to answer `Accept` with: OpenMetrics for those that ask for it and like nothing better, the
    /// text format for everyone else.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let (mut open, mut text) = (0, 0);
        let ranges = headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(','))
            // Scrapers send four.
            .take(32);
        for range in ranges {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let (mut weight, mut version) = (1_000, None);
            for part in parts {
                let Some((name, value)) = part.split_once('=') else {
                    continue;
                };
                let (name, value) = (name.trim(), value.trim().trim_matches('"'));
                if name.eq_ignore_ascii_case("q") {
                    weight = quality(value);
                } else if name.eq_ignore_ascii_case("version") {
                    version = Some(value);
                }
            }
            if media.eq_ignore_ascii_case("application/openmetrics-text") {
                // 0.0.1 is what it was called before it was 1.0.0; nothing else is known.
                if matches!(version, None | Some("1.0.0" | "0.0.1")) {
                    open = open.max(weight);
                }
            } else if media.eq_ignore_ascii_case("text/plain") {
                text = text.max(weight);
            }
        }
        if open > 0 && open >= text {
            Self::OpenMetrics
        } else {
            Self::Text
        }
    }

    pub(super) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        })
    }
}

/// A weight in thousandths (RFC 9110 §12.4.2); what is none counts nothing.
fn quality(text: &str) -> u32 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    let thousandths = fraction
        .bytes()
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
        * 10_u32.pow(3 - fraction.len() as u32);
    match whole {
        "0" => thousandths,
        "1" if thousandths == 0 => 1_000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn format(accept: &[&'static str]) -> Format {
        let mut headers = HeaderMap::new();
        for line in accept {
            headers.append(header::ACCEPT, HeaderValue::from_static(line));
        }
        Format::of(&headers)
    }

    #[test]
    fn gives_open_metrics_to_those_that_want_it() {
        for accept in [
            "application/openmetrics-text",
            "application/openmetrics-text; version=1.0.0",
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            "text/plain;q=0.5, APPLICATION/OpenMetrics-Text;Q=0.5",
        ] {
            assert_eq!(format(&[accept]), Format::OpenMetrics, "{accept}");
        }
        assert_eq!(
            format(&["text/plain;q=0.1", "application/openmetrics-text;q=0.2"]),
            Format::OpenMetrics
        );
    }

    #[test]
    fn gives_text_to_everyone_else() {
        for accept in [
            "",
            "*/*",
            "text/html",
            "text/plain",
            "application/json",
            "text/plain;version=0.0.4, application/openmetrics-text;q=0.5",
            "application/openmetrics-text;version=2.0.0",
            "application/openmetrics-text;q=0",
            "application/openmetrics-text;q=0.0001",
            "application/openmetrics-text;q=2",
            "application/openmetrics-text;q=x",
            ";;;,,=;q=",
        ] {
            assert_eq!(format(&[accept]), Format::Text, "{accept}");
        }
        assert_eq!(format(&[]), Format::Text);
    }
}
