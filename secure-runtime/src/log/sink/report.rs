//! The line that says how many lines are missing.

use tracing_core::Level;

use crate::log::clock::Clock;
use crate::log::line::{Buffer, Style};

/// A line about `dropped` and `failed` lines.
pub(super) fn lost(style: Style, dropped: u64, failed: u64) -> Vec<u8> {
    const TARGET: &str = "secure_runtime::log";
    let mut buffer = Buffer::new();
    Clock::new().open(&mut buffer, style);
    buffer.put(style.head(Level::WARN, Some(TARGET), true).as_slice());
    buffer.put(b"log lines lost");
    if style == Style::Json {
        buffer.put_byte(b'"');
    }
    for (name, lines) in [("dropped", dropped), ("failed", failed)] {
        let key = style.key(name);
        buffer.put_chunk(&key, key.len() - 1);
        buffer.put(itoa::Buffer::new().format(lines).as_bytes());
    }
    buffer.put(style.tail(Some(TARGET)).as_slice());
    buffer.as_slice().to_vec()
}
