//! The memory promise: after a load each secret stands in one place, and after it is dropped in none.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use tests::scan::{self, Piece, Scratch, Target};

/// A user without rights, for what only root is spared.
const NOBODY: u32 = 65_534;

/// The three secrets of the target, and where it finds them.
struct Secrets {
    scratch: Scratch,
    by_source: BTreeMap<&'static str, Vec<u8>>,
}

impl Secrets {
    fn new(len: usize) -> Self {
        let scratch = Scratch::new().unwrap();
        let by_source = BTreeMap::from(
            ["environment", "dotenv", "file"].map(|source| (source, scan::random(len).unwrap())),
        );
        let path = scratch.path();
        fs::create_dir(path.join("secrets")).unwrap();
        fs::write(
            path.join("secrets/app_file_secret"),
            [&by_source["file"][..], b"\n"].concat(),
        )
        .unwrap();
        let dotenv = [
            b"# comment\nAPP_OTHER=\"abc\"\nAPP_DOT_SECRET=",
            &by_source["dotenv"][..],
            b"\nAPP_LAST=zzz\n",
        ];
        fs::write(path.join(".env"), dotenv.concat()).unwrap();
        // By another process: a file that this one has open for writing cannot be run, and a fork of another test's
        // thread may have it open for a moment.
        let copied = Command::new("cp")
            .arg(env!("CARGO_BIN_EXE_memory-target"))
            .arg(path.join("target"))
            .status();
        assert!(copied.unwrap().success());
        for file in [".", "target", "secrets"] {
            fs::set_permissions(path.join(file), fs::Permissions::from_mode(0o755)).unwrap();
        }
        for file in [".env", "secrets/app_file_secret"] {
            fs::set_permissions(path.join(file), fs::Permissions::from_mode(0o644)).unwrap();
        }
        Self { scratch, by_source }
    }

    /// `program`, with the secrets where the target looks for them.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.scratch.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("APP_NAME", "service")
            .env("APP_PORT", "8080")
            .env("APP_SECRETS_DIR", "secrets")
            .env(
                "APP_ENV_SECRET",
                OsString::from_vec(self.by_source["environment"].clone()),
            );
        command
    }

    fn start(&self, mode: &str) -> Target {
        let mut command = self.command(&self.scratch.path().join("target"));
        Target::start(command.arg(mode)).unwrap()
    }

    /// A shell that sets limits and becomes the target.
    fn start_limited(&self, limits: &str, mode: &str) -> Target {
        let mut command = self.command(Path::new("/bin/sh"));
        command.arg("-c").arg(format!("{limits} && exec ./target {mode}"));
        Target::start(&mut command).unwrap()
    }

    /// The pieces of each secret that the process has.
    fn find(&self, target: &Target) -> BTreeMap<&'static str, Vec<Piece>> {
        let find = |(&source, secret): (_, &Vec<u8>)| (source, scan::find(target.pid(), secret).unwrap());
        assert!(!self.by_source.is_empty(), "there is something to find");
        self.by_source.iter().map(find).collect()
    }

    fn are_in_environ(&self, target: &Target) -> bool {
        scan::is_in_environ(target.pid(), &self.by_source["environment"]).unwrap()
    }
}

