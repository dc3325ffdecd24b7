//! Looks for secrets in the memory of a child process.
//!
//! A child prints the name of each phase on a line of its own and then waits for a byte on its standard input; lines
//! that begin with `#` are notes. While it waits, its parent reads all of its memory through `/proc/PID/mem`. What
//! cannot be read is an error: a scan that saw nothing proves nothing.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

/// The shortest piece of a secret that counts as one.
const SHORTEST: usize = 16;

/// How many bytes are compared at once: a piece of [`SHORTEST`] bytes holds a whole block of the memory.
const BLOCK: usize = 8;

/// A child that stops at each phase.
#[derive(Debug)]
pub struct Target {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// What it noted so far.
    pub notes: Vec<String>,
}

impl Target {
    /// Starts `command`.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            unreachable!("both are piped")
        };
        let output = BufReader::new(output);
        Ok(Self {
            child,
            input: Some(input),
            output,
            notes: Vec::new(),
        })
    }

    /// The process that is scanned.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the child prints the name of a phase; it stands still then. `None` when it ended.
    ///
    /// # Errors
    /// When its output cannot be read.
    pub fn phase(&mut self) -> io::Result<Option<String>> {
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            match line.trim_end().strip_prefix('#') {
                Some(note) => self.notes.push(note.trim_start().to_owned()),
                None => return Ok(Some(line.trim_end().to_owned())),
            }
        }
    }

    /// Lets the child go on.
    ///
    /// # Errors
    /// When it no longer listens.
    pub fn go_on(&mut self) -> io::Result<()> {
        match &mut self.input {
            Some(input) => input.write_all(b"\n"),
            None => Ok(()),
        }
    }

    /// Waits for the end of the child, which hears no more.
    ///
    /// # Errors
    /// When there is nothing to wait for.
    pub fn end(mut self) -> io::Result<ExitStatus> {
        self.input = None;
        self.child.wait()
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // It may have ended: nothing is left to do then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A secret, or a piece of it, in the memory of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Where it begins.
    pub address: u64,
    /// How many bytes of the secret stand there.
    pub len: usize,
    /// Whether it is all of the secret.
    pub is_whole: bool,
    /// The kind of memory: `environ`, `stack`, `heap`, `anonymous`, or the name of a file.
    pub place: String,
}

/// How often a process may change its mappings during a scan.
const CHANGES: usize = 20;

/// Every piece of `secret` in the memory of the process.
///
/// A mapping that cannot be read because it is gone by now, such as the stack of a thread that has ended, makes the scan begin again.
///
/// # Errors
/// When some of its memory cannot be read.
pub fn find(pid: u32, secret: &[u8]) -> io::Result<Vec<Piece>> {
    assert!(secret.len() >= SHORTEST, "too short to be told from chance");
    let environ = environ_of(pid)?;
    let memory = File::open(format!("/proc/{pid}/mem"))?;
    let mut changes = 0;
    'scan: loop {
        let mut found = Vec::new();
        for mapping in mappings(pid)? {
            let mut bytes = vec![0; mapping.len];
            if let Err(error) = memory.read_exact_at(&mut bytes, mapping.start) {
                changes += 1;
                if changes <= CHANGES && !mappings(pid)?.contains(&mapping) {
                    continue 'scan;
                }
                let text = format!("{:x} {}: {error}", mapping.start, mapping.name);
                return Err(io::Error::new(error.kind(), text));
            }
            found.extend(pieces(&bytes, secret).into_iter().map(|(at, len)| {
                let address = mapping.start + at as u64;
                let place = match mapping.name.as_str() {
                    "[stack]" if environ.contains(&address) => "environ",
                    "[stack]" => "stack",
                    "[heap]" => "heap",
                    "" => "anonymous",
                    name => name,
                };
                Piece {
                    address,
                    len,
                    is_whole: len == secret.len(),
                    place: place.to_owned(),
                }
            }));
        }
        return Ok(found);
    }
}

/// Whether `/proc/PID/environ` shows `secret`.
///
/// # Errors
/// When it cannot be read.
pub fn is_in_environ(pid: u32, secret: &[u8]) -> io::Result<bool> {
    let environ = fs::read(format!("/proc/{pid}/environ"))?;
    Ok(environ.windows(secret.len()).any(|window| window == secret))
}

/// The flags (`VmFlags` in `/proc/PID/smaps`, proc(5)) of the mapping that `address` lies in.
///
/// # Errors
/// When they cannot be read.
pub fn flags_of(pid: u32, address: u64) -> io::Result<Vec<String>> {
    let smaps = fs::read_to_string(format!("/proc/{pid}/smaps"))?;
    let mut is_here = false;
    for line in smaps.lines() {
        if let Some((start, end)) = range_of(line) {
            is_here = (start..end).contains(&address);
        } else if let (true, Some(flags)) = (is_here, line.strip_prefix("VmFlags:")) {
            return Ok(flags.split_whitespace().map(str::to_owned).collect());
        }
    }
    Err(io::Error::new(io::ErrorKind::NotFound, "no mapping there"))
}

