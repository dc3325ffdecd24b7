//! Modules import each other one way, as ARCHITECTURE.md says: a circle between them is in the table there, or fails.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use tests::markdown::{code_spans, tables};

use crate::pages::{files, root};

/// Folders whose modules must not import each other: the path of the source, and the module whose children they are.
const HOUSES: [(&str, &str); 4] = [
    ("secure-config/src", ""),
    ("secure-config/src", "cli"),
    ("secure-config-derive/src", ""),
    ("secure-runtime/src", ""),
];

/// The modules that one module names.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// The text without comments, and without what is compiled for tests alone.
fn code(text: &str) -> String {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let bare = line.trim_start();
        if bare.starts_with("//") {
            continue;
        }
        if !bare.starts_with("#[cfg(test)]") && !bare.starts_with("#[cfg(all(test") {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        // The item: up to a line that closes it, at the indentation of the attribute.
        let indent = &line[..line.len() - bare.len()];
        for line in lines.by_ref() {
            let is_attribute = line.trim_start().starts_with("#[");
            let is_closed = line.starts_with(&format!("{indent}}}")) || line.ends_with([';', ',']);
            if !is_attribute
                && line.starts_with(indent)
                && !line[indent.len()..].starts_with(' ')
                && is_closed
            {
                break;
            }
        }
    }
    out
}

/// The paths of a `use` tree: `a::{b, c::{d}}` are `a::b` and `a::c::d`.
fn leaves(tree: &str) -> Vec<String> {
    let Some((before, rest)) = tree.split_once('{') else {
        return vec![tree.trim().to_owned()];
    };
    let inside = rest.rsplit_once('}').map_or(rest, |(inside, _)| inside);
    let (mut parts, mut depth) = (vec![String::new()], 0);
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("there is one").push(c);
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts
        .flat_map(|part| leaves(part))
        .map(|leaf| format!("{}{leaf}", before.trim()))
        .collect()
}

/// Every path that code names from `crate` or `super`, in `use` or elsewhere.
fn named(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = String::new();
    for (number, statement) in code.split(';').enumerate() {
        let start = if number == 0 { 0 } else { 1.min(statement.len()) };
        match statement[start.min(statement.len())..].rsplit_once("use ") {
            Some((before, tree))
                if !tree.contains('(') && before.split('\n').next_back().is_some_and(is_visibility) =>
            {
                found.extend(leaves(&tree.replace('\n', " ")));
                rest.push_str(before);
            }
            _ => rest.push_str(statement),
        }
        rest.push('\n');
    }
    for start in ["crate::", "super::"] {
        for (at, _) in rest.match_indices(start) {
            let before = rest[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
                || rest[..at].ends_with("pub(in ")
            {
                continue;
            }
            let path: String = rest[at..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':'))
                .collect();
            found.push(path);
        }
    }
    found
}

fn is_visibility(before: &str) -> bool {
    let before = before.trim();
    before.is_empty() || before.starts_with("pub")
}

/// The module of a file: `cli/mod.rs` is `cli`, `schema.rs` is `schema`.
fn module(source: &Path, file: &Path) -> Vec<String> {
    let path = file.strip_prefix(source).expect("it is below").with_extension("");
    let mut parts: Vec<String> = path
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if parts.last().is_some_and(|last| last == "mod" || last == "lib") {
        parts.pop();
    }
    parts
}

/// What the root of a crate re-exports: `Loader` is of `loader`.
fn exported(lib: &str) -> BTreeMap<String, String> {
    let all = named(lib).into_iter().map(|path| path.replace("crate::", ""));
    let own = lib
        .split("pub use ")
        .skip(1)
        .flat_map(|rest| leaves(&rest.split(';').next().unwrap_or_default().replace('\n', " ")));
    all.chain(own)
        .filter_map(|path| {
            let (module, item) = path.rsplit_once("::")?;
            Some((item.trim().to_owned(), module.split("::").next()?.to_owned()))
        })
        .collect()
}

