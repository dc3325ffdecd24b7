//! What Markdown files are made of, as far as tests ask: blocks of code, headings, links.

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands behind the fence: `rust,no_run`.
    pub info: String,
    /// Its lines, without what they are indented by.
    pub text: String,
    /// The line of the fence, from 1.
    pub line: usize,
}

impl Block {
    /// The language: the first word behind the fence.
    #[must_use]
    pub fn language(&self) -> &str {
        self.info.split([',', ' ', '{']).next().unwrap_or_default()
    }
}

/// Where a link goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What stands in the parentheses, without a title.
    pub target: String,
    /// The line, from 1.
    pub line: usize,
}

/// A table, with its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The text of the nearest heading above it.
    pub heading: String,
    /// The cells of its first line.
    pub columns: Vec<String>,
    /// The cells of the other lines; `\|` is `|`.
    pub rows: Vec<Vec<String>>,
    /// The first line, from 1.
    pub line: usize,
}

impl Table {
    /// Returns the cells below a column, or `None` if the table has no such column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<Vec<&str>> {
        let at = self.columns.iter().position(|column| column == name)?;
        let cells = self.rows.iter().map(|row| row.get(at).map_or("", String::as_str));
        Some(cells.collect())
    }
}

/// Returns the tables of a text.
#[must_use]
pub fn tables(text: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let (mut heading, mut last) = (String::new(), 0);
    for (number, line) in prose(text) {
        if let Some((level, title)) = line.split_once(' ')
            && !level.is_empty()
            && level.bytes().all(|byte| byte == b'#')
        {
            title.trim().clone_into(&mut heading);
        }
        if !line.starts_with('|') {
            continue;
        }
        let cells = cells(line);
        let is_rule = |cell: &String| !cell.is_empty() && cell.bytes().all(|byte| b":-".contains(&byte));
        match tables.last_mut() {
            Some(_) if number == last + 1 && cells.iter().all(is_rule) => {}
            Some(table) if number == last + 1 => table.rows.push(cells),
            _ => tables.push(Table {
                heading: heading.clone(),
                columns: cells,
                rows: Vec::new(),
                line: number,
            }),
        }
        last = number;
    }
    tables
}

fn cells(line: &str) -> Vec<String> {
    let inside = line.trim().trim_start_matches('|');
    let inside = inside.strip_suffix('|').unwrap_or(inside);
    let hidden = inside.replace("\\|", "\0");
    let cells = hidden.split('|');
    cells.map(|cell| cell.trim().replace('\0', "|")).collect()
}

/// Returns what stands between backticks in a line.
#[must_use]
pub fn code_spans(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// The fenced blocks of a text.
///
/// # Panics
///
/// When a fence is not closed.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block> {
    lines(text).1
}

/// The lines outside of fenced blocks, with their numbers.
fn prose(text: &str) -> Vec<(usize, &str)> {
    lines(text).0
}

fn lines(text: &str) -> (Vec<(usize, &str)>, Vec<Block>) {
    let (mut prose, mut blocks) = (Vec::new(), Vec::new());
    let mut open: Option<(usize, &str, Block)> = None;
    for (index, line) in text.lines().enumerate() {
        let bare = line.trim_start();
        let indent = line.len() - bare.len();
        let ticks = bare.len() - bare.trim_start_matches('`').len();
        open = match open {
            None if ticks >= 3 => {
                let (fence, info) = bare.split_at(ticks);
                let block = Block {
                    info: info.trim().to_owned(),
                    text: String::new(),
                    line: index + 1,
                };
                Some((indent, fence, block))
            }
            None => {
                prose.push((index + 1, line));
                None
            }
            Some((_, fence, block)) if bare.trim_end() == fence => {
                blocks.push(block);
                None
            }
            Some((indent, fence, mut block)) => {
                block.text.push_str(line.get(indent..).unwrap_or(bare));
                block.text.push('\n');
                Some((indent, fence, block))
            }
        };
    }
    if let Some((.., block)) = open {
        panic!("the block that begins in line {} has no end", block.line);
    }
    (prose, blocks)
}