/// How many mappings the process has.
///
/// # Errors
/// When they cannot be read.
pub fn count_mappings(pid: u32) -> io::Result<usize> {
    Ok(fs::read_to_string(format!("/proc/{pid}/maps"))?.lines().count())
}

/// A directory that any user may read, which is removed when dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes the directory.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> io::Result<Self> {
        let name: String = random(12)?.into_iter().map(char::from).collect();
        let path = std::env::temp_dir().join(format!("secure-config-{name}"));
        fs::create_dir(&path)?;
        // Whatever the umask is.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        Ok(Self(path))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left of it lies in the system's directory for such things.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A secret of `len` lower-case letters and digits: as it is, it looks like its own copy in lower case.
///
/// # Errors
/// When the system has no random bytes.
pub fn random(len: usize) -> io::Result<Vec<u8>> {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut bytes = vec![0; len];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| LETTERS[usize::from(byte % 32)]).collect())
}

#[derive(PartialEq, Eq)]
struct Mapping {
    start: u64,
    len: usize,
    name: String,
}

/// The mappings that can be read, without those the kernel shows to the process alone and those that are the program's
/// own file, read-only: what they hold is what was built.
fn mappings(pid: u32) -> io::Result<Vec<Mapping>> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps"))?;
    let mapping = |line: &str| {
        let (start, end) = range_of(line)?;
        let mut fields = line.split_whitespace();
        let access = fields.nth(1)?;
        let name = fields.nth(3).unwrap_or_default().to_owned();
        let is_program = access.as_bytes()[1] != b'w' && name.starts_with('/');
        let is_kernels = ["[vvar]", "[vvar_vclock]", "[vsyscall]"].contains(&name.as_str());
        let len = usize::try_from(end - start).ok()?;
        (access.starts_with('r') && !is_kernels && !is_program).then_some(Mapping { start, len, name })
    };
    Ok(maps.lines().filter_map(mapping).collect())
}

/// The range at the beginning of a line of `maps` or `smaps`.
fn range_of(line: &str) -> Option<(u64, u64)> {
    let (start, rest) = line.split_once('-')?;
    let (end, _) = rest.split_once(' ')?;
    Some((
        u64::from_str_radix(start, 16).ok()?,
        u64::from_str_radix(end, 16).ok()?,
    ))
}

/// Where the kernel put the environment (fields 50 and 51 of `/proc/PID/stat`, proc(5)).
fn environ_of(pid: u32) -> io::Result<std::ops::Range<u64>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<_> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let field = |number: usize| fields.get(number - 3).and_then(|text| text.parse().ok());
    let range = field(50).zip(field(51)).map(|(start, end)| start..end);
    range.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no environment in stat"))
}

/// Every maximal run of at least 16 bytes of `secret` in `bytes`: where, and how long.
#[must_use]
pub fn pieces(bytes: &[u8], secret: &[u8]) -> Vec<(usize, usize)> {
    let pair = |bytes: &[u8]| usize::from(bytes[0]) << 8 | usize::from(bytes[1]);
    let mut begins = vec![false; 1 << 16];
    for block in secret.windows(BLOCK) {
        begins[pair(block)] = true;
    }
    let mut found = Vec::new();
    for (index, block) in bytes.chunks_exact(BLOCK).enumerate() {
        if !begins[pair(block)] {
            continue;
        }
        let same_blocks = secret
            .windows(BLOCK)
            .enumerate()
            .filter(|(_, same)| *same == block);
        for (mut from, _) in same_blocks {
            let mut start = index * BLOCK;
            while start > 0 && from > 0 && bytes[start - 1] == secret[from - 1] {
                start -= 1;
                from -= 1;
            }
            let same = bytes[start..].iter().zip(&secret[from..]);
            let piece = (start, same.take_while(|(left, right)| left == right).count());
            if piece.1 >= SHORTEST && !found.contains(&piece) {
                found.push(piece);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn pieces_are_found_wherever_they_begin() {
        let secret = b"abcdefghijklmnopqrstuvwxyz012345";
        let memory = [
            &b"..."[..],
            secret,
            b"..",
            &secret[3..20],
            b".",
            &secret[..16],
            b".",
            &secret[17..],
            &secret[2..17],
        ]
        .concat();
        assert_eq!(pieces(&memory, secret), [(3, 32), (37, 17), (55, 16)]);
        assert_eq!(pieces(&secret[1..17], secret), [(0, 16)]);
        assert_eq!(pieces(b"", secret), []);
    }
}
