//! What a line costs when it is written by hand, for one event and with nothing that could be asked of a log.
//!
//! The text of the second is kept, strings are looked at in blocks for what JSON must escape, the fields of the spans
//! are one string made beforehand, and the line is one write under a lock.

use std::cell::RefCell;
use std::fs::File;
use std::io::Write;
use std::sync::Mutex;
use std::time::SystemTime;

pub struct Floor {
    file: Mutex<File>,
    spans: String,
}

struct Local {
    line: Vec<u8>,
    second: u64,
    date: String,
}

thread_local! {
    static LOCAL: RefCell<Local> =
        const { RefCell::new(Local { line: Vec::new(), second: 0, date: String::new() }) };
}

impl Floor {
    pub fn new(file: File, spans: &str) -> Self {
        Self {
            file: Mutex::new(file),
            spans: spans.to_owned(),
        }
    }

    #[inline(never)]
    pub fn log(&self, message: &str, fields: &[(&str, &str)]) {
        LOCAL.with_borrow_mut(|local| {
            let now = SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .unwrap_or_default();
            if now.as_secs() != local.second {
                local.second = now.as_secs();
                // The date itself does not matter here: it is made once a second.
                local.date = format!("2025-11-02T10:30:{:02}.", local.second % 60);
            }
            let line = &mut local.line;
            line.clear();
            line.extend_from_slice(b"{\"timestamp\":\"");
            line.extend_from_slice(local.date.as_bytes());
            let millis = now.subsec_millis();
            line.extend([millis / 100, millis / 10 % 10, millis % 10].map(|digit| b'0' + digit as u8));
            line.extend_from_slice(b"Z\",\"level\":\"INFO\",\"message\":\"");
            escape(line, message);
            line.push(b'"');
            for (name, value) in fields {
                line.extend_from_slice(b",\"");
                line.extend_from_slice(name.as_bytes());
                line.extend_from_slice(b"\":\"");
                escape(line, value);
                line.push(b'"');
            }
            line.extend_from_slice(self.spans.as_bytes());
            line.extend_from_slice(b",\"target\":\"bench_log\"}\n");
            let _ = self.file.lock().unwrap().write_all(line);
        });
    }
}

/// Copies `text`, and looks at it in blocks for what JSON must escape.
fn escape(line: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    let (blocks, rest) = bytes.as_chunks::<32>();
    let (narrow, rest) = rest.as_chunks::<16>();
    let mut last = [b' '; 16];
    last[..rest.len()].copy_from_slice(rest);
    let is_plain =
        blocks.iter().all(is_block_plain) && narrow.iter().all(is_block_plain) && is_block_plain(&last);
    if is_plain {
        return line.extend_from_slice(bytes);
    }
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => line.extend_from_slice(&[b'\\', byte]),
            0..0x20 => line.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => line.push(byte),
        }
    }
}

fn is_block_plain<const WIDTH: usize>(block: &[u8; WIDTH]) -> bool {
    !block.iter().fold(false, |found, &byte| {
        found | (byte < 0x20) | (byte == b'"') | (byte == b'\\')
    })
}