/// The part of a text below a heading of the second level, until the next one.
///
/// # Panics
///
/// When there is no such heading.
#[must_use]
pub fn section<'t>(text: &'t str, title: &str) -> &'t str {
    let heading = format!("\n## {title}\n");
    let start = text
        .find(&heading)
        .unwrap_or_else(|| panic!("there is no section {title:?}"));
    let rest = &text[start + heading.len()..];
    rest.find("\n## ").map_or(rest, |end| &rest[..end + 1])
}

/// The anchors that a text has, as GitHub makes them of its headings: `#what-it-promises` without the `#`.
#[must_use]
pub fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for (_, line) in prose(text) {
        let level = line.len() - line.trim_start_matches('#').len();
        if !(1..=6).contains(&level) || !line[level..].starts_with(' ') {
            continue;
        }
        let anchor = anchor(line[level..].trim());
        let same = |known: &&String| {
            **known == anchor || known.strip_prefix(&format!("{anchor}-")).is_some_and(is_number)
        };
        let count = anchors.iter().filter(same).count();
        anchors.push(if count == 0 {
            anchor
        } else {
            format!("{anchor}-{count}")
        });
    }
    anchors
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

fn anchor(title: &str) -> String {
    // Of a link its text counts.
    let mut text = String::new();
    let mut rest = title;
    while let Some((before, behind)) = rest.split_once("](") {
        text.push_str(before);
        rest = behind.split_once(')').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase)
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// The links and pictures of a text, also those that are defined below (`[name]: target`) or written in HTML. Code is left out.
#[must_use]
pub fn links(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for (number, line) in prose(text) {
        let line = without_code(line);
        let mut rest = line.as_str();
        while let Some((_, behind)) = rest.split_once("](") {
            let end = behind.find(')').unwrap_or(behind.len());
            links.push(link(&behind[..end], number));
            rest = &behind[end..];
        }
        for attribute in [" src=\"", " srcset=\"", " href=\""] {
            if let Some((target, _)) = line
                .split_once(attribute)
                .and_then(|(_, rest)| rest.split_once('"'))
            {
                links.push(link(target, number));
            }
        }
        let definition = line
            .trim_start()
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("]: "));
        if let Some((_, target)) = definition {
            links.push(link(target, number));
        }
    }
    links
}

fn link(target: &str, line: usize) -> Link {
    let target = target.split(' ').next().unwrap_or_default();
    Link {
        target: target.trim_matches(['<', '>']).to_owned(),
        line,
    }
}

/// The line with nothing between backticks.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# One [`two`](x.md), three
see [a](b.md#c "title") and ![p](<p q.svg>), not `[x](y)`

  ```sh title
  if true
    # no heading
  ```

## One
## One
[n]: https://example.com
<img src="i.png" alt="">
## End
"#;

    #[test]
    fn blocks_have_their_language_and_their_lines() {
        let blocks = blocks(TEXT);
        assert_eq!(blocks.len(), 1);
        assert_eq!((blocks[0].language(), blocks[0].line), ("sh", 4));
        assert_eq!(blocks[0].text, "if true\n  # no heading\n");
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(anchors(TEXT), ["one-two-three", "one", "one-1", "end"]);
    }

    #[test]
    fn links_are_found_outside_of_code() {
        let targets: Vec<String> = links(TEXT).into_iter().map(|link| link.target).collect();
        assert_eq!(targets, ["x.md", "b.md#c", "p", "https://example.com", "i.png"]);
    }

    #[test]
    fn tables_have_their_cells() {
        let text = "## A\n| x | y |\n|---|:-:|\n| `1` | 2 \\| 3 |\n| | – |\n\n```text\n| no |\n```\n### B\n| z |\n|---|\n";
        let tables = tables(text);
        let [a, b] = &tables[..] else {
            panic!("{tables:?}");
        };
        assert_eq!((&*a.heading, a.line, a.rows.len()), ("A", 2, 2));
        assert_eq!(a.column("y"), Some(vec!["2 | 3", "–"]));
        assert_eq!((&*b.heading, b.rows.len(), b.column("x")), ("B", 0, None));
        assert_eq!(code_spans("a `b` c `d|e`"), ["b", "d|e"]);
    }

    #[test]
    fn a_section_ends_at_the_next() {
        assert_eq!(section("\n## A\n1\n## B\n2\n", "A"), "1\n");
        assert_eq!(section("\n## A\n1\n## B\n2\n", "B"), "2\n");
    }
}
