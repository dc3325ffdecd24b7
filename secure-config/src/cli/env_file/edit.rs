//! Filling blanks in the text of a `.env` file, and replacing values; the rest stays as it is: comments, order, line ends.

use zeroize::Zeroizing;

use crate::memory::Locked;
use crate::source::Dotenv;

/// A value to fill in.
pub(in crate::cli) struct Blank<'a> {
    pub(in crate::cli) name: &'a str,
    /// The line that sets the name, mostly to nothing, counted from 1; `None` when none does.
    pub(in crate::cli) line: Option<u32>,
    pub(in crate::cli) value: &'a Locked,
}

/// The text with the values in it: each on the line that sets its name, else on a line of its own at the end.
///
/// Values are of letters, digits and `+/=_-`, which need no quotes.
pub(in crate::cli) fn fill(text: &[u8], blanks: &[Blank<'_>]) -> Zeroizing<Vec<u8>> {
    let room: usize = blanks
        .iter()
        .map(|blank| blank.name.len() + blank.value.as_bytes().len() + 4)
        .sum();
    // All of the room at once: a buffer that grows leaves copies behind.
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() + room + 2));
    for (index, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let blank = blanks.iter().find(|blank| blank.line == Some(index as u32 + 1));
        match blank.and_then(|blank| Some((blank, place(line)?))) {
            Some((blank, (start, end))) => {
                out.extend_from_slice(&line[..start]);
                out.extend_from_slice(blank.value.as_bytes());
                out.extend_from_slice(&line[end..]);
            }
            None => out.extend_from_slice(line),
        }
    }
    let end: &[u8] = if text.ends_with(b"\r\n") { b"\r\n" } else { b"\n" };
    if !text.is_empty() && !text.ends_with(b"\n") {
        out.extend_from_slice(end);
    }
    for blank in blanks.iter().filter(|blank| blank.line.is_none()) {
        out.extend_from_slice(blank.name.as_bytes());
        out.push(b'=');
        out.extend_from_slice(blank.value.as_bytes());
        out.extend_from_slice(end);
    }
    out
}

/// Where the value of a line stands: behind the `=`, with its quotes. `None` for one that goes on in the next line.
fn place(line: &[u8]) -> Option<(usize, usize)> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let start = line.iter().position(|&byte| byte == b'=')? + 1;
    let blanks = line[start..].iter().take_while(|&byte| is_blank(byte)).count();
    let behind = start + blanks;
    let rest = &line[behind..];
    if let Some(&quote @ (b'"' | b'\'')) = rest.first() {
        let mut at = 1;
        loop {
            match *rest.get(at)? {
                b'\\' if quote == b'"' => at += 2,
                byte if byte == quote => return Some((behind, behind + at + 1)),
                _ => at += 1,
            }
        }
    }
    let begins_comment = |at: usize| rest[at] == b'#' && line[..behind + at].last().is_some_and(is_blank);
    let end = (0..rest.len()).find(|&at| begins_comment(at));
    let length = rest[..end.unwrap_or(rest.len())].trim_ascii_end().len();
    match length {
        0 => Some((start, start)),
        length => Some((behind, behind + length)),
    }
}

