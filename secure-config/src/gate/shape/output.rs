//! What a program printed instead of a secret, and commands that nobody ran.

use super::{find, starts_with};
use crate::gate::Reason;

/// What messages of programs say, in lower case. Each has a blank inside and is far longer than chance.
const PHRASES: [&[u8]; 44] = [
    b"no such file",
    b"not found",
    b"permission denied",
    b"access denied",
    b"accessdenied",
    b"connection refused",
    b"connection reset",
    b"connection failure",
    b"connect error",
    b"could not ",
    b"couldn't ",
    b"cannot ",
    b"can't ",
    b"unable to ",
    b"failed to ",
    b"error: ",
    b"error from ",
    b"[error]",
    b"error occurred",
    b"fatal: ",
    b"warning: ",
    b"traceback (most recent",
    b"panicked at",
    b"exception in ",
    b"exception: ",
    b"usage: ",
    b"no value found",
    b"does not exist",
    b"is not recognized",
    b"is not authorized",
    b"not authorized",
    b"unauthorized",
    b"timed out",
    b"deadline exceeded",
    b"bad gateway",
    b"service unavailable",
    b"internal server error",
    b"healthy upstream",
    b"segmentation fault",
    b"out of memory",
    b"missing required",
    b"invalid argument",
    b"try '",
    b"see --help",
];

/// What pages and documents start with, in lower case.
const PAGES: [&[u8]; 12] = [
    b"<!doctype",
    b"<html",
    b"<?xml",
    b"<head>",
    b"<body",
    b"<title",
    b"<center",
    b"<error>",
    b"<h1",
    b"<!--",
    b"http/1.",
    b"http/2 ",
];

/// The programs whose commands make or fetch secrets, or are written before them.
const PROGRAMS: [&[u8]; 66] = [
    b"openssl",
    b"python",
    b"python3",
    b"node",
    b"php",
    b"ruby",
    b"perl",
    b"head",
    b"tail",
    b"cat",
    b"dd",
    b"tr",
    b"kubectl",
    b"aws",
    b"vault",
    b"bao",
    b"gcloud",
    b"az",
    b"docker",
    b"podman",
    b"op",
    b"pwgen",
    b"apg",
    b"uuidgen",
    b"ssh-keygen",
    b"curl",
    b"wget",
    b"echo",
    b"printf",
    b"sudo",
    b"bash",
    b"sh",
    b"xxd",
    b"od",
    b"base64",
    b"sha256sum",
    b"age",
    b"age-keygen",
    b"sops",
    b"gpg",
    b"doppler",
    b"infisical",
    b"bw",
    b"bws",
    b"pass",
    b"terraform",
    b"helm",
    b"git",
    b"npx",
    b"npm",
    b"cargo",
    b"java",
    b"keytool",
    b"htpasswd",
    b"security",
    b"secret-tool",
    b"source",
    b"heroku",
    b"fly",
    b"rails",
    b"rake",
    b"mix",
    b"dotnet",
    b"pwsh",
    b"powershell",
    b"deno",
];

/// What expressions hold that make a random value in a language, in lower case.
const EXPRESSIONS: [&[u8]; 22] = [
    b"randombytes(",
    b"random_bytes(",
    b"token_urlsafe(",
    b"token_hex(",
    b"token_bytes(",
    b"urandom(",
    b"/dev/urandom",
    b"securerandom.",
    b"randomuuid(",
    b"uuid4(",
    b"uuidv4(",
    b"getrandomvalues(",
    b"gen_random_uuid(",
    b"gen_random_bytes(",
    b"get_random_secret_key(",
    b"fernet.generate_key(",
    b"[convert]::",
    b"process.env.",
    b"os.environ",
    b"os.getenv(",
    b"openssl rand",
    b"| base64",
];

/// What stands before a command on a terminal.
const PROMPTS: [&[u8]; 6] = [b"$ ", b"# ", b"% ", b"> ", b">>> ", b"PS "];

