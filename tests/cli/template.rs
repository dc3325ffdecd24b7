//! The template and the table.

use std::fs;
use std::os::unix::fs::symlink;

use secure_config::SecureConfig;

use crate::program::{Room, SERVICE, TARGET, mode};
use crate::settings::Settings;

#[test]
fn a_template_is_a_file_that_loads_as_if_it_were_not_there() {
    for program in [TARGET, SERVICE] {
        let with = Room::new(program);
        let template = with.config("template").ends_with(0).out;
        let without = with.config("check").ends_with(78).err;
        // Its blanks are empty: the same problems, told of other places.
        with.scratch.file(".env", &template);
        fs::set_permissions(
            with.path(".env"),
            std::os::unix::fs::PermissionsExt::from_mode(0o600),
        )
        .unwrap();
        let said = with.config("check").ends_with(78).err;
        let first = |text: &str| text.lines().next().map(str::to_owned);
        assert_eq!(first(&said), first(&without));
        assert!(said.contains("is empty"), "{said}");
    }
}

#[test]
fn every_default_in_a_template_is_the_default() {
    let room = Room::new(TARGET);
    room.config("generate --write-env").ends_with(0);
    let text = room.read(".env");
    let shown = text.lines().map(|line| match line.strip_prefix("# ") {
        Some(rest)
            if rest
                .split('=')
                .next()
                .is_some_and(|name| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')) =>
        {
            format!("{rest}\n")
        }
        _ => format!("{line}\n"),
    });
    room.scratch.file("shown", shown.collect::<String>());
    let load = |name: &str| {
        let loader = Settings::loader().vars([("", ""); 0]);
        loader
            .dotenv(room.path(name))
            .profile(secure_config::Profile::Test)
            .load()
            .unwrap()
    };
    let (settings, defaults) = (load("shown"), load(".env"));
    assert_eq!(settings.port, 8080);
    assert_eq!(settings.greeting, "it's \"quoted\" # here\\");
    assert_eq!(settings.degrees, -40);
    assert_eq!(format!("{settings:?}"), format!("{defaults:?}"));
}

#[test]
fn parts_have_headings() {
    let template = Room::new(TARGET).config("template").ends_with(0).out;
    let heading = "\n\n# ---- The mail server, if there is one ----\n\n# Its name.\n";
    assert!(template.contains(heading), "{template}");
    assert!(
        template.contains("\n\n# ----\n\n# What stands behind a part.\n"),
        "{template}"
    );
    // Only a part of the example's comments: each line is one, or sets a name.
    for line in template.lines() {
        let is_set = line.split_once('=').is_some_and(|(name, _)| {
            name.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
        });
        assert!(line.is_empty() || line.starts_with('#') || is_set, "{line}");
    }
}

#[test]
fn a_template_is_written_once() {
    let room = Room::new(TARGET);
    let said = room.config("template --write").ends_with(0);
    assert!(said.out.is_empty());
    assert_eq!(said.err, ".env.example is written\n");
    assert_eq!(room.read(".env.example"), room.config("template").out);
    assert_eq!(mode(&room.path(".env.example")) & 0o600, 0o600);
    room.scratch.file(".env.example", "mine\n");
    let said = room.config("template --write").ends_with(73);
    assert!(said.err.contains(".env.example is there already"), "{}", said.err);
    assert_eq!(room.read(".env.example"), "mine\n");
    assert_eq!(room.names(), [".env.example"]);
}

#[test]
fn an_update_adds_what_is_new_and_leaves_the_rest() {
    let room = Room::new(TARGET);
    let said = room.config("template --update").ends_with(66);
    assert!(said.err.contains("--write makes it"), "{}", said.err);
    assert!(room.names().is_empty());

    room.config("template --write").ends_with(0);
    let whole = room.read(".env.example");
    assert_eq!(
        room.config("template --update").ends_with(0).err,
        ".env.example has every variable\n"
    );

    // Two are gone, one has a value of the team's, and the last line has no end.
    let lines = whole
        .lines()
        .filter(|line| !line.starts_with("PEPPER=") && !line.starts_with("# PORT="));
    let mine = lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace("# LOG_LEVEL=INFO", "LOG_LEVEL=DEBUG # \u{e9}");
    room.scratch.file(".env.example", &mine);
    fs::set_permissions(
        room.path(".env.example"),
        std::os::unix::fs::PermissionsExt::from_mode(0o640),
    )
    .unwrap();
    let said = room.config("template --update").ends_with(0);
    assert_eq!(said.err, "added to .env.example: PEPPER, PORT\n");
    let updated = room.read(".env.example");
    let added = updated.strip_prefix(&mine).unwrap();
    assert!(
        added.contains("\nPEPPER=\n") && added.contains("\n# PORT=8080\n"),
        "{added}"
    );
    assert_eq!(mode(&room.path(".env.example")), 0o640);
    assert_eq!(
        room.config("template --update").ends_with(0).err,
        ".env.example has every variable\n"
    );
}

#[test]
fn links_are_not_written_through() {
    let room = Room::new(TARGET);
    room.scratch.file("theirs", "theirs\n");
    symlink("theirs", room.path(".env.example")).unwrap();
    for line in ["template --write", "template --update"] {
        let said = room.config(line).ends_with(73);
        assert!(said.err.contains("is a symbolic link"), "{}", said.err);
    }
    assert_eq!(room.read("theirs"), "theirs\n");
    assert_eq!(room.names(), [".env.example", "theirs"]);
}

#[test]
fn the_table_has_a_row_for_each_variable() {
    let table = Room::new(TARGET).config("docs").ends_with(0).out;
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), 32);
    for row in &rows {
        assert_eq!(row.replace("\\|", "").matches('|').count(), 6, "{row}");
    }
    assert!(
        table.starts_with("Settings of a service\nwith a field of every kind.\n\n| variable |"),
        "{table}"
    );
    let port = "| `PORT` | whole number | default: `8080` | from 1 to 65535 | Where the service listens &#124; the pipe stays in its cell. |";
    assert!(rows.contains(&port), "{table}");
}

