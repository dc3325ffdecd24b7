//! `tests/benches/results.tsv` beside the pages that show its figures. `RESULTS=write` writes the pages' tables anew.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;

use tests::markdown::{blocks, code_spans};

use crate::commands;
use crate::pages::root;

const FILE: &str = "tests/benches/results.tsv";
const PAGES: [&str; 2] = ["README.md", "docs/COMPARE.md"];
const MARK: &str = "<!-- results: ";

/// Figures that were measured together, or a table of figures of several runs for a page.
#[derive(Clone, Debug, Default)]
struct Run {
    name: String,
    is_page: bool,
    commands: Vec<String>,
    date: String,
    machine: String,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Run {
    fn figure(&self, subject: &str, column: &str) -> Option<&str> {
        let column = self.columns.iter().position(|name| name == column)?;
        let row = self.rows.iter().find(|row| row[0] == subject)?;
        Some(&row[column])
    }
}

/// Reads the file; everything that it does not understand is a mistake.
fn read(text: &str) -> Result<Vec<Run>, String> {
    let mut runs: Vec<Run> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let fail = |why: &str| Err(format!("line {}: {why}: {line}", number + 1));
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut fields = line.split('\t').map(str::to_owned);
        let kind = fields.next().unwrap_or_default();
        let fields: Vec<String> = fields.collect();
        if kind == "run" || kind == "page" {
            let name = fields.concat();
            if runs.iter().any(|run| run.name == name) {
                return fail("a second run of this name");
            }
            runs.push(Run {
                name,
                is_page: kind == "page",
                ..Run::default()
            });
            continue;
        }
        let Some(run) = runs.last_mut() else {
            return fail("before the first run");
        };
        match (kind.as_str(), &fields[..]) {
            ("command", [command]) => run.commands.push(command.clone()),
            ("date", [date]) if is_date(date) => run.date.clone_from(date),
            ("machine", [machine]) if !machine.is_empty() => run.machine.clone_from(machine),
            ("columns", [_, _, ..]) => run.columns = fields,
            ("row", cells) if cells.len() == run.columns.len() => run.rows.push(fields),
            _ => return fail("not understood"),
        }
    }
    for run in &runs {
        let lacks = [
            run.commands.is_empty(),
            run.date.is_empty(),
            run.machine.is_empty(),
        ];
        if run.name.is_empty() || run.rows.is_empty() || lacks != [run.is_page; 3] {
            return Err(format!(
                "{:?} lacks rows, its command, its date or its machine",
                run.name
            ));
        }
    }
    Ok(runs)
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [4, 2, 2]
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn results() -> Vec<Run> {
    let text = fs::read_to_string(root().join(FILE)).expect("the file of results");
    read(&text).unwrap_or_else(|why| panic!("{FILE}: {why}"))
}

/// A cell with its references replaced: `{run:subject:column}` by the figure, `{run}` by the run's command.
fn resolved(runs: &[Run], cell: &str) -> Result<String, String> {
    let (mut out, mut rest) = (String::new(), cell);
    while let Some((before, behind)) = rest.split_once('{') {
        let (reference, after) = behind.split_once('}').ok_or("a brace is open")?;
        // A subject may hold a colon: the column is behind the last one.
        let (name, place) = match reference.split_once(':') {
            Some((name, place)) => (name, Some(place)),
            None => (reference, None),
        };
        let run = runs
            .iter()
            .find(|run| run.name == name)
            .ok_or_else(|| format!("no run {name:?}"))?;
        out.push_str(before);
        match place {
            None => out.push_str(&format!("`{}`", run.commands.first().ok_or("no command")?)),
            Some(place) => {
                let (subject, column) = place.rsplit_once(':').ok_or("no column")?;
                let figure = run.figure(subject, column);
                out.push_str(figure.ok_or_else(|| format!("{name} has no {column:?} of {subject:?}"))?);
            }
        }
        rest = after;
    }
    Ok(out + rest)
}

/// The table of a run in Markdown, with ours in bold, below the day and the machine.
fn table(runs: &[Run], run: &Run) -> Result<String, String> {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut out = String::new();
    if !run.is_page {
        out.push_str(&format!("_{}; {}_\n\n", run.date, run.machine));
    }
    out.push_str(&line(&run.columns));
    out.push_str(&format!("|{}\n", "---|".repeat(run.columns.len())));
    for row in &run.rows {
        let is_ours = row[0].starts_with("secure-");
        let cells: Result<Vec<String>, String> = row.iter().map(|cell| resolved(runs, cell)).collect();
        let bold = |cell: String| {
            if is_ours && cell != "–" {
                format!("**{cell}**")
            } else {
                cell
            }
        };
        out.push_str(&line(&cells?.into_iter().map(bold).collect::<Vec<_>>()));
    }
    Ok(out)
}

/// The marks of a page: the name behind each, and where its table is.
fn marks(page: &str) -> Vec<(&str, Range<usize>)> {
    let starts = page.match_indices(MARK).map(|(at, mark)| at + mark.len());
    let marks = starts.map(|start| {
        let end = start + page[start..].find(" -->\n").expect("the mark is closed");
        let first = end + " -->\n".len();
        // The day and the machine, a blank line, and the table.
        let is_part = |line: &&str| *line == "\n" || line.starts_with(['_', '|']);
        let lines = page[first..].split_inclusive('\n').take_while(is_part);
        let length: usize = lines.map(str::len).sum();
        let part = page[first..first + length].trim_end_matches('\n');
        let length = if part.is_empty() { 0 } else { part.len() + 1 };
        (&page[start..end], first..first + length)
    });
    marks.collect()
}

/// The page as it should be.
fn written(runs: &[Run], page: &str) -> Result<String, String> {
    let mut out = page.to_owned();
    for (name, place) in marks(page).into_iter().rev() {
        let run = runs.iter().find(|run| run.name == name);
        out.replace_range(
            place,
            &table(runs, run.ok_or_else(|| format!("no run {name:?}"))?)?,
        );
    }
    Ok(out)
}

#[test]
fn the_pages_show_what_was_measured() {
    let runs = results();
    for name in PAGES {
        let path = root().join(name);
        let page = fs::read_to_string(&path).expect("a page");
        let wanted = written(&runs, &page).unwrap_or_else(|why| panic!("{name}: {why}"));
        if std::env::var_os("RESULTS").is_some_and(|what| what == "write") {
            fs::write(&path, &wanted).expect("the page can be written");
            continue;
        }
        let differ = wanted
            .lines()
            .zip(page.lines())
            .find(|(wanted, page)| wanted != page);
        assert!(
            wanted == page,
            "{name} is not what {FILE} says (RESULTS=write writes it anew): {differ:#?}"
        );
    }
}

#[test]
fn a_figure_that_was_changed_on_a_page_is_found() {
    let runs = results();
    let page = fs::read_to_string(root().join("docs/COMPARE.md")).expect("a page");
    let figure = runs
        .iter()
        .find_map(|run| run.figure("hand-written", "instructions"));
    let (figure, other) = (figure.expect("a figure"), "15,000");
    assert_ne!(figure, other);
    let forged = page.replacen(figure, other, 1);
    assert_eq!(written(&runs, &forged).unwrap(), written(&runs, &page).unwrap());
    assert_ne!(written(&runs, &forged).unwrap(), forged);
    for wrong in [
        "row\tx",
        "run\ta\ncolumns\tb\tc\nrow\td\te\n",
        "run\ta\ndate\ttoday\n",
    ] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    for wrong in [
        "{nothing:a:b}",
        "{loading:nothing:instructions}",
        "{loading:envy 0.4:nothing}",
        "{",
    ] {
        assert!(resolved(&runs, wrong).is_err(), "{wrong}");
    }
}

/// Every run is on a page below the command that prints it, and every command can be run.
#[test]
fn every_run_is_shown_below_its_command() {
    let names = commands::names();
    let page = fs::read_to_string(root().join("docs/COMPARE.md")).expect("a page");
    for run in results().iter().filter(|run| !run.is_page) {
        for command in &run.commands {
            let known = match command.split_once(" -p ") {
                Some((_, name)) => {
                    let name = name.split(' ').next().unwrap_or_default();
                    names.iter().any(|known| known == name)
                }
                None => {
                    let words = command.split(' ').filter(|word| word.contains('/'));
                    let mut scripts = words.map(|word| root().join("tests/benches").join(word));
                    scripts.next().is_some_and(|script| script.is_file())
                }
            };
            assert!(known, "{}: nothing runs {command:?}", run.name);
        }
        let mark = format!("{MARK}{} -->", run.name);
        let sections: Vec<&str> = page
            .split("\n## ")
            .filter(|section| section.contains(&mark))
            .collect();
        let [section] = &sections[..] else {
            panic!("docs/COMPARE.md shows {} {} times", run.name, sections.len());
        };
        for command in &run.commands {
            let shown = blocks(section).iter().any(|block| {
                block.language() == "console" && block.text.lines().any(|line| line == format!("$ {command}"))
            });
            assert!(shown, "{}: its section does not show {command:?}", run.name);
        }
    }
}

/// The measured figures of a text outside of code: `4 µs`, `0.83 of`, `1,510 instructions`.
fn figures(text: &str) -> BTreeSet<String> {
    const UNITS: [&str; 6] = ["ns", "µs", "ms", "%", "instructions", "allocations"];
    let mut found = BTreeSet::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        }
        if is_code || line.starts_with('|') {
            continue;
        }
        let plain = code_spans(line)
            .iter()
            .fold(line.to_owned(), |line, span| line.replace(span, ""));
        let words: Vec<&str> = plain
            .split([' ', '(', ')', ';', '*', '/'])
            .filter(|word| !word.is_empty())
            .collect();
        for pair in words.windows(2) {
            let unit = pair[1].trim_end_matches([',', '.', ':']);
            if pair[0].starts_with(|c: char| c.is_ascii_digit()) && UNITS.contains(&unit) {
                found.insert(format!("{} {unit}", pair[0]));
            }
        }
    }
    found
}

/// A measured figure in prose is one of the file's, so that it cannot say something else than the table.
#[test]
fn figures_in_prose_are_those_of_the_file() {
    let runs = results();
    let cells = || runs.iter().flat_map(|run| &run.rows).flatten();
    for name in PAGES {
        let page = fs::read_to_string(root().join(name)).expect("a page");
        for figure in figures(&page) {
            let number = figure.split(' ').next().unwrap_or_default();
            let known = cells()
                .any(|cell| *cell == figure || cell.split(", ").any(|part| part == number || part == figure));
            assert!(known, "{name} says {figure}, which {FILE} does not have");
        }
    }
    assert_eq!(
        figures("It takes **64 ns**, and (1,510 instructions). `9 ns`\n| 8 ns |\n```\n7 ns\n```\n3 %."),
        ["1,510 instructions", "3 %", "64 ns"].map(str::to_owned).into()
    );
}
