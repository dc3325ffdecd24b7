//! Finds debug output in scripts, by their text.

/// Methods of `console` that are for the developer. `warn`, `error` and `assert` report faults, and libraries use them.
const METHODS: [&str; 14] = [
    "log",
    "debug",
    "info",
    "trace",
    "dir",
    "dirxml",
    "table",
    "count",
    "group",
    "groupCollapsed",
    "time",
    "timeLog",
    "timeEnd",
    "profile",
];

/// Returns each use of such a method: where it is, and what it is called. Lines that are comments as a whole are left out; a call in a
/// comment behind code or in a string counts, because only a parser could tell.
pub(super) fn calls(script: &str) -> impl Iterator<Item = (usize, &'static str)> {
    script.match_indices("console").filter_map(|(at, word)| {
        let (before, behind) = (&script[..at], &script[at + word.len()..]);
        let method = method(behind)?;
        (is_the_console(before) && !is_comment(before)).then_some((at, method))
    })
}

/// The method behind `console`: `.log`, `?.log`, `["log"]`, on this line or the next.
fn method(behind: &str) -> Option<&'static str> {
    let behind = behind.trim_start();
    let dotted = behind.strip_prefix("?.").or_else(|| behind.strip_prefix('.'));
    let bracket = dotted.unwrap_or(behind).trim_start().strip_prefix('[');
    let name = match (dotted, bracket) {
        (_, Some(inside)) => inside.trim_start().strip_prefix(['"', '\'', '`'])?,
        (Some(name), None) => name.trim_start(),
        (None, None) => return None,
    };
    let end = name.find(|c: char| !is_of_a_name(c)).unwrap_or(name.len());
    METHODS.iter().find(|method| **method == &name[..end]).copied()
}

/// Returns whether a `console` behind this text is the browser's, and not a part of another name or of another object.
fn is_the_console(before: &str) -> bool {
    if before.ends_with(is_of_a_name) {
        return false;
    }
    let before = before.trim_end();
    let Some(object) = before.strip_suffix("?.").or_else(|| before.strip_suffix('.')) else {
        return true;
    };
    // `...console` spreads.
    object.ends_with('.')
        || ["window", "globalThis", "self", "top"]
            .iter()
            .any(|name| object.ends_with(name))
}

/// Returns whether the line that this text ends in is a comment from its start.
fn is_comment(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    line.starts_with("//") || line.starts_with("* ")
}

fn is_of_a_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::calls;

    #[test]
    fn debug_output_is_found_however_it_is_written() {
        for (script, method) in [
            ("console.log(1)", "log"),
            ("a;console.debug(1)", "debug"),
            ("if (x) console\n  .table(rows)", "table"),
            ("console?.info('x')", "info"),
            ("console[\"log\"](1)", "log"),
            ("console?.[ 'trace' ](1)", "trace"),
            ("window.console.dir(x)", "dir"),
            ("const log = console.log;", "log"),
            ("go(); // console.log(1)", "log"),
        ] {
            let found: Vec<_> = calls(script).map(|(_, call)| call).collect();
            assert_eq!(found, [method], "{script}");
        }
    }

    #[test]
    fn what_is_something_else_is_not() {
        for script in [
            "console.error(e)",
            "console.warn(e)",
            "console.assert(x)",
            "console.logger(x)",
            "myconsole.log(x)",
            "$console.log(x)",
            "game.console.log(x)",
            "the console",
            "// console.log(1)",
            "/**\n * console.log(1)\n */",
            "console.",
            "console[log](1)",
            "",
        ] {
            assert_eq!(calls(script).count(), 0, "{script}");
        }
    }
}