#[test]
fn operators_see_no_code() {
    let room = Room::new(TARGET);
    let all: Vec<String> = [
        "template",
        "docs",
        "schema",
        "explain LINGER",
        "explain WORKERS",
        "explain MODE",
        "explain TAGS",
    ]
    .iter()
    .map(|command| room.config(command).ends_with(0).out)
    .collect();
    // The patterns of a schema have brackets of their own.
    for (index, text) in all.iter().enumerate() {
        for code in ["](", "]["].into_iter().filter(|_| index != 2) {
            assert!(!text.contains(code), "{code}: {text}");
        }
        for code in [
            "::",
            "checked by",
            "is_short",
            "MOST",
            "let patience",
            "Examples",
            "[`",
            "[time]",
        ] {
            assert!(!text.contains(code), "{code}: {text}");
        }
    }
    let template = &all[0];
    let linger = "\n# How long clients may take, as `Duration` writes it and the guide (https://example.com/guide) says;\n\
                  # `Client` is not for operators, and this goes on over several lines of the source, which are wrapped\n\
                  # anew.\n\
                  # (duration, such as 250ms or 1h30m; default: 30s)\n\
                  # LINGER=30s\n";
    assert!(template.contains(linger), "{template}");
    assert!(
        template.contains("(whole number; default: chosen by the program; from 2 to 64)\n# WORKERS=\n"),
        "{template}"
    );
    assert!(
        template.contains("(list, separated by ,: text; default: empty)\n# TAGS=\n"),
        "{template}"
    );
    assert!(
        template.contains("(value; default: chosen by the program; Safe in production)\n# MODE=\n"),
        "{template}"
    );
    assert!(
        all[3].starts_with("LINGER\n  How long clients may take, as `Duration`"),
        "{}",
        all[3]
    );

    let said = room
        .with("WORKERS", "65")
        .with("MODE", "fast")
        .config("check")
        .ends_with(78)
        .err;
    assert!(said.contains("\"65\" is not a number from 2 to 64"), "{said}");
    assert!(said.contains("must be Safe in production"), "{said}");
}