/// Whether `after` has the values, and everything else as it was `before`.
pub(in crate::cli) fn is_filled(before: &Dotenv, after: &Dotenv, values: &[(String, Locked)]) -> bool {
    let made = |name: &str| values.iter().find(|(made, _)| made == name);
    let value = |dotenv: &Dotenv, name: &str| dotenv.get(name).map(|(value, _)| Locked::copy_of(value));
    let same = |left: Option<Locked>, right: Option<Locked>| {
        left.as_ref().map(Locked::as_bytes) == right.as_ref().map(Locked::as_bytes)
    };
    after.errors().is_empty()
        && before
            .names()
            .all(|name| made(name).is_some() || same(value(before, name), value(after, name)))
        && values.iter().all(|(name, made)| {
            let found = after.get(name).map(|(value, _)| value);
            found == Some(made.as_bytes())
        })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn filled(text: &str, blanks: &[(&str, Option<u32>, &str)]) -> String {
        let values: Vec<Locked> = blanks
            .iter()
            .map(|(.., value)| Locked::copy_of(value.as_bytes()))
            .collect();
        let blanks: Vec<Blank<'_>> = blanks
            .iter()
            .zip(&values)
            .map(|(&(name, line, _), value)| Blank { name, line, value })
            .collect();
        String::from_utf8(fill(text.as_bytes(), &blanks).to_vec()).unwrap()
    }

    #[test]
    fn blanks_are_filled_where_they_stand() {
        let text = "# first\nA=\nexport B = \"\" # why\nC=\t''\nD= # later\r\nE=1\n";
        let blanks = [
            ("A", Some(2), "a+/="),
            ("B", Some(3), "b"),
            ("C", Some(4), "c"),
            ("D", Some(5), "d"),
            ("F", None, "f"),
        ];
        assert_eq!(
            filled(text, &blanks),
            "# first\nA=a+/=\nexport B = b # why\nC=\tc\nD=d # later\r\nE=1\nF=f\n"
        );
    }

    #[test]
    fn values_are_replaced_where_they_stand() {
        let text = "A=old\nexport B = \"o\\\"ld\" # why\nC='o # ld'\nD=o#ld # later\r\nE=#x\nF=  old  \nG=\"two\nlines\"\n";
        let blanks = [
            ("A", Some(1), "a+/="),
            ("B", Some(2), "b"),
            ("C", Some(3), "c"),
            ("D", Some(4), "d"),
            ("E", Some(5), "e"),
            ("F", Some(6), "f"),
            ("G", Some(7), "g"),
        ];
        // The last goes on in the next line: it stays, and `is_filled` finds out.
        assert_eq!(
            filled(text, &blanks),
            "A=a+/=\nexport B = b # why\nC=c\nD=d # later\r\nE=e\nF=  f  \nG=\"two\nlines\"\n"
        );
    }

    #[test]
    fn a_last_line_without_an_end_gets_one() {
        assert_eq!(filled("A=1", &[("B", None, "b")]), "A=1\nB=b\n");
        assert_eq!(filled("", &[("B", None, "b")]), "B=b\n");
        assert_eq!(filled("A=", &[("A", Some(1), "a")]), "A=a\n");
        assert_eq!(filled("A=1\r\n", &[("B", None, "b")]), "A=1\r\nB=b\r\n");
    }

    /// Numbers that look random and are the same in every run (SplitMix64).
    struct Numbers(u64);

    impl Numbers {
        fn below(&mut self, end: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ mixed >> 31) as usize % end
        }

        fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
            from[self.below(from.len())]
        }
    }

    /// A file as people write them, and the names that it sets to nothing.
    fn file(numbers: &mut Numbers) -> (String, Vec<String>) {
        let mut text = numbers.pick(&["", "\u{feff}", "\n", "# first\n"]).to_owned();
        let mut blank = Vec::new();
        for index in 0..numbers.below(12) {
            let name = format!("N{index}");
            let before = numbers.pick(&["", "", " ", "\t", "export ", "  export\t"]);
            let equals = numbers.pick(&["=", "=", " = ", "\t=", "=\t "]);
            let end = numbers.pick(&["\n", "\r\n", " \n", " # note = \"x\"\n", "\t#\r\n"]);
            let line = match numbers.below(4) {
                0 => "# A=1 '\n".to_owned(),
                1 => format!(
                    "{before}{name}{equals}{}{end}",
                    numbers.pick(&["a=b", "'two\nlines # = '", "\"\\n\\\"\n=\"", "x#y"])
                ),
                _ => {
                    blank.push(name.clone());
                    format!(
                        "{before}{name}{equals}{}{end}",
                        numbers.pick(&["", "", "''", "\"\""])
                    )
                }
            };
            text += &line;
        }
        if numbers.below(3) == 0 {
            text.truncate(text.trim_end().len());
        }
        (text, blank)
    }

    #[test]
    fn blanks_are_filled_in_any_file_that_is_clear() {
        let mut numbers = Numbers(3);
        let mut filled = 0;
        for round in 0..5_000 {
            let (text, mut names) = file(&mut numbers);
            let path = Path::new(".env");
            let before = Dotenv::of(path, text.as_bytes());
            if !before.errors().is_empty() {
                continue;
            }
            names.push("NEW".to_owned());
            let value = |name: String| (name, Locked::copy_of(b"Ab9+/=_-"));
            let values: Vec<_> = names.into_iter().map(value).collect();
            let blanks: Vec<Blank<'_>> = values
                .iter()
                .map(|(name, value)| Blank {
                    name,
                    line: before.get(name).map(|(_, line)| line),
                    value,
                })
                .collect();
            let new = fill(text.as_bytes(), &blanks);
            let shown = String::from_utf8_lossy(&new).into_owned();
            assert!(
                is_filled(&before, &Dotenv::of(path, &new), &values),
                "round {round}: {text:?} {shown:?}"
            );
            // Take the values away again, and the file is as it was, but for quotes around nothing.
            let bare = |text: &str| text.replace("Ab9+/=_-", "").replace("''", "").replace("\"\"", "");
            assert!(
                bare(&shown).starts_with(bare(&text).trim_end()),
                "round {round}: {text:?} {shown:?}"
            );
            filled += values.len();
        }
        assert!(filled > 10_000, "{filled}");
    }

    #[test]
    fn a_change_to_another_value_is_noticed() {
        let path = Path::new(".env");
        let values = [("A".to_owned(), Locked::copy_of(b"a"))];
        let before = Dotenv::of(path, b"A=\nB=1\n");
        let is = |after: &[u8]| is_filled(&before, &Dotenv::of(path, after), &values);
        assert!(is(b"A=a\nB=1\n"));
        for after in [
            &b"A=a\n"[..],
            b"A=a\nB=2\n",
            b"A=\nB=1\n",
            b"A=b\nB=1\n",
            b"A=a\nB=1\nx\n",
        ] {
            assert!(!is(after));
        }
    }
}
