//! A block of commands and what they answer.

use tests::markdown::Block;

/// The commands of a block as a script, and the lines that they are said to answer. `…` stands for anything.
pub(crate) struct Console {
    pub(crate) script: String,
    answers: Vec<String>,
}

impl Console {
    pub(crate) fn read(block: &Block) -> Self {
        let mut console = Self {
            script: String::new(),
            answers: Vec::new(),
        };
        for line in block.text.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                console.script.push_str(command);
                console.script.push('\n');
            } else if !line.trim().is_empty() && line != "…" {
                console.answers.push(line.to_owned());
            }
        }
        console
    }

    /// The same with another port than 8080.
    pub(crate) fn on_port(&self, port: u16) -> Self {
        let moved = |text: &String| text.replace(":8080", &format!(":{port}"));
        Self {
            script: moved(&self.script),
            answers: self.answers.iter().map(moved).collect(),
        }
    }

    /// Every answer is a line of `said`, in this order. There may be others between them: cargo's own, further headers.
    #[track_caller]
    pub(crate) fn assert_said(&self, said: &str) {
        let mut lines = said.lines();
        for answer in &self.answers {
            assert!(
                lines.any(|line| is_like(line, answer)),
                "{answer:?} is not there, or not in its place, in what {:?} said:\n{said}",
                self.script
            );
        }
    }
}

/// Whether a line is what the README says, where `…` stands for anything.
fn is_like(line: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let mut is_open = false;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        is_open = part.is_empty();
    }
    rest.is_empty() || is_open
}

#[test]
fn dots_stand_for_anything() {
    for (line, pattern) in [
        ("abc", "abc"),
        ("abc", "a…"),
        ("abc", "a…c"),
        ("ac", "a…c"),
        ("abc", "…"),
    ] {
        assert!(is_like(line, pattern), "{line} {pattern}");
    }
    for (line, pattern) in [("abc", "ab"), ("abc", "b…"), ("abc", "a…b"), ("abc", "a…d")] {
        assert!(!is_like(line, pattern), "{line} {pattern}");
    }
}
