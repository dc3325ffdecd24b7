//! From nothing to a configuration that is sound.

use crate::program::{REQUIRED, Room, SERVICE, TARGET, mode, value};

#[test]
fn three_commands_lead_from_nothing_to_a_sound_configuration() {
    for (program, variables) in [(SERVICE, "JWT_ACCESS_SECRET"), (TARGET, "JWT_ACCESS_SECRET")] {
        let room = Room::new(program);
        let script =
            "\"$0\" config template --write && \"$0\" config generate --write-env && \"$0\" config check";
        let said = room.shell(script).ends_with(0);
        assert_eq!(
            said.out,
            "configuration is sound (profile: production, APP_ENV unset)\n"
        );
        assert!(
            said.err.contains(&format!("written to .env: {variables}")),
            "{}",
            said.err
        );
        assert_eq!(room.names(), [".env", ".env.example"]);
        assert_eq!(mode(&room.path(".env")), 0o600);
    }
}

#[test]
fn a_check_is_a_load() {
    let room = Room::new(TARGET);
    let said = room.config("check").ends_with(78);
    assert!(said.out.is_empty());
    let title = format!("configuration refused: {} problems", REQUIRED.len());
    assert!(said.err.starts_with(&title), "{}", said.err);

    let said = room.config("check --json").ends_with(78);
    assert!(said.err.is_empty());
    let report = tests::json::Json::parse(&said.out).unwrap();
    assert_eq!(
        report.get("event").unwrap().as_str(),
        Some("configuration_refused")
    );

    room.config("generate --write-env").ends_with(0);
    let said = room.config("check --json").ends_with(0);
    let report = tests::json::Json::parse(&said.out).unwrap();
    assert_eq!(
        report.get("event").unwrap().as_str(),
        Some("configuration_loaded")
    );

    let said = Room::new(SERVICE)
        .with("APP_ENV", "dev")
        .config("check")
        .ends_with(0);
    assert!(said.err.contains("is made up for this process"), "{}", said.err);
}

#[test]
fn a_file_that_is_not_there_begins_as_the_template() {
    let room = Room::new(TARGET);
    room.config("generate --write-env").ends_with(0);
    let template = room.config("template").ends_with(0).out;
    let written = room.read(".env");
    assert_eq!(written.lines().count(), template.lines().count());
    for (line, before) in written.lines().zip(template.lines()) {
        match before.strip_suffix('=').filter(|name| REQUIRED.contains(name)) {
            Some(_) => assert!(line.starts_with(before) && line.len() > before.len(), "{before}"),
            None => assert_eq!(line, before),
        }
    }
}

#[test]
fn what_is_set_anywhere_is_not_made_up() {
    let room = Room::new(TARGET)
        .with("JWT_ACCESS_SECRET", tests::STRONG[0])
        .with("RAW_KEY_FILE", "raw")
        .with("CREDENTIALS_DIRECTORY", "/nowhere");
    room.scratch.file("raw", tests::STRONG[1]);
    let text = format!(
        "# ours\nexport PEPPER='{}{}' # kept\nJWT_OLD_SECRET={}\nPORT=9090\n",
        tests::STRONG[2],
        tests::STRONG[3],
        tests::STRONG[4]
    );
    room.scratch.file(".env", &text);
    let said = room.config("generate --write-env").ends_with(0);
    for set in ["JWT_ACCESS_SECRET", "JWT_REFRESH_SECRET", "PEPPER", "RAW_KEY"] {
        assert!(!said.err.contains(set), "{}", said.err);
    }
    let written = room.read(".env");
    assert!(written.starts_with(&text), "{written}");
    assert_eq!(value(&written, "RAW_KEY"), None);
    assert!(value(&written, "HEX_KEY").is_some());
    room.config("check").ends_with(0);
    assert_eq!(
        room.config("generate --write-env").ends_with(0).err,
        "no secret is missing\n"
    );
    assert_eq!(room.read(".env"), written);
}

#[test]
fn a_part_that_is_in_use_needs_its_secret_and_one_that_is_not_does_not() {
    let room = Room::new(TARGET);
    room.config("generate --write-env").ends_with(0);
    assert_eq!(value(&room.read(".env"), "MAIL_PASSWORD"), None);
    let used = room.with("MAIL_HOST", "mail.internal");
    let said = used.config("generate --write-env").ends_with(0);
    assert_eq!(said.err, "written to .env: MAIL_PASSWORD\n");
    used.config("check").ends_with(0);
}

#[test]
fn an_optional_secret_is_made_up_when_it_is_named() {
    let room = Room::new(SERVICE);
    room.config("generate --write-env").ends_with(0);
    assert_eq!(value(&room.read(".env"), "ADMIN_TOKEN"), None);
    room.config("generate ADMIN_TOKEN --write-env").ends_with(0);
    let written = room.read(".env");
    assert_eq!(value(&written, "ADMIN_TOKEN").unwrap().len(), 43);
    room.config("check").ends_with(0);
    // What is there is never written over.
    let said = room.config("generate ADMIN_TOKEN --write-env").ends_with(73);
    assert!(said.err.contains("is set already"), "{}", said.err);
    assert_eq!(room.read(".env"), written);
}
