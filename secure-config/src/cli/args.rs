//! Arguments to a request. Nothing of an argument is ever echoed: it may be a secret that was pasted into the wrong place.

use std::ffi::OsString;

use super::exit::{self, Failure};
use crate::check;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Help,
    Check {
        json: bool,
    },
    Template(Template),
    Docs,
    Schema,
    Generate {
        key: Option<String>,
        write_env: bool,
    },
    /// With no key all that can be.
    Rotate {
        keys: Vec<String>,
    },
    Explain {
        key: String,
    },
    /// A command that the service registered, by its place, and what stands behind its name.
    Extra(usize, Vec<OsString>),
}

/// What becomes of the template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Template {
    Print,
    Write,
    Update,
}

/// The commands, with their arguments and what they do.
pub(super) const COMMANDS: [(&str, &str, &str); 7] = [
    (
        "check",
        "[--json]",
        "load as the service would, and report: exit code 0 or 78",
    ),
    (
        "template",
        "[--write | --update]",
        "a .env.example with every variable; --update adds what is new to it",
    ),
    ("docs", "", "every variable as a Markdown table"),
    ("schema", "", "every variable as a JSON Schema"),
    (
        "generate",
        "[KEY] [--write-env]",
        "make up the secret KEY, or all that are missing; --write-env puts them into .env",
    ),
    (
        "rotate",
        "[KEY… | --all]",
        "replace secrets in .env by fresh ones: those named, or all that can be made up",
    ),
    (
        "explain",
        "KEY",
        "what KEY is, its rules, and where it comes from now",
    ),
];

/// Reads the arguments behind `config`; `extra` are the names of the service's own commands.
pub(super) fn parse(arguments: Vec<OsString>, extra: &[&str]) -> Result<Request, Failure> {
    let mut arguments = arguments.into_iter();
    let Some(command) = arguments.next() else {
        return Err(usage("a command is missing"));
    };
    let command = command.to_str().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    if is_help(command) {
        return Ok(Request::Help);
    }
    if !COMMANDS.iter().any(|(name, ..)| *name == command) {
        return match extra.iter().position(|name| *name == command) {
            Some(index) => Ok(Request::Extra(index, rest)),
            None => Err(unknown_command(command, extra)),
        };
    }
    let mut given = Given::of(&rest)?;
    if given.flag("--help") || given.flag("-h") {
        return Ok(Request::Help);
    }
    let request = match command {
        "check" => Request::Check {
            json: given.flag("--json"),
        },
        "template" => Request::Template(match (given.flag("--write"), given.flag("--update")) {
            (true, true) => return Err(usage("--write and --update exclude each other")),
            (true, false) => Template::Write,
            (false, true) => Template::Update,
            (false, false) => Template::Print,
        }),
        "docs" => Request::Docs,
        "schema" => Request::Schema,
        "generate" => Request::Generate {
            key: given.word(),
            write_env: given.flag("--write-env"),
        },
        "rotate" => {
            let all = given.flag("--all");
            let keys: Vec<String> = std::iter::from_fn(|| given.word()).collect();
            if all == keys.is_empty() {
                Request::Rotate { keys }
            } else {
                return Err(usage("rotate needs the names of secrets, or --all"));
            }
        }
        _ => Request::Explain {
            key: given
                .word()
                .ok_or_else(|| usage("explain needs the name of a variable"))?,
        },
    };
    given.end()?;
    Ok(request)
}

fn is_help(argument: &str) -> bool {
    matches!(argument, "--help" | "-h" | "help")
}

fn usage(message: &'static str) -> Failure {
    Failure::new(exit::USAGE, message).with_usage()
}

fn unknown_command(command: &str, extra: &[&str]) -> Failure {
    let names = COMMANDS
        .iter()
        .map(|(name, ..)| *name)
        .chain(extra.iter().copied());
    let near = names
        .filter_map(|name| Some((check::distance(name, command)?, name)))
        .min();
    match near {
        Some((_, name)) => Failure::new(
            exit::USAGE,
            format!("there is no such command; did you mean {name}?"),
        )
        .with_usage(),
        None => usage("there is no such command"),
    }
}

/// The arguments of a command that nobody has asked for yet.
struct Given<'a>(Vec<&'a str>);

impl<'a> Given<'a> {
    fn of(arguments: &'a [OsString]) -> Result<Self, Failure> {
        let texts = arguments.iter().map(|argument| argument.to_str());
        texts
            .collect::<Option<Vec<_>>>()
            .map(Self)
            .ok_or_else(|| usage("an argument is not UTF-8"))
    }

    /// Whether `flag` was given; once is enough, and twice is not an option known.
    fn flag(&mut self, flag: &str) -> bool {
        let place = self.0.iter().position(|argument| *argument == flag);
        place.map(|place| self.0.remove(place)).is_some()
    }

    /// The first argument that is no option.
    fn word(&mut self) -> Option<String> {
        let place = self.0.iter().position(|argument| !argument.starts_with('-'))?;
        Some(self.0.remove(place).to_owned())
    }

    fn end(self) -> Result<(), Failure> {
        match self.0.first() {
            None => Ok(()),
            Some(option) if option.starts_with('-') => Err(usage("there is no such option")),
            Some(_) => Err(usage("there is one argument too many")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Result<Request, Failure> {
        parse(arguments.iter().map(OsString::from).collect(), &["audit"])
    }

    #[test]
    fn the_grammar() {
        assert_eq!(of(&["check"]).unwrap(), Request::Check { json: false });
        assert_eq!(of(&["check", "--json"]).unwrap(), Request::Check { json: true });
        assert_eq!(
            of(&["template", "--update"]).unwrap(),
            Request::Template(Template::Update)
        );
        let generate = Request::Generate {
            key: Some("A".into()),
            write_env: true,
        };
        assert_eq!(of(&["generate", "--write-env", "A"]).unwrap(), generate);
        assert_eq!(
            of(&["explain", "A"]).unwrap(),
            Request::Explain { key: "A".into() }
        );
        let rotate = |keys: &[&str]| Request::Rotate {
            keys: keys.iter().map(|&key| key.to_owned()).collect(),
        };
        assert_eq!(of(&["rotate", "--all"]).unwrap(), rotate(&[]));
        assert_eq!(of(&["rotate", "A", "B"]).unwrap(), rotate(&["A", "B"]));
        for help in [
            &["--help"][..],
            &["-h"],
            &["help"],
            &["check", "--help"],
            &["explain", "-h"],
        ] {
            assert_eq!(of(help).unwrap(), Request::Help);
        }
        assert_eq!(
            of(&["audit", "--sarif"]).unwrap(),
            Request::Extra(0, vec!["--sarif".into()])
        );
    }

    #[test]
    fn what_is_no_request_is_told_without_the_argument() {
        let odd = "Zz9Qm2vTz81LcRw4H";
        for arguments in [
            &[][..],
            &[odd],
            &["check", odd],
            &["check", "--json", "--json"],
            &["docs", "--zz9Qm2vTz81LcRw4H"],
            &["template", "--write", "--update"],
            &["generate", "A", odd],
            &["explain"],
            &["rotate"],
            &["rotate", "--all", odd],
        ] {
            let failure = of(arguments).unwrap_err();
            assert_eq!(failure.code, exit::USAGE);
            assert!(
                !failure.message.to_lowercase().contains("zz9q"),
                "{}",
                failure.message
            );
        }
        assert!(
            of(&["chekc"])
                .unwrap_err()
                .message
                .ends_with("did you mean check?")
        );
        assert!(of(&["adit"]).is_err());
    }
}
