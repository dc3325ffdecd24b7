//! The answer for programs.

use std::fmt::Write;
use std::time::Duration;

use super::text;
use crate::health::check::{Kind, Value};
use crate::health::report::Report;
use crate::health::slot::{Slot, State};
use crate::health::system::Figures;
use crate::json::string;
use crate::json_number::MAX_EXACT;

/// The answer that everyone may see.
pub(super) fn brief(status: &str, timestamp: &str) -> String {
    let mut out =
        String::with_capacity(r#"{"status":"","timestamp":""}"#.len() + status.len() + timestamp.len());
    Object::write(&mut out, |answer| {
        answer.string("status", status);
        answer.string("timestamp", timestamp);
    });
    out
}

/// The answer with details.
pub(super) fn detailed(report: &Report<'_>, timestamp: &str) -> String {
    let mut out = String::with_capacity(1024);
    Object::write(&mut out, |answer| {
        answer.string("status", report.status.as_str());
        answer.string("timestamp", timestamp);
        answer.object("checks", |checks| {
            for (slot, state) in &report.checks {
                checks.object(&slot.name, |check| write_check(check, slot, state));
            }
            if let Some(figures) = &report.system {
                checks.object("system", |system| write_system(system, figures));
            }
        });
        answer.object("uptime", |uptime| {
            uptime.raw("uptime_seconds", report.uptime.as_secs());
            uptime.string("uptime_formatted", &text::duration(report.uptime));
        });
    });
    out
}

fn write_check(check: &mut Object<'_>, _slot: &Slot, state: &State) {
    check.string("status", state.status().as_str());
    if let Some(reason) = state.reason() {
        check.string("reason", reason.as_str());
    }
    if state.failures() > 0 {
        check.raw("consecutive_failures", state.failures());
    }
    for (name, value) in state.outcome().into_iter().flat_map(|outcome| outcome.figures()) {
        check.value(name, value);
    }
    if let Some(took) = state.took() {
        check.raw("response_time_ms", millis(took));
    }
}

fn write_system(system: &mut Object<'_>, figures: &Figures) {
    system.tenths("cpu_usage_percent", figures.cpu_usage_percent());
    system.tenths("memory_usage_percent", figures.memory_usage_percent());
    system.tenths("disk_free_gb", figures.disk_free_gb());
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A JSON object being written: its braces and commas are right however it is used.
struct Object<'a> {
    out: &'a mut String,
    empty: bool,
}

impl<'a> Object<'a> {
    fn write(out: &'a mut String, members: impl FnOnce(&mut Object<'_>)) {
        out.push('{');
        let mut object = Object { out, empty: true };
        members(&mut object);
        object.out.push('}');
    }

    fn name(&mut self, name: &str) {
        if !self.empty {
            self.out.push(',');
        }
        self.empty = false;
        string(name, self.out);
        self.out.push(':');
    }

    fn object(&mut self, name: &str, members: impl FnOnce(&mut Object<'_>)) {
        self.name(name);
        Object::write(self.out, members);
    }

    fn string(&mut self, name: &str, text: &str) {
        self.name(name);
        string(text, self.out);
    }

    /// An integer or a bool, whose `Display` is its JSON.
    fn raw(&mut self, name: &str, value: impl std::fmt::Display) {
        self.name(name);
        // Writing to a String cannot fail.
        let _ = write!(self.out, "{value}");
    }

    /// A number with one decimal, `null` where it is not known.
    fn tenths(&mut self, name: &str, value: Option<f64>) {
        match value.filter(|value| value.is_finite()) {
            Some(value) => self.raw(name, format_args!("{value:.1}")),
            None => self.raw(name, "null"),
        }
    }

    fn value(&mut self, name: &str, value: &Value) {
        match value.kind() {
            Kind::Bool(value) => self.raw(name, value),
            Kind::Signed(value) if value.unsigned_abs() > MAX_EXACT => self.string(name, &value.to_string()),
            Kind::Signed(value) => self.raw(name, value),
            Kind::Unsigned(value) if *value > MAX_EXACT => self.string(name, &value.to_string()),
            Kind::Unsigned(value) => self.raw(name, value),
            // JSON has no word for the others (RFC 8259 §6).
            Kind::Float(value) if value.is_finite() => self.raw(name, value),
            Kind::Float(_) => self.raw(name, "null"),
            Kind::Text(text) => self.string(name, text),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;
    use crate::health::check::Outcome;
    use crate::health::slot::{Ended, Thresholds};
    use crate::health::status::{Reason, Status};

    #[test]
    fn the_documented_answer_to_the_letter() {
        let slot = Slot::new(
            "database".to_owned(),
            true,
            Duration::from_secs(1),
            Duration::from_secs(1),
            Thresholds {
                failure: 3,
                success: 1,
            },
        );
        slot.publish(Ended {
            at: Instant::now(),
            took: Duration::from_micros(12_900),
            result: Ok(Outcome::healthy().with("connections", 5)),
        });
        let report = Report {
            status: Status::Healthy,
            checks: vec![(&slot, slot.state(Instant::now()))],
            system: Some(Figures {
                cpu_usage: Some(45.2),
                memory_usage: Some(62.5),
                disk_free: Some(234_500_000_000),
            }),
            uptime: Duration::from_secs(86_400),
        };
        assert_eq!(
            detailed(&report, "2025-11-02T10:30:45.123Z"),
            concat!(
                r#"{"status":"healthy","timestamp":"2025-11-02T10:30:45.123Z","checks":{"#,
                r#""database":{"status":"healthy","connections":5,"response_time_ms":12},"#,
                r#""system":{"cpu_usage_percent":45.2,"memory_usage_percent":62.5,"disk_free_gb":234.5}},"#,
                r#""uptime":{"uptime_seconds":86400,"uptime_formatted":"1d 0h 0m 0s"}}"#
            )
        );
    }

    #[test]
    fn what_is_not_known_and_what_failed() {
        let slot = Slot::new(
            "cache".to_owned(),
            false,
            Duration::from_secs(1),
            Duration::from_secs(1),
            Thresholds {
                failure: 3,
                success: 1,
            },
        );
        let pending = slot.state(Instant::now());
        slot.publish(Ended {
            at: Instant::now(),
            took: Duration::from_secs(5),
            result: Err(Reason::TimedOut),
        });
        let report = Report {
            status: Status::Degraded,
            checks: vec![
                (&slot, pending),
                (&slot, slot.state(Instant::now())),
                (&slot, State::Stale),
            ],
            system: Some(Figures::default()),
            uptime: Duration::ZERO,
        };
        let answer = detailed(&report, "t");
        for part in [
            r#""cache":{"status":"starting"}"#,
            r#""cache":{"status":"unhealthy","reason":"timeout","consecutive_failures":1,"response_time_ms":5000}"#,
            r#""cache":{"status":"unhealthy","reason":"stale"}"#,
            r#""system":{"cpu_usage_percent":null,"memory_usage_percent":null,"disk_free_gb":null}"#,
        ] {
            assert!(answer.contains(part), "{part} in {answer}");
        }
    }

    #[test]
    fn values() {
        let mut out = String::new();
        let outcome = Outcome::healthy()
            .with("a", true)
            .with("b", -1_i64)
            .with("exact", (1_u64 << 53) - 1)
            .with("rounded", 1_u64 << 53)
            .with("least", i64::MIN)
            .with("c", 0.5)
            .with("d", f64::NAN)
            .with("e\"", "\u{1b}[31m\u{202e}\u{2028}\u{e0001}\\é\n");
        Object::write(&mut out, |object| {
            for (name, value) in outcome.figures() {
                object.value(name, value);
            }
        });
        assert_eq!(
            out,
            r#"{"a":true,"b":-1,"exact":9007199254740991,"rounded":"9007199254740992","least":"-9223372036854775808","c":0.5,"d":null,"e\"":"\u001b[31m\u202e\u2028\udb40\udc01\\é\n"}"#
        );
    }
}
