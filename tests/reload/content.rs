//! What counts is what files hold: not when they were touched, and not before somebody has finished writing.

use std::fs::{self, File, FileTimes};
use std::time::{Duration, SystemTime};

use secure_config::reload::Polled;
use secure_config::{SecretString, SecureConfig};
use tests::{STRONG, Scratch};

use crate::{dotenv, exchanged, settled, write};

#[derive(Debug, SecureConfig)]
struct Settings {
    #[secure(default = 1)]
    number: u32,
    token_secret: Option<SecretString>,
}

fn touch(path: &std::path::Path, time: SystemTime) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_times(FileTimes::new().set_modified(time)).unwrap();
}

#[test]
fn another_content_of_the_same_age_and_length_is_noticed() {
    let scratch = Scratch::new();
    let path = write(&scratch, "NUMBER=4\n");
    let time = SystemTime::now() - Duration::from_secs(3600);
    touch(&path, time);
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    assert!(matches!(live.poll(), Polled::Unchanged));
    write(&scratch, "NUMBER=5\n");
    touch(&path, time);
    assert_eq!(exchanged(&live), ["NUMBER"]);
    assert_eq!(live.read().number, 5);
    assert!(matches!(live.poll(), Polled::Unchanged));
}

#[test]
fn another_age_of_the_same_content_is_not() {
    let scratch = Scratch::new();
    let path = write(&scratch, "NUMBER=4\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    touch(&path, SystemTime::now() + Duration::from_secs(3600));
    assert!(matches!(live.poll(), Polled::Unchanged));
    fs::remove_file(&path).unwrap();
    write(&scratch, "NUMBER=4\n");
    assert!(
        matches!(live.poll(), Polled::Unchanged),
        "another file, the same content"
    );
}

#[test]
fn what_somebody_is_still_writing_is_left_alone() {
    let scratch = Scratch::new();
    let path = write(&scratch, "NUMBER=4\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    for half in ["", "NUM", "NUMBER=5"] {
        write(&scratch, half);
        assert!(matches!(live.poll(), Polled::Changing), "{half}");
        assert_eq!(live.read().number, 4);
    }
    write(&scratch, "NUMBER=55\n");
    assert_eq!(exchanged(&live), ["NUMBER"]);
    assert_eq!(live.read().number, 55);
    write(&scratch, "NUM");
    assert!(matches!(live.poll(), Polled::Changing));
    write(&scratch, "NUMBER=55\n");
    assert!(matches!(live.poll(), Polled::Unchanged), "as it was");
}

#[test]
fn a_set_that_is_refused_changes_nothing_and_is_told_once() {
    let scratch = Scratch::new();
    let path = write(&scratch, "NUMBER=4\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    write(&scratch, "NUMBER=5\nTOKEN_SECRET=changeme\n");
    let Polled::Refused(error) = settled(&live) else {
        panic!("a refusal is due")
    };
    assert_eq!(error.problems().len(), 1);
    assert_eq!(live.read().number, 4, "nothing of it");
    assert!(matches!(live.poll(), Polled::Unchanged));
    let status = live.status();
    assert_eq!((status.version, status.refused, status.exchanged), (1, 1, 0));
    assert!(status.refusal.is_some());

    assert!(live.reload().is_err(), "whoever asks gets it tried");
    write(&scratch, &format!("NUMBER=5\nTOKEN_SECRET={}\n", STRONG[0]));
    assert_eq!(exchanged(&live), ["NUMBER", "TOKEN_SECRET"]);
    let status = live.status();
    assert_eq!((status.version, status.refused, status.exchanged), (2, 2, 1));
    assert!(status.refusal.is_none());
}

#[test]
fn a_file_that_goes_and_one_that_comes_are_noticed() {
    let scratch = Scratch::new();
    let directory = scratch.join("secrets");
    fs::create_dir(&directory).unwrap();
    let none: [(&str, &str); 0] = [];
    let (live, _) = Settings::loader()
        .vars(none)
        .secrets_dir(&directory)
        .live()
        .unwrap();
    assert!(live.read().token_secret.is_none());

    scratch.file("secrets/token_secret", STRONG[0]);
    assert_eq!(exchanged(&live), ["TOKEN_SECRET"]);
    assert!(live.read().token_secret.as_ref().unwrap().ct_eq(STRONG[0]));

    fs::remove_file(directory.join("token_secret")).unwrap();
    assert_eq!(exchanged(&live), ["TOKEN_SECRET"]);
    assert!(live.read().token_secret.is_none());
}

#[test]
fn the_file_that_a_variable_names_is_looked_at() {
    let scratch = Scratch::new();
    let file = scratch.file("key", STRONG[0]);
    let vars = [("TOKEN_SECRET_FILE", file.as_os_str())];
    let (live, _) = Settings::loader().vars(vars).live().unwrap();
    scratch.file("key", format!("{}\n", STRONG[0]));
    assert!(
        matches!(live.poll(), Polled::Unchanged),
        "a line end is not part of it"
    );
    scratch.file("key", STRONG[1]);
    assert_eq!(exchanged(&live), ["TOKEN_SECRET"]);
    assert!(live.read().token_secret.as_ref().unwrap().ct_eq(STRONG[1]));
}

#[test]
#[cfg(unix)]
fn who_mends_the_rights_of_a_file_need_not_write_it_again() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let path = write(&scratch, "NUMBER=4\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    assert!(matches!(settled(&live), Polled::Refused(_)));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let Polled::Reloaded(reloaded) = settled(&live) else {
        panic!("it is fine again")
    };
    assert!(reloaded.changed().is_empty());
    assert_eq!(live.status().version, 1, "nothing was exchanged");
    assert!(live.status().refusal.is_none());
}

#[test]
fn a_set_that_says_the_same_otherwise_is_not_exchanged() {
    let scratch = Scratch::new();
    let path = write(&scratch, "NUMBER=4\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    let before = live.current();
    write(&scratch, "# a comment\nNUMBER = 4\n");
    assert_eq!(exchanged(&live), [""; 0]);
    assert!(std::sync::Arc::ptr_eq(&before, &live.current()));
    assert_eq!(live.status().unchanged, 1);
}

#[test]
fn the_profile_stays_that_of_the_start() {
    let scratch = Scratch::new();
    let path = write(&scratch, "NUMBER=4\n");
    let loader = Settings::loader().vars([("APP_ENV", "staging")]).dotenv(&path);
    let (live, report) = loader.live().unwrap();
    assert_eq!(report.profile().as_str(), "staging");
    write(&scratch, "NUMBER=5\n");
    let reloaded = live.reload().unwrap();
    assert_eq!(reloaded.report().profile().as_str(), "staging");
    assert_eq!(reloaded.report().profile_variable(), Some("APP_ENV"));
}

/// What a secret signs must not be void after every reload.
#[test]
fn a_secret_that_was_made_up_stays() {
    #[derive(SecureConfig)]
    struct Made {
        #[secure(default = 1)]
        number: u32,
        #[secure(generate_in_dev)]
        token_secret: SecretString,
    }
    let scratch = Scratch::new();
    let path = write(&scratch, "NUMBER=4\n");
    let loader = dotenv::<Made>(&path).profile(secure_config::Profile::Development);
    let (live, _) = loader.live().unwrap();
    let first = live.read().token_secret.expose_secret().to_owned();
    for number in 5..8 {
        write(&scratch, &format!("NUMBER={number}\n"));
        assert_eq!(live.reload().unwrap().changed(), ["NUMBER"]);
        assert_eq!(live.read().number, number);
        assert_eq!(live.read().token_secret.expose_secret(), first);
    }
    write(&scratch, &format!("NUMBER=7\nTOKEN_SECRET={}\n", STRONG[0]));
    assert_eq!(live.reload().unwrap().changed(), ["TOKEN_SECRET"]);
}
