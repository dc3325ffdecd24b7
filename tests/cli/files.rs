//! Writing `.env`: modes, links, others who write, and ends in the middle.

use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

use secure_config::SecureConfig;

use crate::program::{REQUIRED, Room, TARGET, mode, value};
use crate::settings::Settings;

/// A file of an operator: comments, an order of their own, quotes, blanks.
const MINE: &str = "# mine\n\nPORT=9090 # kept\nHEX_KEY=\n  export PEPPER = \"\"  # fill me\nGREETING='two\nlines'\r\nRAW_KEY= # later\n# JWT_ACCESS_SECRET=\n";

fn mine() -> Room {
    let room = Room::new(TARGET);
    room.scratch.file(".env", MINE);
    room
}

#[track_caller]
fn assert_whole(room: &Room) {
    let loader = Settings::loader().vars([("", ""); 0]).dotenv(room.path(".env"));
    loader.load().expect("the file is whole");
}

#[test]
fn comments_order_and_line_ends_stay() {
    let room = mine();
    room.config("generate --write-env").ends_with(0);
    let text = room.read(".env");
    let made: Vec<&str> = REQUIRED
        .into_iter()
        .filter(|name| !["HEX_KEY", "PEPPER", "RAW_KEY"].contains(name))
        .collect();
    let mut expected = MINE.to_owned();
    let in_place = |name: &str, before: &str, behind: &str| {
        let start = text.find(before).unwrap() + before.len();
        let end = start + text[start..].find(behind).unwrap();
        (name.to_owned(), text[start..end].to_owned())
    };
    let (_, hex) = in_place("HEX_KEY", "HEX_KEY=", "\n");
    let (_, pepper) = in_place("PEPPER", "PEPPER = ", "  #");
    let (_, raw) = in_place("RAW_KEY", "RAW_KEY=", " #");
    expected = expected.replace("HEX_KEY=\n", &format!("HEX_KEY={hex}\n"));
    expected = expected.replace("PEPPER = \"\"", &format!("PEPPER = {pepper}"));
    expected = expected.replace("RAW_KEY= #", &format!("RAW_KEY={raw} #"));
    for name in made {
        expected += &format!("{name}={}\n", value(&text, name).unwrap());
    }
    assert_eq!(text, expected);
    assert_eq!((hex.len(), pepper.len() >= 64, raw.len()), (64, true, 43));
    assert_whole(&room);
}

#[test]
fn the_file_is_for_its_owner_alone() {
    for (before, umask) in [(0o644, "000"), (0o666, "077"), (0o400, "777")] {
        let room = mine();
        fs::set_permissions(room.path(".env"), PermissionsExt::from_mode(before)).unwrap();
        room.shell(&format!("umask {umask}; \"$0\" config generate --write-env"))
            .ends_with(0);
        assert_eq!(mode(&room.path(".env")), 0o600);
        let new = Room::new(TARGET);
        new.shell(&format!("umask {umask}; \"$0\" config generate --write-env"))
            .ends_with(0);
        assert_eq!(mode(&new.path(".env")), 0o600);
    }
}

#[test]
fn links_and_what_is_no_file_are_refused() {
    let room = mine();
    fs::rename(room.path(".env"), room.path("theirs")).unwrap();
    symlink("theirs", room.path(".env")).unwrap();
    let said = room.config("generate --write-env").ends_with(73);
    assert!(said.err.contains(".env is a symbolic link"), "{}", said.err);
    assert_eq!(room.read("theirs"), MINE);
    assert_eq!(room.names(), [".env", "theirs"]);

    let room = Room::new(TARGET);
    symlink("nowhere", room.path(".env")).unwrap();
    room.config("generate --write-env").ends_with(73);
    assert_eq!(room.names(), [".env"]);

    let room = Room::new(TARGET);
    fs::create_dir(room.path(".env")).unwrap();
    let said = room.config("generate --write-env").ends_with(73);
    assert!(said.err.contains("is not a regular file"), "{}", said.err);

    // A link that waits where the new file is written.
    let room = mine();
    room.scratch.file("theirs", "theirs");
    symlink("theirs", room.path(".env.tmp")).unwrap();
    let said = room.config("generate --write-env").ends_with(75);
    assert!(said.err.contains(".env.tmp is there"), "{}", said.err);
    assert_eq!(
        (room.read("theirs"), room.read(".env")),
        ("theirs".to_owned(), MINE.to_owned())
    );
}

#[test]
fn a_file_that_is_not_clear_is_left_alone() {
    for text in ["HEX_KEY=\nHEX_KEY=\n", "RAW_KEY=\nno line\n", "PORT=\"80\n"] {
        let room = Room::new(TARGET);
        room.scratch.file(".env", text);
        let said = room.config("generate --write-env").ends_with(78);
        assert!(said.err.contains("nothing is written"), "{}", said.err);
        assert_eq!(room.read(".env"), text);
        assert_eq!(room.names(), [".env"]);
    }
}

#[test]
fn of_many_writers_each_secret_is_written_once() {
    let room = mine();
    let start = || {
        let mut command = room.command(["config", "generate", "--write-env"]);
        command.stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    let writers: Vec<_> = (0..8).map(|_| start()).collect();
    let said: Vec<String> = writers
        .into_iter()
        .map(|writer| {
            let output = writer.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(0));
            String::from_utf8(output.stderr).unwrap()
        })
        .collect();
    assert_eq!(
        said.iter()
            .filter(|said| said.starts_with("written to .env"))
            .count(),
        1,
        "{said:?}"
    );
    assert_eq!(
        said.iter()
            .filter(|said| *said == "no secret is missing\n")
            .count(),
        7,
        "{said:?}"
    );
    assert_eq!(room.names(), [".env"]);
    assert_whole(&room);
}

