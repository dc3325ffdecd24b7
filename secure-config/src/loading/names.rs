//! Names that are set and that nothing reads: what they may have been meant for.

use super::{Elsewhere, Loading, ROOT};
use crate::check;
use crate::problem::{ProblemKind, Refusal};
use crate::schema::collide::FILE_SUFFIX;
use crate::schema::{Field, Kind};
use crate::source::Place;

impl Loading<'_> {
    /// A name that is set, that nothing reads, and that `wanted` may have been meant by.
    pub(super) fn near_miss(&self, wanted: &str) -> Option<String> {
        let mut best: Option<(usize, String)> = None;
        self.sources.for_each_name(&mut |name| {
            let bare = name.strip_suffix(FILE_SUFFIX).unwrap_or(name);
            if let Some(distance) = check::distance(wanted, bare) {
                if best.as_ref().is_none_or(|(least, _)| distance < *least) && !self.is_known(name) {
                    best = Some((distance, name.to_owned()));
                }
            }
        });
        best.map(|(_, name)| name)
    }

    /// A name that is near to one that was left out was probably meant for it; so was one near to a name whose value comes from a later
    /// place, which it does not overrule.
    pub(super) fn warn_of_near_misses(&mut self) {
        if self.unset.is_empty() && self.elsewhere.is_empty() {
            return;
        }
        let mut wanted: Vec<(String, Option<&Elsewhere>)> =
            self.unset.iter().map(|name| (self.full(*name), None)).collect();
        wanted.extend(self.elsewhere.iter().map(|one| (self.full(one.name), Some(one))));
        let mut near: Vec<(String, usize)> = Vec::new();
        for place in Place::ALL {
            self.sources.for_each_name_in(place, &mut |name| {
                let bare = name.strip_suffix(FILE_SUFFIX).unwrap_or(name);
                let distances = wanted.iter().enumerate().filter_map(|(index, (wanted, found))| {
                    let is_before = found.is_none_or(|found| place < found.place);
                    let distance = is_before.then(|| check::distance(wanted, bare))??;
                    Some((distance, wanted, index))
                });
                if let Some((_, _, meant)) = distances.min() {
                    if !self.is_known(name) && !near.iter().any(|(seen, _)| seen == name) {
                        near.push((name.to_owned(), meant));
                    }
                }
            });
        }
        for (name, meant) in near {
            let (meant, found) = &wanted[meant];
            let message = format!("is set and read by nothing; did you mean {meant}?");
            let mut refusal = Refusal::new(ProblemKind::UnknownName, message);
            if let Some(found) = found {
                refusal = refusal.remedy(format!(
                    "rename or remove it: {meant} has its value from {}",
                    found.origin
                ));
            }
            self.report.warnings.push(refusal.of(name, None));
        }
    }

    /// Names under the service's own prefix are meant for it.
    pub(super) fn warn_of_unknown_names(&mut self) {
        let prefix = &*self.prefixes[ROOT];
        if prefix.is_empty() {
            return;
        }
        let is_told = |name: &str| {
            self.report.warnings.iter().any(|warning| warning.key == name)
                || self
                    .report
                    .problems
                    .iter()
                    .any(|problem| problem.message.contains(name))
        };
        let mut unknown: Vec<String> = Vec::new();
        self.sources.for_each_name(&mut |name| {
            let is_new = name.starts_with(prefix) && !unknown.iter().any(|seen| seen == name);
            if is_new && !self.is_known(name) && !is_told(name) {
                unknown.push(name.to_owned());
            }
        });
        for name in unknown {
            let refusal = Refusal::new(ProblemKind::UnknownName, "is set and read by nothing");
            self.report
                .warnings
                .push(refusal.remedy("remove or rename it").of(name, None));
        }
    }

    /// Whether some field reads the variable `name`, or somebody else sets it for their own ends.
    fn is_known(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.schema.prefix());
        reads(self.schema.fields(), name, rest)
            || check::is_system_name(name)
            || check::is_service_link(name, || self.sources.variables.get(name))
    }
}

/// Whether one of `fields` reads `name`; `rest` is the name behind the prefix of their struct, if it has that.
fn reads(fields: &[Field], name: &str, rest: Option<&str>) -> bool {
    let is = |name: &str, own: &str| {
        name.strip_prefix(own)
            .is_some_and(|rest| rest.is_empty() || rest == FILE_SUFFIX)
    };
    fields.iter().any(|field| {
        let Some(rest) = (if field.is_absolute() { Some(name) } else { rest }) else {
            return false;
        };
        match field.shape().kind {
            Kind::Nested(inner) => reads(inner.fields(), name, rest.strip_prefix(field.names()[0])),
            _ => field.names().iter().any(|own| is(rest, own)),
        }
    })
}
