//! The answer for people: a page without scripts, pictures or anything fetched.

use std::fmt::{Display, Write};

use super::text;
use crate::health::check::{Kind, Value};
use crate::health::report::Report;
use crate::health::slot::{Slot, State};
use crate::health::status::Status;
use crate::health::system::Figures;
use crate::html::Escaped;

const STYLE: &str = include_str!("style.css");

/// Allows the page's own style, by its hash, and nothing else: stricter than a nonce, and in need of no other layer.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; \
    style-src 'sha256-XQURX0XRUFhAzVgAZ6vMIpqRI6YzcppVdhHv8QNjXpc='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page that everyone may see.
pub(super) fn brief(status: Status, timestamp: &str) -> String {
    let mut page = Page::begin(status.as_str(), meaning(status));
    page.end(timestamp);
    page.0
}

/// The page of a process that answers.
pub(super) fn alive(timestamp: &str) -> String {
    let mut page = Page::begin("alive", "The process answers. Nothing else was asked.");
    page.end(timestamp);
    page.0
}

/// The page with details.
pub(super) fn detailed(report: &Report<'_>, timestamp: &str) -> String {
    let mut page = Page::begin(report.status.as_str(), meaning(report.status));
    if !report.checks.is_empty() {
        page.push("<h2>Checks</h2><ul class=\"checks\">");
        for (slot, state) in &report.checks {
            page.check(slot, state);
        }
        page.push("</ul>");
    }
    if let Some(figures) = &report.system {
        page.system(figures);
    }
    page.write(format_args!(
        "<h2>Uptime</h2><p class=\"uptime\">{}</p>",
        Escaped(&text::duration(report.uptime))
    ));
    page.end(timestamp);
    page.0
}

const fn meaning(status: Status) -> &'static str {
    match status {
        Status::Healthy => "Every check passes.",
        Status::Degraded => "The service answers, but not everything works well.",
        Status::Unhealthy => "Something the service cannot do without does not work.",
        Status::Starting => "The service does not take requests yet.",
        Status::Draining => "The service finishes what it has begun and stops.",
    }
}

struct Page(String);

impl Page {
    fn begin(status: &'static str, meaning: &str) -> Self {
        let mut page = Self(String::with_capacity(STYLE.len() + 2048));
        page.push("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        page.push("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.push(
            "<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">",
        );
        page.write(format_args!("<title>{status} – health</title><style>"));
        page.push(STYLE);
        page.write(format_args!(
            "</style></head><body><main><header class=\"{status}\"><h1>{status}</h1><p>{meaning}</p></header>"
        ));
        page
    }

    fn end(&mut self, timestamp: &str) {
        self.write(format_args!(
            "<footer><p>As of <time datetime=\"{timestamp}\">{}</time></p>",
            timestamp.replacen('T', " ", 1).replace('Z', " UTC")
        ));
        // Without a query the address stays what it is.
        self.push("<p><a href=\"\">Ask again</a></p></footer></main></body></html>\n");
    }

    fn check(&mut self, slot: &Slot, state: &State) {
        let status = state.status().as_str();
        let optional = if slot.critical {
            ""
        } else {
            " <small>optional</small>"
        };
        self.write(format_args!(
            "<li><h3>{}{optional}</h3><p class=\"badge {status}\">{status}</p><dl>",
            Escaped(&slot.name)
        ));
        if let Some(reason) = state.reason() {
            self.pair("reason", reason.as_str());
        }
        if state.failures() > 0 {
            let of = slot.thresholds.failure;
            self.pair(
                "failures in a row",
                format_args!("{} (limit {of})", state.failures()),
            );
        }
        for (name, value) in state.outcome().into_iter().flat_map(|outcome| outcome.figures()) {
            self.figure(name, value);
        }
        if let Some(took) = state.took() {
            self.pair("response time", format_args!("{} ms", took.as_millis()));
        }
        self.push("</dl></li>");
    }

    fn system(&mut self, figures: &Figures) {
        self.push("<h2>System</h2><dl class=\"system\">");
        self.meter("Processors", figures.cpu_usage_percent());
        self.meter("Memory", figures.memory_usage_percent());
        match figures.disk_free_gb() {
            Some(free) => self.pair("Disk", format_args!("{free:.1} GB free")),
            None => self.pair("Disk", UNKNOWN),
        }
        self.push("</dl>");
    }

    fn meter(&mut self, name: &str, percent: Option<f64>) {
        let Some(percent) = percent else {
            return self.pair(name, UNKNOWN);
        };
        self.write(format_args!(
            "<div><dt>{name}</dt><dd>{percent:.1} %<meter min=\"0\" max=\"100\" low=\"75\" high=\"90\" optimum=\"0\" \
             value=\"{percent:.1}\">{percent:.1} %</meter></dd></div>"
        ));
    }

    fn figure(&mut self, name: &str, value: &Value) {
        match value.kind() {
            Kind::Bool(value) => self.pair(name, if *value { "yes" } else { "no" }),
            Kind::Signed(value) => self.pair(name, value),
            Kind::Unsigned(value) => self.pair(name, value),
            Kind::Float(value) => self.pair(name, value),
            Kind::Text(text) => self.pair(name, Escaped(text)),
        }
    }

    /// A term and its description; the description is written as it is.
    fn pair(&mut self, name: &str, value: impl Display) {
        self.write(format_args!(
            "<div><dt>{}</dt><dd>{value}</dd></div>",
            Escaped(name)
        ));
    }

    fn push(&mut self, html: &str) {
        self.0.push_str(html);
    }

    fn write(&mut self, html: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.0.write_fmt(html);
    }
}

const UNKNOWN: &str = "not known";