/// What each child of `parent` names of the others.
fn imports(source: &str, parent: &str) -> Imports {
    let source = root().join(source);
    let lib = code(&fs::read_to_string(source.join("lib.rs")).expect("a crate"));
    let exported = exported(&lib);
    let mut paths: Vec<PathBuf> = Vec::new();
    files(&source, ".rs", &mut paths);
    let parent: Vec<String> = parent
        .split("::")
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect();
    let child = |path: &[String]| {
        path.starts_with(&parent)
            .then(|| path.get(parent.len()).cloned())
            .flatten()
    };
    let mut imports = Imports::new();
    let mut sources = Vec::new();
    for path in paths {
        let module = module(&source, &path);
        if module.iter().any(|part| part == "tests") {
            continue;
        }
        if let Some(child) = child(&module) {
            imports.entry(child.clone()).or_default();
            sources.push((module, child, path));
        }
    }
    for (module, from, path) in sources {
        for name in named(&code(&fs::read_to_string(&path).expect("a source"))) {
            let name = name.split(" as ").next().unwrap_or_default();
            let mut parts: Vec<String> = name.split("::").map(|part| part.trim().to_owned()).collect();
            let mut full = module.clone();
            match parts[0].as_str() {
                "crate" => full.clear(),
                "super" => {}
                _ => continue,
            }
            while parts.first().is_some_and(|part| part == "super") {
                full.pop();
                parts.remove(0);
            }
            parts.retain(|part| part != "crate");
            full.extend(parts);
            if let Some(module) = full.first().and_then(|first| exported.get(first)) {
                full.insert(0, module.clone());
            }
            if let Some(to) = child(&full).filter(|to| *to != from && imports.contains_key(to)) {
                imports.get_mut(&from).expect("it was entered").insert(to);
            }
        }
    }
    // What generated code calls is a door to everything, and what it uses imports nothing of it.
    for door in ["private", "probe"] {
        imports.remove(door);
    }
    imports
}

/// Everything that a module names, or that is named by what it names.
fn reach(imports: &Imports, from: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![from.to_owned()];
    while let Some(next) = open.pop() {
        for to in imports.get(&next).into_iter().flatten() {
            if found.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    found
}

/// The sets of modules that all name each other, directly or by others.
fn circles(imports: &Imports) -> BTreeSet<Vec<String>> {
    let reach: BTreeMap<&String, BTreeSet<String>> =
        imports.keys().map(|from| (from, reach(imports, from))).collect();
    let of = |from: &String| -> Vec<String> {
        let back = |to: &&String| reach.get(to).is_some_and(|names| names.contains(from));
        let mut circle: Vec<String> = reach[from].iter().filter(back).cloned().collect();
        if !circle.contains(from) {
            circle.push(from.clone());
        }
        circle.sort();
        circle
    };
    imports.keys().map(of).filter(|circle| circle.len() > 1).collect()
}

/// The circles of the table in ARCHITECTURE.md: the crate and the modules.
fn left() -> Vec<(String, BTreeSet<String>)> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("a page");
    let tables = tables(&page);
    let table = tables.iter().find(|table| table.column("the circle").is_some());
    let cells = table
        .and_then(|table| table.column("modules"))
        .unwrap_or_default();
    cells
        .iter()
        .map(|cell| {
            let (name, modules) = cell.split_once(": ").expect("a crate and its modules");
            let modules = code_spans(modules).into_iter().map(str::to_owned);
            (format!("{name}/src"), modules.collect())
        })
        .collect()
}

#[test]
fn modules_import_one_way_but_for_the_circles_that_are_left() {
    let left = left();
    let mut used = BTreeSet::new();
    for (source, parent) in HOUSES {
        let imports = imports(source, parent);
        assert!(imports.len() > 5, "{source} {parent}: {imports:?}");
        for circle in circles(&imports) {
            let listed = left.iter().position(|(known, modules)| {
                known == source && circle.iter().all(|one| modules.contains(one))
            });
            let listed = listed.unwrap_or_else(|| {
                let arrows = circle.iter().map(|from| {
                    let to: Vec<&String> = imports[from].iter().filter(|to| circle.contains(to)).collect();
                    format!("{from} → {to:?}")
                });
                panic!(
                    "a new circle in {source} {parent}: {}",
                    arrows.collect::<Vec<_>>().join(", ")
                )
            });
            used.insert(listed);
        }
    }
    let broken: Vec<_> = (0..left.len())
        .filter(|n| !used.contains(n))
        .map(|n| &left[n])
        .collect();
    assert!(
        broken.is_empty(),
        "take these out of ARCHITECTURE.md, they are no circles any more: {broken:?}"
    );
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    for code in [
        "use crate::b::X;\n",
        "pub(crate) use super::b;\n",
        "use crate::{a::Y, b::{X, Z}};\n",
        "fn f() {\n    crate::b::g();\n}\n",
        "use std::fmt;\n\nfn f(x: &super::b::X) {}\n",
    ] {
        let has_b = named(code).iter().any(|path| path.contains("::b"));
        assert!(has_b, "{code}: {:?}", named(code));
    }
    let test = "mod x {}\n#[cfg(test)]\nmod tests {\n    use crate::b::X;\n}\nfn f() {}\n// crate::c\n";
    assert_eq!(code(test), "mod x {}\nfn f() {}\n");
    let imports = Imports::from(
        [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]
            .map(|(from, to)| (from.to_owned(), BTreeSet::from([to.to_owned()]))),
    );
    assert_eq!(
        circles(&imports),
        BTreeSet::from([["a", "b", "c"].map(str::to_owned).to_vec()])
    );
}
