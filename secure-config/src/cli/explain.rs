//! What a variable is, its rules, and where it comes from now. Never its value.

use std::fmt::Write;

use super::exit::{Failure, Streams};
use super::variables::{self, State, Variable};
use super::words;
use crate::origin::{Escaped, Origin};
use crate::report::Report;
use crate::source::{Place, Sources};

/// Explains `variable`; `found` is where each place stands, `report` what the load says.
pub(super) fn run(
    variable: &Variable,
    found: &Found,
    report: &Report,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let mut out = format!("{}\n", variable.name());
    for line in words::wrapped(variable.field.doc()) {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "  {line}");
    }
    row("type", &words::type_of(variable), &mut out);
    row("set", &words::need(variable), &mut out);
    for (index, rule) in words::rules(variable).iter().enumerate() {
        row(if index == 0 { "rules" } else { "" }, rule, &mut out);
    }
    if variable.names.len() > 1 {
        row("before", &variable.names[1..].join(", "), &mut out);
    }
    out.push_str("\n  looked for, the first that has a value wins:\n");
    for (index, (place, state)) in found.places.iter().enumerate() {
        let _ = writeln!(out, "  {}. {place}: {}", index + 1, Escaped(&described(state)));
    }
    let _ = writeln!(
        out,
        "  {}. default: {}",
        found.places.len() + 1,
        default(variable)
    );
    row("now", &now(variable, &found.now), &mut out);
    judgement(variable, report, &found.now, &mut out);
    streams.print(out)
}

/// What the sources have for a variable, place by place.
pub(super) struct Found {
    places: Vec<(String, State)>,
    now: State,
}

/// Asks every place for `variable`.
pub(super) fn look(variable: &Variable, sources: &Sources) -> Found {
    let name = variable.name();
    let described = |place: Place| match place {
        Place::Variables => format!("environment, {name} or the file that {name}_FILE names"),
        Place::Directories => format!(
            "secrets directories, a file {name} or {}",
            name.to_ascii_lowercase()
        ),
        #[cfg(feature = "vault")]
        Place::Vaults => {
            let secrets: Vec<_> = sources.vaults.iter().map(|(secret, _)| &**secret).collect();
            format!("{}, {name} or {}", secrets.join(", "), name.to_ascii_lowercase())
        }
        Place::Dotenv => match &sources.dotenv {
            Some(dotenv) => {
                let path = dotenv.path().to_string_lossy();
                let path = Escaped(path.strip_prefix("./").unwrap_or(&path)).to_string();
                format!("{path}, {name} or {name}_FILE")
            }
            None => ".env, which is not there or not read".to_owned(),
        },
    };
    // Who has no vault is not told of one.
    #[cfg(feature = "vault")]
    let is_asked = |place: &Place| *place != Place::Vaults || !sources.vaults.is_empty();
    #[cfg(not(feature = "vault"))]
    let is_asked = |_: &Place| true;
    let asked = Place::ALL.into_iter().filter(is_asked);
    let asked = asked.map(|place| (described(place), variables::state_in(place, variable, sources)));
    Found {
        places: asked.collect(),
        now: variables::state(variable, sources),
    }
}

fn row(name: &str, text: &str, out: &mut String) {
    let _ = writeln!(out, "  {name:7} {}", Escaped(text));
}

fn described(state: &State) -> String {
    match state {
        State::Set(Origin::Environment) => "set".to_owned(),
        State::Set(origin) => format!("set, {origin}"),
        State::Empty(_) => "set to nothing, which counts as unset".to_owned(),
        State::Unset => "not set".to_owned(),
        State::Refused(why, _) => format!("cannot be taken: {why}"),
    }
}

fn default(variable: &Variable) -> String {
    match variable.field.default() {
        Some(_) => words::need(variable).trim_start_matches("default: ").to_owned(),
        None => "none".to_owned(),
    }
}

fn now(variable: &Variable, state: &State) -> String {
    match state {
        State::Set(origin) => format!("from {origin}"),
        State::Refused(..) => "set, and cannot be taken".to_owned(),
        _ if variable.field.default().is_some() => "the default".to_owned(),
        _ => "not set".to_owned(),
    }
}

/// What the load says of the variable.
fn judgement(variable: &Variable, report: &Report, now: &State, out: &mut String) {
    let is_about = |key: &str| variable.names.iter().any(|name| name == key);
    let problems = report.problems.iter().filter(|problem| is_about(&problem.key));
    let warnings = report.warnings.iter().filter(|problem| is_about(&problem.key));
    let mut any = false;
    for (kind, problem) in problems
        .map(|one| ("refused", one))
        .chain(warnings.map(|one| ("warning", one)))
    {
        any = true;
        row(kind, &problem.message, out);
        if let Some(remedy) = &problem.remedy {
            row("", remedy, out);
        }
    }
    if !any && matches!(now, State::Set(_)) {
        row("judged", "sound", out);
    }
}