pub(super) fn check(text: &[u8]) -> Option<Reason> {
    let text = text.trim_ascii();
    if text.starts_with(b"-----BEGIN ") {
        return None;
    }
    if PAGES.iter().any(|mark| starts_with(text, mark)) {
        return Some(Reason::ProgramOutput);
    }
    if is_command(text) {
        return Some(Reason::Command);
    }
    // A message has blanks or is not one; most secrets are done here.
    let blanks = text.iter().filter(|byte| byte.is_ascii_whitespace()).count();
    (blanks > 0 && contains(text, &PHRASES)).then_some(Reason::ProgramOutput)
}

fn is_command(text: &[u8]) -> bool {
    let line = PROMPTS.iter().find_map(|prompt| text.strip_prefix(*prompt));
    // `user@host:~/src$ cat key`
    let login = || {
        let host = text.iter().take(64).position(|byte| *byte == b'@')?;
        let sign = text.iter().take(256).position(|byte| b"$#".contains(byte))?;
        let place = text.get(host..sign)?;
        let is_prompt = place.contains(&b':') && text.get(sign + 1) == Some(&b' ');
        is_prompt.then(|| &text[sign + 2..])
    };
    let line = line.or_else(login).unwrap_or(text).trim_ascii_start();
    let word = line.split(|byte| *byte == b' ').next().unwrap_or_default();
    let arguments = &line[word.len()..];
    let program = word.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let runs = arguments.len() > 1 && PROGRAMS.contains(&program) && is_readable(arguments);
    // Expressions have signs that encoded keys lack.
    let has_signs = text.iter().take(WINDOW).any(|byte| b" ([.".contains(byte));
    runs || has_signs && contains(text, &EXPRESSIONS)
}

/// Whether what follows a program's name has an option, a path or a pipe: its name alone is a word like any other.
fn is_readable(arguments: &[u8]) -> bool {
    let option = arguments.windows(3).any(|three| {
        three[0] == b' ' && three[1] == b'-' && (three[2].is_ascii_alphabetic() || three[2] == b'-')
    });
    option || arguments.iter().any(|byte| b"/.|".contains(byte))
}

/// How many bytes are searched for what messages and expressions say: they say it soon.
const WINDOW: usize = 512;

/// Whether one of `marks`, in lower case, stands in `text` in any case.
fn contains(text: &[u8], marks: &[&[u8]]) -> bool {
    let text = &text[..text.len().min(WINDOW)];
    let lower = |byte: u8| byte.to_ascii_lowercase();
    (0..text.len()).any(|at| {
        let first = lower(text[at]);
        marks
            .iter()
            .any(|mark| mark[0] == first && starts_with(&text[at..], mark))
    })
}

/// The reason to refuse the body of an error response.
pub(super) const MESSAGE: Reason = Reason::ProgramOutput;

/// Whether `text` says that something went wrong.
pub(super) fn is_message(text: &[u8]) -> bool {
    find(text, b" ").is_some() && contains(text, &PHRASES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_pages_are_no_secrets() {
        for text in [
            "cat: /run/secrets/x: No such file or directory",
            "Error from server (NotFound): secrets \"jwt\" not found",
            "<!DOCTYPE html><html></html>",
            "HTTP/1.1 404 Not Found",
        ] {
            assert_eq!(check(text.as_bytes()), Some(Reason::ProgramOutput), "{text}");
        }
    }

    #[test]
    fn commands_are_not_what_they_print() {
        for text in [
            "openssl rand -base64 32",
            "$ openssl rand -hex 32",
            "python -c 'import secrets'",
            "/usr/bin/head -c 32 /dev/urandom",
            "root@build-7:~# cat jwt.key",
            "crypto.randomBytes(64).toString('hex')",
        ] {
            assert_eq!(check(text.as_bytes()), Some(Reason::Command), "{text}");
        }
    }

    #[test]
    fn noise_is_neither() {
        for text in [
            "u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=",
            "$ x9?<Vq7rT0 xKp",
            "op 4%\"x9",
            "wget kldg kook emph",
            "<Vq7rT0xKpZ2>",
        ] {
            assert_eq!(check(text.as_bytes()), None, "{text}");
        }
    }
}