/// The command, run by a user who is not root.
fn without_rights(command: &mut Command) -> &mut Command {
    if is_root() {
        command.uid(NOBODY).gid(NOBODY)
    } else {
        command
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn reach(target: &mut Target, phase: &str) {
    assert_eq!(
        target.phase().unwrap().as_deref(),
        Some(phase),
        "{:?}",
        target.notes
    );
}

/// Goes through all phases; while the settings live, each secret has to stand in `copies` places, all of them protected.
fn check(secrets: &Secrets, mode: &str, copies: usize) {
    let mut target = secrets.start(mode);
    for (phase, copies) in [("LOADED", copies), ("DROPPED", 0), ("NOISE", 0)] {
        reach(&mut target, phase);
        for (source, pieces) in secrets.find(&target) {
            assert_eq!(pieces.len(), copies, "{mode}, {phase}, {source}: {pieces:x?}");
            for piece in pieces {
                assert!(piece.is_whole, "{mode}, {phase}, {source}: {piece:x?}");
                let flags = scan::flags_of(target.pid(), piece.address).unwrap();
                assert!(flags.iter().any(|flag| flag == "lo"), "not locked: {flags:?}");
                assert!(flags.iter().any(|flag| flag == "dd"), "in core dumps: {flags:?}");
            }
        }
        assert!(
            !secrets.are_in_environ(&target),
            "{mode}, {phase}: /proc/PID/environ shows the secret"
        );
        target.go_on().unwrap();
    }
    assert_eq!(target.phase().unwrap(), None);
    assert!(target.end().unwrap().success());
}

#[test]
fn the_scan_finds_what_a_plain_string_leaves() {
    let secrets = Secrets::new(48);
    let mut target = secrets.start("control");
    reach(&mut target, "LOADED");
    let places: Vec<_> = secrets.find(&target)["environment"]
        .iter()
        .map(|piece| piece.place.clone())
        .collect();
    assert!(places.contains(&"heap".into()), "{places:?}");
    assert!(places.contains(&"environ".into()), "{places:?}");
    assert!(secrets.are_in_environ(&target));
    target.go_on().unwrap();
    reach(&mut target, "DROPPED");
    let pieces = scan::find(target.pid(), &secrets.by_source["environment"]).unwrap();
    assert!(
        pieces.iter().any(|piece| piece.place == "heap"),
        "a freed String leaves a piece: {pieces:x?}"
    );
}

#[test]
fn each_secret_stands_in_one_protected_place_and_then_in_none() {
    for _ in 0..5 {
        for len in [48, 1_700] {
            check(&Secrets::new(len), "load", 1);
        }
    }
}

#[test]
fn a_refused_load_leaves_nothing() {
    for len in [48, 1_700] {
        check(&Secrets::new(len), "refuse", 0);
        check(&Secrets::new(len), "missing", 0);
    }
}

#[test]
fn a_second_load_takes_the_erased_secret_from_who_holds_it() {
    check(&Secrets::new(48), "reload", 1);
}

#[test]
fn live_settings_keep_one_copy_however_often_they_are_read() {
    for len in [48, 1_700] {
        let secrets = Secrets::new(len);
        let mut target = secrets.start("live");
        for (phase, copies) in [("LOADED", 1), ("RELOADED", 1), ("DROPPED", 0), ("NOISE", 0)] {
            reach(&mut target, phase);
            for (source, pieces) in secrets.find(&target) {
                assert_eq!(pieces.len(), copies, "{phase}, {source}: {pieces:x?}");
            }
            assert!(!secrets.are_in_environ(&target), "{phase}");
            target.go_on().unwrap();
        }
        assert!(target.end().unwrap().success());
    }
}

/// What the parent sees of a secret that stood in the file before, and of the one that came after.
fn old_and_new(target: &Target, old: &[u8], new: &[u8]) -> [usize; 2] {
    [old, new].map(|secret| scan::find(target.pid(), secret).unwrap().len())
}

#[test]
fn a_rotated_secret_is_gone_when_its_grace_ends() {
    for len in [48, 1_700] {
        let secrets = Secrets::new(len);
        let file = secrets.scratch.path().join("secrets/app_file_secret");
        let (old, new) = (&secrets.by_source["file"], scan::random(len).unwrap());
        let mut target = secrets.start("rotate");
        reach(&mut target, "LOADED");
        assert_eq!(old_and_new(&target, old, &new), [1, 0]);
        fs::write(&file, &new).unwrap();
        target.go_on().unwrap();
        reach(&mut target, "ROTATED");
        assert_eq!(old_and_new(&target, old, &new), [1, 1], "within the grace");
        fs::write(&file, "changeme").unwrap();
        target.go_on().unwrap();
        reach(&mut target, "REFUSED");
        assert_eq!(
            old_and_new(&target, old, &new),
            [1, 1],
            "a refused set leaves nothing"
        );
        target.go_on().unwrap();
        reach(&mut target, "ENDED");
        assert_eq!(old_and_new(&target, old, &new), [0, 1], "the grace has ended");
        for (source, pieces) in secrets.find(&target) {
            assert_eq!(
                pieces.len(),
                usize::from(source != "file"),
                "{source}: {pieces:x?}"
            );
        }
        target.go_on().unwrap();
        for phase in ["DROPPED", "NOISE"] {
            reach(&mut target, phase);
            assert_eq!(old_and_new(&target, old, &new), [0, 0], "{phase}");
            target.go_on().unwrap();
        }
        assert!(target.end().unwrap().success());
    }
}

#[test]
fn a_rotated_secret_is_wiped_by_the_ring_itself() {
    let secrets = Secrets::new(48);
    let file = secrets.scratch.path().join("secrets/app_file_secret");
    let (old, new) = (&secrets.by_source["file"], scan::random(48).unwrap());
    let mut target = secrets.start("sweep");
    reach(&mut target, "LOADED");
    fs::write(&file, &new).unwrap();
    target.go_on().unwrap();
    reach(&mut target, "ROTATED");
    let begun = std::time::Instant::now();
    while old_and_new(&target, old, &new) != [0, 1] {
        assert!(begun.elapsed().as_secs() < 60, "it is still there");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    target.go_on().unwrap();
    reach(&mut target, "DROPPED");
    assert_eq!(old_and_new(&target, old, &new), [0, 0]);
}

#[test]
fn lists_urls_and_spelled_bytes_stand_in_one_place_too() {
    check_spelled("spelled");
}

#[test]
fn they_do_in_live_settings_that_are_read_again() {
    check_spelled("spelled-live");
}

fn check_spelled(mode: &str) {
    let secrets = Secrets::new(64);
    let [first, second, encoded, password] = [32, 48, 64, 40].map(|len| scan::random(len).unwrap());
    let mut command = secrets.command(&secrets.scratch.path().join("target"));
    command
        .arg(mode)
        .env("APP_ENV_SECRET", text(&[&first, b", ", &second]))
        .env("APP_ENCODED_SECRET", text(&[&encoded]))
        .env("APP_URL", text(&[b"postgres://user:", &password, b"@host/db"]));
    let mut target = Target::start(&mut command).unwrap();
    for (phase, copies) in [("LOADED", 1), ("DROPPED", 0), ("NOISE", 0)] {
        reach(&mut target, phase);
        // The text of what was erased is carried beside its bytes; that of other sources can be read again.
        let kept = [&first, &second, &encoded, &decoded(&encoded), &password];
        let decoded = ["dotenv", "file"].map(|source| decoded(&secrets.by_source[source]));
        for (index, secret) in kept.into_iter().chain(&decoded).enumerate() {
            let pieces = scan::find(target.pid(), secret).unwrap();
            assert_eq!(
                pieces.len(),
                copies,
                "{phase}, {index}: {pieces:x?}, {:?}",
                target.notes
            );
        }
        for source in ["dotenv", "file"] {
            let pieces = scan::find(target.pid(), &secrets.by_source[source]).unwrap();
            assert!(pieces.is_empty(), "{phase}, {source}: {pieces:x?}");
        }
        target.go_on().unwrap();
    }
    assert!(target.end().unwrap().success());
}

fn text(parts: &[&[u8]]) -> OsString {
    OsString::from_vec(parts.concat())
}

/// What a text of lower-case letters and digits, a multiple of four long, spells in base64 (RFC 4648, section 4).
fn decoded(text: &[u8]) -> Vec<u8> {
    let sextet = |&byte: &u8| {
        let value = if byte.is_ascii_digit() {
            byte - b'0' + 52
        } else {
            byte - b'a' + 26
        };
        u32::from(value)
    };
    let group = |four: &[u8]| {
        four.iter()
            .fold(0, |bits, byte| bits << 6 | sextet(byte))
            .to_be_bytes()
    };
    text.chunks(4)
        .flat_map(|four| group(four).into_iter().skip(1))
        .collect()
}

#[test]
fn beside_threads_nothing_is_erased_and_a_warning_says_so() {
    let secrets = Secrets::new(48);
    let mut target = secrets.start("threads");
    reach(&mut target, "LOADED");
    let found = secrets.find(&target);
    let places: Vec<_> = found["environment"]
        .iter()
        .map(|piece| piece.place.as_str())
        .collect();
    assert_eq!(places, ["anonymous", "environ"], "one copy, and the original");
    assert_eq!(found["file"].len(), 1);
    assert_eq!(found["dotenv"].len(), 1);
    assert!(secrets.are_in_environ(&target));
    assert!(
        target
            .notes
            .iter()
            .any(|note| note.contains("more than one thread")),
        "{:?}",
        target.notes
    );
}

#[test]
fn without_leave_to_lock_it_loads_and_warns() {
    let secrets = Secrets::new(48);
    let mut command = secrets.command(Path::new("/bin/sh"));
    command.args(["-c", "ulimit -l 0 && exec ./target load"]);
    // Root may lock whatever the limit says.
    let mut target = Target::start(without_rights(&mut command)).unwrap();
    reach(&mut target, "LOADED");
    assert!(
        target.notes.iter().any(|note| note.contains("RLIMIT_MEMLOCK")),
        "{:?}",
        target.notes
    );
    for pieces in secrets.find(&target).values() {
        assert_eq!(pieces.len(), 1, "{pieces:x?}");
        let flags = scan::flags_of(target.pid(), pieces[0].address).unwrap();
        assert!(
            !flags.contains(&"lo".into()) && flags.contains(&"dd".into()),
            "{flags:?}"
        );
    }
    target.go_on().unwrap();
    reach(&mut target, "DROPPED");
    assert!(secrets.find(&target).values().all(Vec::is_empty));
}

#[test]
fn a_hardened_process_is_closed_to_its_own_user() {
    let secrets = Secrets::new(48);
    let limits = "ulimit -c unlimited; ulimit -S -l 0";
    let mut command = secrets.command(Path::new("/bin/sh"));
    command.arg("-c").arg(format!("{limits}; exec ./target harden"));
    let mut target = Target::start(without_rights(&mut command)).unwrap();
    reach(&mut target, "LOADED");
    let done = "lock memory: done, no core file: done, not dumpable: done, no new privileges: done";
    assert_eq!(target.notes[0], done);
    assert!(
        !target.notes.iter().any(|note| note.contains("thread")),
        "{:?}",
        target.notes
    );
    let pid = target.pid();
    for file in ["environ", "mem", "maps"] {
        let mut cat = Command::new("head");
        cat.args(["-c1", &format!("/proc/{pid}/{file}")]);
        let output = without_rights(&mut cat).output().unwrap();
        assert!(!output.status.success(), "{file} can be read");
    }
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
    let limits = fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
    let limit = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..]
            .split_whitespace()
            .take(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(limit("Max core file size"), ["0", "0"]);
    let locked = limit("Max locked memory");
    assert_eq!(locked[0], locked[1], "raised to the hard limit");
    if is_root() {
        let found = secrets.find(&target);
        assert!(found.values().all(|pieces| pieces.len() == 1), "{found:x?}");
        assert!(!secrets.are_in_environ(&target));
    } else {
        assert!(scan::find(pid, &secrets.by_source["file"]).is_err());
    }
}

#[test]
fn ten_thousand_secrets_do_not_exhaust_the_mappings() {
    let secrets = Secrets::new(48);
    let mut target = secrets.start("many");
    reach(&mut target, "EMPTY");
    let before = scan::count_mappings(target.pid()).unwrap();
    target.go_on().unwrap();
    // Linux allows 65,530 mappings (vm.max_map_count).
    for (phase, most) in [("SMALL", 600), ("LARGE", 12_000), ("DROPPED", 8), ("NOISE", 16)] {
        reach(&mut target, phase);
        let more = scan::count_mappings(target.pid()).unwrap().saturating_sub(before);
        assert!(more <= most, "{phase}: {more} mappings more");
        target.go_on().unwrap();
    }
    assert!(target.end().unwrap().success());
}

#[test]
#[ignore = "needs kernel.core_pattern=core: what a program that is piped the dump does with it cannot be read"]
fn a_core_dump_has_no_secret() {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap();
    assert!(
        !pattern.starts_with(['|', '/']),
        "set kernel.core_pattern=core; it is {pattern}"
    );
    for (mode, has_secret) in [("control", true), ("load", false), ("missing", false)] {
        let secrets = Secrets::new(48);
        let mut target = secrets.start_limited("ulimit -c unlimited", mode);
        reach(&mut target, "LOADED");
        let pid = target.pid().to_string();
        assert!(
            Command::new("kill")
                .args(["-ABRT", &pid])
                .status()
                .unwrap()
                .success()
        );
        assert!(!target.end().unwrap().success());
        let core = fs::read_dir(secrets.scratch.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.file_name().unwrap().to_string_lossy().starts_with("core"))
            .expect("a core file");
        let core = fs::read(core).unwrap();
        let found = secrets
            .by_source
            .values()
            .any(|secret| !scan::pieces(&core, secret).is_empty());
        assert_eq!(found, has_secret, "{mode}");
    }
}
