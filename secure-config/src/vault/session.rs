//! The token of the moment: had by a login, renewed while it lives, had anew when it has ended.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::auth::{Auth, Way};
use super::document::{self, Life};
use super::error::VaultError;
use super::request::{Request, Server};
use super::response::{Answer, CAPACITIES};
use crate::memory::Locked;
use crate::source::{ReadError, open_bounded, read_locked};

/// The token of the moment; nothing before the first request.
#[derive(Default)]
pub(super) struct Session(Option<Held>);

struct Held {
    /// `None` for a token that the service was given: that is held elsewhere.
    own: Option<Locked>,
    since: Instant,
    life: Life,
}

impl Held {
    /// A third of its life is left, or less.
    fn is_due(&self) -> bool {
        let lifetime = Duration::from_secs(self.life.seconds);
        !lifetime.is_zero() && self.since.elapsed() >= lifetime * 2 / 3
    }
}

impl Session {
    /// Reads what `path` holds, with a token that is fit for it.
    pub(super) fn read(
        &mut self,
        server: &Server,
        auth: &Auth,
        path: &str,
        end: Instant,
    ) -> Result<Answer, VaultError> {
        if let Way::TokenFile(file) = &auth.way {
            let token = read_token(file)?;
            return get(server, path, token.as_bytes(), end);
        }
        let is_new = self.make_fit(server, auth, end)?;
        match get(server, path, self.token(auth), end) {
            // Revoked, or ended while nobody looked. A given token is all there is.
            Err(VaultError::Denied) if !is_new && !matches!(auth.way, Way::Token(_)) => {
                self.0 = None;
                self.make_fit(server, auth, end)?;
                get(server, path, self.token(auth), end)
            }
            read => read,
        }
    }

    fn token<'t>(&'t self, auth: &'t Auth) -> &'t [u8] {
        match (&self.0, &auth.way) {
            (Some(Held { own: Some(own), .. }), _) => own.as_bytes(),
            (_, Way::Token(token)) => token.expose_secret().as_bytes(),
            _ => &[],
        }
    }

    /// Logs in, or renews the token, where that is due. Whether the token is new.
    fn make_fit(&mut self, server: &Server, auth: &Auth, end: Instant) -> Result<bool, VaultError> {
        let Some(held) = &self.0 else {
            self.0 = Some(log_in(server, auth, end)?);
            return Ok(true);
        };
        if !held.is_due() {
            return Ok(false);
        }
        let renewed = if held.life.is_renewable {
            let token = self.token(auth);
            renew(server, token, end)
        } else {
            Err(VaultError::Denied)
        };
        match renewed {
            Ok(life) => {
                if let Some(held) = &mut self.0 {
                    (held.since, held.life) = (Instant::now(), life);
                }
                Ok(false)
            }
            // While the token lives, the next look tries again.
            Err(error) if error.is_passing() => Ok(false),
            Err(_) if matches!(auth.way, Way::Token(_)) => Ok(false),
            Err(_) => {
                self.0 = Some(log_in(server, auth, end)?);
                Ok(true)
            }
        }
    }
}

fn log_in(server: &Server, auth: &Auth, end: Instant) -> Result<Held, VaultError> {
    let since = Instant::now();
    let jwt;
    let body: [(&str, &[u8]); 2] = match &auth.way {
        Way::Token(token) => {
            let look = Request {
                method: "GET",
                path: "auth/token/lookup-self",
                token: Some(token.expose_secret().as_bytes()),
                body: &[],
            };
            let life = match server.exchange(&look, CAPACITIES[0], end).and_then(judged) {
                Ok(answer) => document::life(answer).unwrap_or_default(),
                // A policy may forbid a token to look at itself: then what it is for decides.
                Err(VaultError::Denied) => Life::default(),
                Err(error) => return Err(error),
            };
            return Ok(Held {
                own: None,
                since,
                life,
            });
        }
        Way::TokenFile(_) => return Err(VaultError::TokenFile(io::ErrorKind::Unsupported)),
        Way::AppRole { role_id, secret_id } => [
            ("role_id", role_id.as_bytes()),
            ("secret_id", secret_id.expose_secret().as_bytes()),
        ],
        Way::Kubernetes { role, jwt: path } => {
            jwt = read_token(path)?;
            [("role", role.as_bytes()), ("jwt", jwt.as_bytes())]
        }
    };
    let login = Request {
        method: "POST",
        path: &format!("auth/{}/login", auth.mount),
        token: None,
        body: &body,
    };
    let answer = server.exchange(&login, CAPACITIES[0], end).and_then(judged);
    let answer = answer.map_err(|error| match error {
        VaultError::Denied | VaultError::Status(400 | 401) => VaultError::LoginRefused,
        error => error,
    })?;
    let (own, life) = document::token(answer).map_err(|_| VaultError::Malformed)?;
    Ok(Held {
        own: Some(own),
        since,
        life,
    })
}

fn renew(server: &Server, token: &[u8], end: Instant) -> Result<Life, VaultError> {
    let renewal = Request {
        method: "POST",
        path: "auth/token/renew-self",
        token: Some(token),
        body: &[],
    };
    let answer = server.exchange(&renewal, CAPACITIES[0], end).and_then(judged)?;
    let (_, life) = document::token(answer).map_err(|_| VaultError::Malformed)?;
    Ok(life)
}

/// Reads a secret; into a larger buffer when it does not fit.
fn get(server: &Server, path: &str, token: &[u8], end: Instant) -> Result<Answer, VaultError> {
    let request = Request {
        method: "GET",
        path,
        token: Some(token),
        body: &[],
    };
    match server.exchange(&request, CAPACITIES[0], end) {
        Err(VaultError::TooLarge) => server.exchange(&request, CAPACITIES[1], end),
        answer => answer,
    }
    .and_then(judged)
}

/// What the status of an answer means.
fn judged(answer: Answer) -> Result<Answer, VaultError> {
    Err(match answer.status {
        200 => return Ok(answer),
        300..400 => VaultError::Redirected,
        403 => VaultError::Denied,
        404 => VaultError::NotFound,
        501 | 503 => VaultError::Sealed,
        status => VaultError::Status(status),
    })
}

/// Reads a token from a file, without white space around it.
fn read_token(path: &Path) -> Result<Locked, VaultError> {
    let unread = |error: ReadError| VaultError::TokenFile(error.kind());
    let (mut file, metadata) = open_bounded(path).map_err(unread)?;
    let token = read_locked(&mut file, &metadata, path, |bytes| {
        let token = bytes.trim_ascii();
        let (start, length) = (bytes.len() - bytes.trim_ascii_start().len(), token.len());
        let is_sendable = token.iter().all(u8::is_ascii_graphic);
        bytes.copy_within(start..start + length, 0);
        if is_sendable { length } else { 0 }
    });
    let token = token.map_err(unread)?;
    if token.as_bytes().is_empty() {
        return Err(VaultError::TokenFile(io::ErrorKind::InvalidData));
    }
    Ok(token)
}
