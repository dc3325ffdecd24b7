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

/// Who may read and write a file: the rule of `.env`, in production.
#[cfg(unix)]
mod access {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, chown, symlink};
    use std::path::Path;

    use secure_config::{LoadError, Profile, Report};
    use tests::{set_mode, warnings};

    use super::*;

    type Loaded = Result<(Settings, Report), LoadError>;

    fn load(path: &Path, profile: Profile) -> Loaded {
        let loader = Settings::loader().vars([("JWT_SECRET_FILE", path)]);
        loader.profile(profile).load_with_report()
    }

    fn load_directory(path: &Path) -> Loaded {
        let loader = Settings::loader().vars([("X", "")]).secrets_dir(path);
        loader.profile(Profile::Production).load_with_report()
    }

    #[test]
    fn in_production_others_must_not_write_a_secret_file_and_better_not_read_it() {
        let scratch = Scratch::new();
        let path = scratch.file("secrets/jwt_secret", STRONG[0]);
        for (mode, problem, warning) in [
            (0o600, false, false),
            (0o400, false, false),
            (0o440, false, false),
            (0o444, false, false),
            (0o640, false, true),
            (0o604, false, true),
            (0o644, false, true),
            (0o620, true, false),
            (0o602, true, false),
            (0o606, true, false),
            (0o666, true, false),
            (0o777, true, false),
        ] {
            set_mode(&path, mode);
            for loaded in [
                load(&path, Profile::Production),
                load_directory(&scratch.join("secrets")),
            ] {
                let permissions = [("JWT_SECRET", "permissions")];
                let expected = if problem { &permissions[..] } else { &[] };
                assert_eq!(problems(&loaded), expected, "{mode:o}");
                if let Ok((_, report)) = &loaded {
                    let expected = if warning { &permissions[..] } else { &[] };
                    assert_eq!(warnings(report), expected, "{mode:o}");
                }
                if let Err(error) = &loaded {
                    let told = error.to_string();
                    assert!(told.contains("may be written by other users"), "{told}");
                    assert!(told.contains(&format!("chmod 600 {}", path.display())), "{told}");
                }
            }
            for profile in [Profile::Development, Profile::Test, Profile::Staging] {
                let (_, report) = load(&path, profile).unwrap();
                assert_eq!(warnings(&report), [], "{mode:o} in {profile}");
            }
        }
    }

    #[test]
    fn it_must_not_belong_to_another_user() {
        let scratch = Scratch::new();
        let path = scratch.file("jwt_secret", STRONG[0]);
        let another = fs::metadata(&path).unwrap().uid() + 1;
        // Only root can give a file away; anyone else may keep to the file being their own.
        if chown(&path, Some(another), None).is_err() {
            assert!(load(&path, Profile::Production).is_ok());
            return;
        }
        let loaded = load(&path, Profile::Production);
        assert_eq!(problems(&loaded), [("JWT_SECRET", "permissions")]);
        assert!(load(&path, Profile::Staging).is_ok());
    }

    #[test]
    fn what_is_no_secret_may_be_read_and_not_written() {
        let scratch = Scratch::new();
        let path = scratch.file("workers", "3");
        let load = |mode| {
            set_mode(&path, mode);
            let vars = [
                ("JWT_SECRET", STRONG[0].into()),
                ("WORKERS_FILE", path.clone().into_os_string()),
            ];
            Settings::loader().vars(vars).load_with_report()
        };
        assert_eq!(warnings(&load(0o644).unwrap().1), []);
        assert_eq!(problems(&load(0o666)), [("WORKERS", "permissions")]);
    }

    #[test]
    fn a_link_is_judged_by_the_file_it_leads_to() {
        let scratch = Scratch::new();
        let path = scratch.file("real", STRONG[0]);
        symlink("real", scratch.join("link")).unwrap();
        assert!(load(&scratch.join("link"), Profile::Production).is_ok());
        set_mode(&path, 0o622);
        let loaded = load(&scratch.join("link"), Profile::Production);
        assert_eq!(problems(&loaded), [("JWT_SECRET", "permissions")]);
    }

    #[test]
    fn a_volume_of_kubernetes_may_be_read_by_all() {
        let scratch = Scratch::new();
        let path = scratch.file("mount/..2026_11_25/JWT_SECRET", STRONG[0]);
        symlink("..2026_11_25", scratch.join("mount/..data")).unwrap();
        symlink("..data/JWT_SECRET", scratch.join("mount/JWT_SECRET")).unwrap();
        set_mode(&path, 0o644);
        for loaded in [
            load_directory(&scratch.join("mount")),
            load(&scratch.join("mount/JWT_SECRET"), Profile::Production),
        ] {
            assert_eq!(warnings(&loaded.unwrap().1), []);
        }
        set_mode(&path, 0o666);
        let loaded = load_directory(&scratch.join("mount"));
        assert_eq!(problems(&loaded), [("JWT_SECRET", "permissions")]);
    }

    #[test]
    fn a_directory_that_others_may_write_is_a_warning() {
        let scratch = Scratch::new();
        scratch.file("secrets/jwt_secret", STRONG[0]);
        let path = scratch.join("secrets");
        let shown = path.to_str().unwrap();
        for (mode, expected) in [
            (0o755, &[][..]),
            (0o1777, &[]),
            (0o775, &[(shown, "permissions")]),
            (0o777, &[(shown, "permissions")]),
        ] {
            set_mode(&path, mode);
            let (_, report) = load_directory(&path).unwrap();
            assert_eq!(warnings(&report), expected, "{mode:o}");
        }
    }
}
