//! Guest accounts: as much of an account as it takes to show a sensitive action.
//!
//! `POST /guest` opens one and answers with its token. `POST /account/token` exchanges that for a new one, so many times an
//! hour for an account, wherever its requests come from. Accounts are kept in memory, and the oldest make way.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderValue, StatusCode, header};
use secure_config::SecretString;
use secure_runtime::limit::{Key, Limiter, Quota};
use secure_runtime::metrics::{Counter, MetricsError, Registry};
use secure_runtime::problem::Problem;

use crate::routes::{Answer, json};

const MAX_GUESTS: usize = 256;

/// The accounts, and how often each may change its token.
#[derive(Debug)]
pub struct Accounts {
    guests: Mutex<Guests>,
    changes: Limiter,
    opened: Counter,
}

#[derive(Debug, Default)]
struct Guests {
    opened: u64,
    present: VecDeque<Guest>,
}

#[derive(Debug)]
struct Guest {
    id: u64,
    token: SecretString,
}

impl Accounts {
    /// No accounts yet; each may change its token as often as `changes` says.
    pub fn new(changes: Quota, registry: &Registry) -> Result<Self, MetricsError> {
        Ok(Self {
            guests: Mutex::default(),
            changes: Limiter::new(changes),
            opened: registry.counter("guests_total", "Guest accounts opened.")?,
        })
    }

    /// Opens an account.
    pub fn open(&self) -> Answer {
        let Ok(token) = SecretString::generate() else {
            return unavailable();
        };
        let answer = shown(&token);
        self.opened.inc();
        let mut guests = self.lock();
        guests.opened += 1;
        let id = guests.opened;
        if guests.present.len() == MAX_GUESTS {
            guests.present.pop_front();
        }
        guests.present.push_back(Guest { id, token });
        answer
    }

    /// Exchanges the token that a request has for a new one.
    pub fn change_token(&self, headers: &HeaderMap) -> Answer {
        let mut guests = self.lock();
        let Some(guest) = guests.of(headers) else {
            return unauthorized();
        };
        // The account and not the address: of whom it is known who it is, that counts. It is asked before the work is done.
        if let Err(refusal) = self.changes.check(Key::user(guest.id.to_le_bytes())) {
            return refusal.into_response();
        }
        match SecretString::generate() {
            Ok(token) => {
                let answer = shown(&token);
                guest.token = token;
                answer
            }
            Err(_) => unavailable(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Guests> {
        self.guests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Guests {
    /// Whose token a request has.
    fn of(&mut self, headers: &HeaderMap) -> Option<&mut Guest> {
        let token = headers
            .get(header::AUTHORIZATION)?
            .as_bytes()
            .strip_prefix(b"Bearer ")?;
        self.present.iter_mut().find(|guest| guest.token.ct_eq(token))
    }
}

/// The one time that a token is shown.
fn shown(token: &SecretString) -> Answer {
    json(format!(r#"{{"token":"{}"}}"#, token.expose_secret()))
}

fn unauthorized() -> Answer {
    let mut answer: Answer = Problem::new(StatusCode::UNAUTHORIZED).into_response();
    answer
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    answer
}

fn unavailable() -> Answer {
    tracing::error!("the system gives no random numbers");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE).into_response()
}
