//! No command shows a secret when the system fails it: streams that nobody reads, disks that are full, files that are something else.

use std::fs;

use tests::Search;

use crate::planted::{COMMANDS, Place, planted};

/// How a command fails besides by what it is told; `{}` is the program and its arguments.
const FAILURES: [&str; 9] = [
    // Nobody reads, or the disk is full, on either stream.
    "{} | :",
    "{} >/dev/full",
    "{} 2>/dev/full",
    "{} >&-",
    "{} 2>&-",
    // Nothing can be written, and then half of it.
    "ulimit -f 0; {}",
    "trap '' XFSZ; ulimit -f 0; {}",
    // Hardly anything can be opened; and memory cannot be locked.
    "ulimit -n 4; {}",
    "ulimit -l 0; {}",
];

/// What stands where `.env` or its template belongs.
const STATES: [&str; 4] = ["as it is", "a directory", "a link", "in the way"];

#[test]
fn no_failure_of_the_system_shows_a_secret() {
    let (mut failed, mut shown) = (0, 0);
    for (round, states) in [(0, &STATES[..]), (2, &STATES[..1])] {
        let planted = planted(round);
        let secrets = planted.iter().flat_map(|one| &one.secrets);
        let searches: Vec<Search> = secrets.map(Search::new).collect();
        for place in [Place::Environment, Place::Dotenv] {
            for &state in states {
                let room = place.room(&planted);
                match state {
                    "a directory" => {
                        let _ = fs::remove_file(room.path(".env"));
                        fs::create_dir(room.path(".env")).unwrap();
                    }
                    "a link" => {
                        let text = fs::read(room.path(".env")).unwrap_or_default();
                        let _ = fs::remove_file(room.path(".env"));
                        room.scratch.file("elsewhere", text);
                        std::os::unix::fs::symlink("elsewhere", room.path(".env")).unwrap();
                    }
                    "in the way" => drop(room.scratch.file(".env.example", &planted[0].value)),
                    _ => {}
                }
                let before = fs::read(room.path(".env")).ok();
                for failure in FAILURES {
                    for command in COMMANDS.iter().filter(|command| !command.contains("{}")) {
                        let script = failure.replace("{}", &format!("\"$0\" config {command}"));
                        let said = room.shell(&format!("ulimit -c 0; {script}"));
                        let what = format!("{script} of round {round} in {place:?}, .env {state}");
                        let all = said.all();
                        searches
                            .iter()
                            .for_each(|search| search.assert_silent(&all, &what));
                        failed += usize::from(said.code != Some(0));
                        shown += usize::from(!all.is_empty());
                        let _ = fs::remove_file(room.path(".env.tmp"));
                        if let (Some(bytes), true) = (&before, state != "a link") {
                            fs::write(room.path(".env"), bytes).unwrap();
                        }
                    }
                }
            }
        }
    }
    assert!(failed > 200 && shown > 200, "{failed} {shown}");
}
