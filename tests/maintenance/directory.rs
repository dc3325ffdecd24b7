//! A file in a directory shuts the service.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, chown, symlink},
    path::Path,
    process::Command,
    time::Duration,
};

use secure_runtime::maintenance::{DirectoryWatch, Switch, Watching};
use tests::{Scratch, lines::capture};

/// A directory that nobody else may write to.
fn directory() -> Scratch {
    let scratch = Scratch::new();
    set_mode(scratch.path(), 0o755);
    scratch
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn watch(scratch: &Scratch, switch: &Switch) -> Watching {
    let watch = DirectoryWatch::new(scratch.path()).unwrap();
    watch.every(Duration::from_millis(100)).start(switch)
}

async fn eventually(mut condition: impl FnMut() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), wait)
        .await
        .expect("it never happens");
}

fn said(switch: &Switch) -> Option<(Option<u64>, Option<String>)> {
    switch.notice().map(|notice| {
        let wait = notice.wait_time().map(|wait| wait.as_secs());
        (wait, notice.text().map(str::to_owned))
    })
}

#[tokio::test]
async fn it_is_shut_from_the_start_and_opened_when_the_file_goes() {
    let scratch = directory();
    let file = scratch.file("maintenance", "");
    let switch = Switch::new();
    let _watching = watch(&scratch, &switch);
    assert!(switch.is_on(), "before anything is served");
    assert_eq!(said(&switch), Some((None, None)));

    fs::remove_file(&file).unwrap();
    eventually(|| !switch.is_on()).await;
    // Moved in, so that no half of it is seen.
    let half = scratch.file("half", "10m Back at noon.\n");
    fs::rename(&half, &file).unwrap();
    eventually(|| switch.is_on()).await;
    assert_eq!(said(&switch), Some((Some(600), Some("Back at noon.".to_owned()))));
    let half = scratch.file("half", "20m");
    fs::rename(&half, &file).unwrap();
    eventually(|| said(&switch) == Some((Some(1200), None))).await;
}

#[tokio::test]
async fn whatever_lies_there_shuts_the_service() {
    let switch = Switch::new();
    for make in [
        |scratch: &Scratch| drop(scratch.file("maintenance", "10 parsecs")),
        |scratch: &Scratch| drop(scratch.file("maintenance", "10x")),
        |scratch: &Scratch| drop(scratch.file("maintenance", vec![b'a'; 5000])),
        |scratch: &Scratch| drop(scratch.file("maintenance", b"\xff\xfe\0\x1b[31m")),
        |scratch: &Scratch| fs::create_dir(scratch.join("maintenance")).unwrap(),
        |scratch: &Scratch| {
            // Opening a pipe must not wait for its writer.
            let made = Command::new("mkfifo").arg(scratch.join("maintenance")).status();
            assert!(made.unwrap().success());
        },
        |scratch: &Scratch| {
            let file = scratch.file("maintenance", "10m from someone else");
            set_mode(&file, 0o666);
        },
        |scratch: &Scratch| {
            let file = scratch.file("real", "10m");
            symlink(file, scratch.join("maintenance")).unwrap();
        },
    ] {
        let scratch = directory();
        make(&scratch);
        let watching = watch(&scratch, &switch);
        assert!(switch.is_on());
        let message = said(&switch).unwrap().1.unwrap_or_default();
        assert!(!message.contains("someone else") && !message.contains('\x1b'));
        drop(watching);
        fs::remove_file(scratch.join("maintenance"))
            .or_else(|_| fs::remove_dir(scratch.join("maintenance")))
            .unwrap();
        let _watching = watch(&scratch, &switch);
        assert!(!switch.is_on());
    }
}

#[tokio::test]
async fn a_directory_that_others_may_write_to_is_refused() {
    let scratch = directory();
    for mode in [0o775, 0o757, 0o777, 0o1777] {
        set_mode(scratch.path(), mode);
        let error = DirectoryWatch::new(scratch.path()).unwrap_err().to_string();
        assert!(error.starts_with("MAINTENANCE_DIR: "), "{error}");
        assert!(
            error.ends_with("others may write to it, and so shut the service; chmod go-w"),
            "{error}"
        );
    }
    let missing = scratch.join("missing");
    assert!(
        DirectoryWatch::new(&missing)
            .unwrap_err()
            .to_string()
            .contains("cannot be looked into")
    );
    let file = scratch.file("file", "");
    assert!(DirectoryWatch::new(&file).is_err());
}

#[tokio::test]
async fn a_directory_of_another_user_is_refused() {
    if !tests::tools::is_root("only root can make a directory of another user") {
        return;
    }
    let scratch = directory();
    chown(scratch.path(), Some(65_534), None).unwrap();
    let error = DirectoryWatch::new(scratch.path()).unwrap_err().to_string();
    assert!(error.contains("belongs to another user"), "{error}");
}

#[tokio::test]
async fn a_directory_that_turns_bad_changes_nothing_and_is_told_once() {
    let (lines, _guard) = capture();
    let scratch = directory();
    let file = scratch.file("maintenance", "");
    let switch = Switch::new();
    let _watching = watch(&scratch, &switch);
    assert!(switch.is_on());
    set_mode(scratch.path(), 0o777);
    fs::remove_file(&file).unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(switch.is_on(), "who removed it is not known");
    set_mode(scratch.path(), 0o755);
    eventually(|| !switch.is_on()).await;

    let lines = lines.take();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            let reason = line.get("reason").map(String::as_str).unwrap_or_default();
            (
                line["message"].as_str(),
                reason.contains("others may write to it"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("maintenance is on", false),
            ("the maintenance file is of no use; said once", true),
            ("maintenance is off", false)
        ]
    );
    assert_eq!(lines[0]["cause"], "file");
}

#[tokio::test]
async fn a_dropped_watch_looks_no_more() {
    let scratch = directory();
    let switch = Switch::new();
    drop(watch(&scratch, &switch));
    scratch.file("maintenance", "");
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!switch.is_on());
}
