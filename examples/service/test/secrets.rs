//! No command of the service shows a secret: every command and option that its help lists, with every secret that its settings have, sound
//! ones and such as are refused.

use std::process::Command;

use tests::{Numbers, STRONG, Scratch, Search, base64};

const PROGRAM: &str = env!("CARGO_BIN_EXE_service");

fn service(room: &Scratch, vars: &[(String, String)], arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(PROGRAM)
        .args(arguments)
        .env_clear()
        .envs(vars.iter().map(|(name, value)| (name, value)))
        .current_dir(room.path())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

/// Each command alone, and with each of its options: from the lines `  name [--option | --option] [KEY]   what it does`.
fn commands() -> Vec<Vec<String>> {
    let (code, help) = service(&Scratch::new(), &[], &["config", "--help"]);
    assert_eq!(code, Some(0));
    let mut commands = Vec::new();
    let lines = help.lines().skip_while(|line| *line != "commands:").skip(1);
    for line in lines.take_while(|line| !line.is_empty()) {
        let name = line.split_whitespace().next().unwrap();
        let is_option = |c: char| c.is_ascii_lowercase() || c == '-';
        let options = line
            .split(|c| !is_option(c))
            .filter(|word| word.starts_with("--") && word.len() > 2);
        let mut rows = vec![vec![name]];
        rows.extend(options.map(|option| vec![name, option]));
        // What takes the name of a variable gets one.
        if line.contains("KEY") {
            let named: Vec<_> = rows
                .iter()
                .map(|row| [&row[..], &["ADMIN_TOKEN"]].concat())
                .collect();
            rows.extend(named);
        }
        commands.extend(
            rows.into_iter()
                .map(|row| row.into_iter().map(str::to_owned).collect()),
        );
    }
    commands.push(vec!["--help".to_owned()]);
    commands
}

/// The variables that are secrets, as the schema marks them.
fn secrets() -> Vec<String> {
    let (code, schema) = service(&Scratch::new(), &[], &["config", "schema"]);
    assert_eq!(code, Some(0));
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let properties = schema["properties"].as_object().unwrap();
    let secret = properties
        .iter()
        .filter(|(_, value)| value["writeOnly"] == true)
        .map(|(name, _)| name.clone());
    secret.collect()
}

#[test]
fn no_command_shows_a_secret() {
    let (commands, names) = (commands(), secrets());
    for known in ["check", "docs", "explain", "generate", "schema", "template"] {
        assert!(commands.iter().any(|command| command[0] == known), "{known}");
    }
    for known in ["JWT_ACCESS_SECRET", "ADMIN_TOKEN", "SENTRY_DSN", "DATABASE_URL"] {
        assert!(names.iter().any(|name| name == known), "{known}");
    }
    let mut codes = Vec::new();
    for spoilt in ["", "change-me-", "${", "\u{e9}"] {
        let mut numbers = Numbers::new(99);
        let planted: Vec<(String, String, Search)> = names
            .iter()
            .map(|name| {
                let secret = base64(&numbers.bytes(33)).replace(['/', '+'], "x");
                let value = match name.as_str() {
                    "SENTRY_DSN" => format!("{spoilt}https://{secret}@sentry.internal/1"),
                    "DATABASE_URL" => format!("{spoilt}postgres://app:{secret}@127.0.0.1:1/app"),
                    _ => format!("{spoilt}{secret}"),
                };
                (name.clone(), value, Search::new(secret))
            })
            .collect();
        for as_files in [false, true] {
            let room = Scratch::new();
            let mut vars: Vec<(String, String)> = Vec::new();
            for (name, value, _) in &planted {
                if as_files {
                    let path = room.file(&format!("files/{name}"), value);
                    vars.push((format!("{name}_FILE"), path.display().to_string()));
                } else {
                    vars.push((name.clone(), value.clone()));
                }
            }
            for command in &commands {
                let mut arguments = vec!["config"];
                arguments.extend(command.iter().map(String::as_str));
                let (code, said) = service(&room, &vars, &arguments);
                for (name, _, search) in &planted {
                    search.assert_silent(&said, &format!("{name} by {command:?}"));
                }
                assert!(code.is_some_and(|code| code != 101), "{command:?}: {said}");
                codes.push(code);
            }
            let (_, said) = service(
                &room,
                &vars,
                &["healthcheck", "--timeout", "100ms", "127.0.0.1:1"],
            );
            for (name, _, search) in &planted {
                search.assert_silent(&said, name);
            }
        }
    }
    assert!(codes.contains(&Some(0)) && codes.contains(&Some(78)), "{codes:?}");
}

/// A start that is refused says as little; and one whose database is not there.
#[test]
fn no_start_shows_a_secret() {
    let mut vars: Vec<(String, String)> = secrets()
        .into_iter()
        .zip(STRONG)
        .map(|(name, secret)| (name, secret.to_owned()))
        .collect();
    let searches: Vec<Search> = vars.iter().map(|(_, secret)| Search::new(secret)).collect();
    for (name, value) in &mut vars {
        match name.as_str() {
            "SENTRY_DSN" => *value = format!("https://{}@127.0.0.1:1/1", value.replace(['/', '+', '='], "x")),
            "DATABASE_URL" => {
                *value = format!(
                    "postgres://app:{}@127.0.0.1:1/app",
                    value.replace(['/', '+', '='], "x")
                )
            }
            _ => {}
        }
    }
    vars.push(("PORT".to_owned(), "0".to_owned()));
    let room = Scratch::new();
    let (code, said) = service(&room, &vars, &[]);
    assert_eq!(code, Some(69), "{said}");
    searches
        .iter()
        .for_each(|search| search.assert_silent(&said, "a start"));
    vars.push(("METRICS_PORT".to_owned(), "none".to_owned()));
    let (code, said) = service(&room, &vars, &[]);
    assert_eq!(code, Some(78), "{said}");
    searches
        .iter()
        .for_each(|search| search.assert_silent(&said, "a start"));
}
