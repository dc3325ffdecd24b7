//! Merges the headers of a policy into those of a response.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::{
    csp::Template,
    nonce::CspNonce,
    prototype::{Places, Prototype},
};

/// Up to this many headers, inserting them one by one costs less than moving the handler's.
const FEW: usize = 6;

/// A policy made ready for responses.
#[derive(Debug)]
pub(super) struct Policy {
    /// For connections that are not known to be secure: without HSTS.
    plain: Prototype,
    secure: Prototype,
    csp: Option<Template>,
    report_only: Option<Template>,
    remove: Box<[HeaderName]>,
}

/// What the headers of a response depend on, beside the response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation {
    /// Whether the connection is known to be secure.
    pub(super) secure: bool,
    pub(super) nonce: Option<CspNonce>,
    /// Whether a layer further out sets the request's id.
    pub(super) id: bool,
}

/// What [`Policy::new`] needs.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) plain: Vec<(HeaderName, HeaderValue)>,
    pub(super) secure: Vec<(HeaderName, HeaderValue)>,
    pub(super) csp: Option<Template>,
    pub(super) report_only: Option<Template>,
    pub(super) remove: Vec<HeaderName>,
}

impl Policy {
    pub(super) fn new(parts: Parts) -> Self {
        Self {
            plain: Prototype::new(&parts.plain),
            secure: Prototype::new(&parts.secure),
            csp: parts.csp,
            report_only: parts.report_only,
            remove: parts.remove.into_boxed_slice(),
        }
    }

    /// Whether responses need a nonce.
    pub(super) const fn uses_nonce(&self) -> bool {
        self.csp.is_some() || self.report_only.is_some()
    }

    /// Puts the headers on a response. What the handler has set stays as it is.
    pub(super) fn apply(&self, headers: &mut HeaderMap, status: StatusCode, situation: &Situation) {
        if situation.nonce.is_some() || status == StatusCode::NOT_MODIFIED {
            self.apply_csp(headers, status, situation);
        } else {
            self.merge(headers, situation);
        }
    }

    fn merge(&self, headers: &mut HeaderMap, situation: &Situation) {
        let prototype = if situation.secure {
            &self.secure
        } else {
            &self.plain
        };
        if prototype.len() > FEW && headers.keys_len() < prototype.len() {
            self.swap(prototype, headers, situation.id);
        } else {
            self.fill(prototype, headers);
        }
    }

    /// Moves the handler's headers into a copy of ours, where they replace those of the same name.
    fn swap(&self, prototype: &Prototype, headers: &mut HeaderMap, id: bool) {
        let is_single = headers.keys_len() == headers.len();
        let vary = is_single
            && headers.keys_len() > 1
            && headers.keys().any(|name| name == header::VARY)
            && !self.remove.contains(&header::VARY);
        let places = Places {
            vary,
            id,
            room: headers.keys_len().saturating_sub(1 + usize::from(vary)),
        };
        let mut own = prototype.replace(headers, places);
        let mut has_type = false;
        if is_single {
            for (name, value) in own {
                let place = match name {
                    Some(header::CONTENT_TYPE) => {
                        has_type = true;
                        headers.values_mut().next()
                    }
                    Some(header::VARY) if vary => headers.values_mut().nth(1),
                    Some(name) => {
                        if !self.remove.contains(&name) {
                            // Cannot fail: both maps are small.
                            let _ = headers.try_insert(name, value);
                        }
                        continue;
                    }
                    None => continue,
                };
                if let Some(place) = place {
                    *place = value;
                }
            }
        } else {
            // Some name has several values, which `extend` keeps together.
            for name in &self.remove {
                own.remove(name);
            }
            has_type = own.contains_key(header::CONTENT_TYPE);
            headers.extend(own);
        }
        if !has_type {
            headers.remove(header::CONTENT_TYPE);
        }
    }

    /// Inserts what the handler has not set.
    fn fill(&self, prototype: &Prototype, headers: &mut HeaderMap) {
        for name in &self.remove {
            headers.remove(name);
        }
        // A map that is full keeps what it has.
        if headers.try_reserve(prototype.len()).is_err() {
            return;
        }
        for (name, value) in prototype.iter() {
            if let Ok(header::Entry::Vacant(entry)) = headers.try_entry(name) {
                let _ = entry.try_insert(value.clone());
            }
        }
    }

    /// Puts in the nonce; leaves CSP out of a 304, which would replace the policy of the stored page,
    /// whose nonce is another (RFC 9111 §3.2).
    fn apply_csp(&self, headers: &mut HeaderMap, status: StatusCode, situation: &Situation) {
        let policies = [
            (header::CONTENT_SECURITY_POLICY, &self.csp),
            (header::CONTENT_SECURITY_POLICY_REPORT_ONLY, &self.report_only),
        ]
        .map(|(name, template)| (!headers.contains_key(&name), name, template));

        self.merge(headers, situation);
        for (is_ours, name, template) in policies {
            if !is_ours {
                continue;
            }
            if status == StatusCode::NOT_MODIFIED {
                headers.remove(name);
            } else if let (Some(template), Some(nonce)) = (template, &situation.nonce) {
                if let (Some(place), Some(value)) = (headers.get_mut(name), template.render(nonce)) {
                    *place = value;
                }
            }
        }
    }
}