#[test]
fn a_full_disk_leaves_the_old_file_and_nothing_else() {
    let room = mine();
    // The shell's limit of file sizes stands for the disk: the write fails.
    let said = room
        .shell("trap '' XFSZ; ulimit -f 0; exec \"$0\" config generate --write-env 2>&1 | cat")
        .ends_with(0);
    assert!(said.out.contains(".env.tmp could not be written"), "{}", said.out);
    assert_eq!(room.read(".env"), MINE);
    assert_eq!(room.names(), [".env"]);
}

#[test]
fn whoever_is_killed_while_writing_leaves_the_old_file() {
    // Without the trap the signal ends the process in the middle of its write.
    let room = mine();
    let said = room.shell("ulimit -f 0; ulimit -c 0; \"$0\" config generate --write-env; echo $?");
    assert_ne!(said.out, "0\n");
    assert_eq!(room.read(".env"), MINE);
    assert_eq!(room.names(), [".env", ".env.tmp"]);
    assert_eq!(mode(&room.path(".env.tmp")), 0o600);
    // The next one waits until it is certain that nobody writes there any more, and goes on.
    room.config("generate --write-env").ends_with(0);
    assert_eq!(room.names(), [".env"]);
    assert_whole(&room);
}

#[test]
fn what_is_left_from_long_ago_is_not_waited_for() {
    let room = mine();
    let left = fs::File::create(room.path(".env.tmp")).unwrap();
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    left.set_modified(long_ago).unwrap();
    // And from whoever was about to take it away.
    let marker = fs::File::create(room.path(".env.tmp.stale")).unwrap();
    marker.set_modified(long_ago).unwrap();
    let writers: Vec<_> = (0..6)
        .map(|_| room.command(["config", "generate", "--write-env"]).output())
        .collect();
    assert!(writers.into_iter().all(|output| output.unwrap().status.success()));
    assert_eq!(room.names(), [".env"]);
    assert_whole(&room);
}

#[test]
fn what_others_left_is_theirs() {
    let room = mine();
    let left = fs::File::create(room.path(".env.tmp")).unwrap();
    left.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    // Only root may give files away.
    if std::os::unix::fs::fchown(&left, Some(65_534), None).is_err() {
        return tests::skip("root", "only root can make a file of another user");
    }
    let said = room.config("generate --write-env").ends_with(75);
    assert!(
        said.err
            .contains("was stopped while writing and left it; then remove it"),
        "{}",
        said.err
    );
    assert!(room.names().contains(&".env.tmp".to_owned()));
    assert_eq!(room.read(".env"), MINE);
}

#[test]
fn whoever_is_killed_at_any_time_leaves_a_whole_file() {
    let mut old = 0;
    for round in 0..60 {
        let room = mine();
        let mut child = room
            .command(["config", "generate", "--write-env"])
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(round * 250));
        let _ = child.kill();
        child.wait().unwrap();
        if room.read(".env") == MINE {
            old += 1;
        } else {
            assert_whole(&room);
            assert_eq!(mode(&room.path(".env")), 0o600);
        }
    }
    assert!(old > 0, "nobody was killed in time");
}

#[test]
fn a_file_keeps_its_owner() {
    const NOBODY: u32 = 65_534;
    let room = mine();
    // Only root may give files away; anybody else's files are their own.
    let owner = match std::os::unix::fs::chown(room.path(".env"), Some(NOBODY), Some(NOBODY)) {
        Ok(()) => NOBODY,
        Err(_) => rustix::process::geteuid().as_raw(),
    };
    room.config("generate --write-env").ends_with(0);
    let metadata = fs::metadata(room.path(".env")).unwrap();
    assert_eq!(std::os::unix::fs::MetadataExt::uid(&metadata), owner);
    assert_eq!(mode(&room.path(".env")), 0o600);
}

#[test]
fn a_secret_whose_file_is_empty_is_not_contradicted() {
    let room = Room::new(TARGET);
    room.scratch.file("raw", "");
    room.scratch.file(".env", "RAW_KEY_FILE=raw\n");
    let said = room.config("generate --write-env").ends_with(0);
    assert!(!said.err.contains("RAW_KEY"), "{}", said.err);
    let said = room.config("explain RAW_KEY").ends_with(0).out;
    assert!(said.contains("RAW_KEY_FILE names a file that is empty"), "{said}");
    let said = room.config("check").ends_with(78).err;
    assert!(said.starts_with("configuration refused: 1 problem "), "{said}");
}

#[test]
fn variables_that_are_not_utf8_disturb_nobody() {
    let odd = std::ffi::OsString::from_vec(b"\xff\xfe".to_vec());
    let room = mine().with("ODD", odd.clone()).with(odd.clone(), odd.clone());
    room.config("generate --write-env").ends_with(0);
    room.config("check").ends_with(0);
    let room = mine().with("JWT_ACCESS_SECRET", odd);
    room.config("generate --write-env").ends_with(0);
    let said = room.config("check").ends_with(78);
    assert!(
        said.err.contains("JWT_ACCESS_SECRET  is not UTF-8"),
        "{}",
        said.err
    );
    let said = room.config("explain JWT_ACCESS_SECRET").ends_with(0);
    assert!(said.out.contains("refused is not UTF-8"), "{}", said.out);
}
