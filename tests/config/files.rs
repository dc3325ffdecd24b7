//! Values in files: named by `X_FILE`, in a secrets directory, in systemd's credentials directory.

use std::fs;

use secure_config::{LoadError, SecretBytes, SecretString, SecureConfig};
use tests::{STRONG, Scratch, problems};

#[derive(Debug, SecureConfig)]
struct Settings {
    jwt_secret: SecretString,
    #[secure(encoding = "base64", len = 32)]
    signing_key: Option<SecretBytes>,
    #[secure(default = 1)]
    workers: u16,
    motd: Option<String>,
}

/// Loads with these contents in the file that `JWT_SECRET_FILE` names.
fn load(content: impl AsRef<[u8]>) -> Result<Settings, LoadError> {
    let scratch = Scratch::new();
    let path = scratch.file("jwt_secret", content);
    Settings::loader().vars([("JWT_SECRET_FILE", path)]).load()
}

#[test]
fn one_line_end_is_stripped() {
    for end in ["", "\n", "\r\n"] {
        let settings = load(format!("{}{end}", STRONG[0])).unwrap();
        assert!(settings.jwt_secret.ct_eq(STRONG[0]), "{end:?}");
    }
}

#[test]
fn other_white_space_at_an_edge_is_a_problem() {
    let secret = STRONG[0];
    for content in [
        format!("{secret}\n\n"),
        format!("{secret}\r\n\r\n"),
        format!("{secret} \n"),
        format!("{secret}\t"),
        format!(" {secret}"),
        format!("\n{secret}\n"),
        format!("{secret}\n\r"),
    ] {
        assert_eq!(
            problems(&load(&content)),
            [("JWT_SECRET", "edge_whitespace")],
            "{content:?}"
        );
    }
}

#[test]
fn white_space_inside_is_kept() {
    let scratch = Scratch::new();
    let vars = [
        ("JWT_SECRET", STRONG[0].into()),
        (
            "MOTD_FILE",
            scratch.file("motd", "two\nlines with\ttabs\n").into_os_string(),
        ),
    ];
    let settings = Settings::loader().vars(vars).load().unwrap();
    assert_eq!(settings.motd.as_deref(), Some("two\nlines with\ttabs"));
}

#[test]
fn an_empty_file_is_an_empty_value() {
    for content in ["", "\n", "\r\n"] {
        assert_eq!(problems(&load(content)), [("JWT_SECRET", "empty")], "{content:?}");
    }
}

#[test]
fn every_kind_of_field_is_read_from_a_file() {
    let scratch = Scratch::new();
    let vars = [
        ("JWT_SECRET_FILE", scratch.file("a", STRONG[0])),
        ("SIGNING_KEY_FILE", scratch.file("b", STRONG[1])),
        ("WORKERS_FILE", scratch.file("c", "12\n")),
        ("MOTD_FILE", scratch.file("d", "hello\n")),
    ];
    let settings = Settings::loader().vars(vars).load().unwrap();
    assert_eq!(settings.signing_key.unwrap().expose_secret().len(), 32);
    assert_eq!((settings.workers, settings.motd.as_deref()), (12, Some("hello")));
}

#[test]
fn both_names_at_once_are_a_conflict() {
    let scratch = Scratch::new();
    let path = scratch.file("a", STRONG[0]);
    let vars = [
        ("JWT_SECRET", STRONG[0].into()),
        ("JWT_SECRET_FILE", path.into_os_string()),
    ];
    let loaded = Settings::loader().vars(vars).load();
    assert_eq!(problems(&loaded), [("JWT_SECRET", "conflict")]);
    assert!(
        loaded
            .expect_err("both are set")
            .to_string()
            .contains("and so is JWT_SECRET_FILE")
    );
}

#[test]
fn an_empty_name_of_a_file_is_none() {
    let loaded = Settings::loader()
        .vars([("JWT_SECRET", STRONG[0]), ("JWT_SECRET_FILE", "")])
        .load();
    assert!(loaded.unwrap().jwt_secret.ct_eq(STRONG[0]));
}

#[test]
fn a_secrets_directory_has_a_file_for_each_variable() {
    let scratch = Scratch::new();
    scratch.file("secrets/jwt_secret", format!("{}\n", STRONG[0]));
    scratch.file("secrets/WORKERS", "3");
    scratch.file("secrets/unrelated", [0xff; 100]);
    let loader = Settings::loader()
        .vars([("X", "")])
        .secrets_dir(scratch.join("secrets"));
    let settings = loader.load().unwrap();
    assert!(settings.jwt_secret.ct_eq(STRONG[0]));
    assert_eq!(settings.workers, 3);
}

#[cfg(unix)]
#[test]
fn the_links_of_a_kubernetes_mount_are_followed() {
    use std::os::unix::fs::symlink;

    let scratch = Scratch::new();
    scratch.file("mount/..2026_11_25/JWT_SECRET", STRONG[0]);
    symlink("..2026_11_25", scratch.join("mount/..data")).unwrap();
    symlink("..data/JWT_SECRET", scratch.join("mount/JWT_SECRET")).unwrap();
    let loader = || {
        Settings::loader()
            .vars([("X", "")])
            .secrets_dir(scratch.join("mount"))
    };
    assert!(loader().load().unwrap().jwt_secret.ct_eq(STRONG[0]));

    // The swap that an update is.
    scratch.file("mount/..2026_11_26/JWT_SECRET", STRONG[1]);
    symlink("..2026_11_26", scratch.join("mount/..tmp")).unwrap();
    fs::rename(scratch.join("mount/..tmp"), scratch.join("mount/..data")).unwrap();
    assert!(loader().load().unwrap().jwt_secret.ct_eq(STRONG[1]));
}

#[test]
fn the_credentials_of_systemd_are_found() {
    let scratch = Scratch::new();
    scratch.file("credentials/jwt_secret", STRONG[0]);
    let vars = [("CREDENTIALS_DIRECTORY", scratch.join("credentials"))];
    assert!(
        Settings::loader()
            .vars(vars)
            .load()
            .unwrap()
            .jwt_secret
            .ct_eq(STRONG[0])
    );
    // A relative one is not systemd's.
    let loaded = Settings::loader()
        .vars([("CREDENTIALS_DIRECTORY", "credentials")])
        .load();
    assert_eq!(problems(&loaded), [("JWT_SECRET", "missing")]);
}

#[test]
fn a_secrets_directory_that_is_named_must_be_there() {
    let scratch = Scratch::new();
    let not_there = scratch.join("not there");
    let loaded = Settings::loader()
        .vars([("JWT_SECRET", STRONG[0])])
        .secrets_dir(&not_there)
        .load();
    assert_eq!(problems(&loaded), [(not_there.to_str().unwrap(), "unreadable")]);
    let file = scratch.file("file", "");
    let loaded = Settings::loader()
        .vars([("JWT_SECRET", STRONG[0])])
        .secrets_dir(&file)
        .load();
    assert_eq!(problems(&loaded), [(file.to_str().unwrap(), "unreadable")]);
}

#[test]
fn a_file_must_be_one_mebibyte_at_most() {
    let scratch = Scratch::new();
    let load = |bytes: usize| {
        let path = scratch.file("motd", "x".repeat(bytes));
        let vars = [
            ("JWT_SECRET", STRONG[0].into()),
            ("MOTD_FILE", path.into_os_string()),
        ];
        Settings::loader().vars(vars).load()
    };
    assert_eq!(load(1 << 20).unwrap().motd.unwrap().len(), 1 << 20);
    assert_eq!(problems(&load((1 << 20) + 1)), [("MOTD", "unreadable")]);
}
