//! Filling blanks in the text of a `.env` file, which otherwise stays as it is: comments, order, line ends.

use zeroize::Zeroizing;

use crate::memory::Locked;

/// A value to fill in.
pub(in crate::cli) struct Blank<'a> {
    pub(in crate::cli) name: &'a str,
    /// The line that sets the name to nothing, counted from 1; `None` when none does.
    pub(in crate::cli) line: Option<u32>,
    pub(in crate::cli) value: &'a Locked,
}

/// The text with the values in it: each on the line that sets its name to nothing, else on a line of its own at the end.
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

/// Where the value of a line stands that sets a name to nothing: behind the `=`, or where a pair of quotes stands.
fn place(line: &[u8]) -> Option<(usize, usize)> {
    let start = line.iter().position(|&byte| byte == b'=')? + 1;
    let blanks = line[start..]
        .iter()
        .take_while(|&&byte| matches!(byte, b' ' | b'\t'))
        .count();
    let behind = start + blanks;
    match &line[behind..] {
        [b'"', b'"', ..] | [b'\'', b'\'', ..] => Some((behind, behind + 2)),
        _ => Some((start, start)),
    }
}

#[cfg(test)]
mod tests {
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
    fn a_last_line_without_an_end_gets_one() {
        assert_eq!(filled("A=1", &[("B", None, "b")]), "A=1\nB=b\n");
        assert_eq!(filled("", &[("B", None, "b")]), "B=b\n");
        assert_eq!(filled("A=", &[("A", Some(1), "a")]), "A=a\n");
        assert_eq!(filled("A=1\r\n", &[("B", None, "b")]), "A=1\r\nB=b\r\n");
    }
}
