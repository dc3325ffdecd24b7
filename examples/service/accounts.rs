//! Guest accounts: as much of an account as it takes to show tokens, and an action that is limited for each account.
//!
//! `POST /guest` opens one and answers with two tokens. `GET /account` says whose an access token is, without a look into the database.
//! `POST /account/token` exchanges the refresh token for two new ones, so many times an hour for an account, wherever its requests come from;
//! the old one is good for nothing then. Any replica of the service answers for the accounts of all.

use http::{HeaderMap, HeaderValue, StatusCode, header, request};
use secure_config::reload::Live;
use secure_runtime::client::Client;
use secure_runtime::events;
use secure_runtime::metrics::{Counter, MetricsError, Registry};
use secure_runtime::problem::Problem;

use crate::database::{Database, Unanswered};
use crate::keys::Keys;
use crate::replicas::Quotas;
use crate::routes::{Answer, json};
use crate::settings::Settings;
use crate::tokens;

/// The accounts, and how often each may change its token.
#[derive(Debug)]
pub struct Accounts {
    live: Live<Settings>,
    keys: Keys,
    database: Database,
    quotas: Quotas,
    opened: Counter,
}

/// Why somebody gets no tokens.
enum Refused {
    /// Whose the token is nobody knows any more.
    Unauthorized,
    /// Too often, in the words of the quota.
    Quota(Box<Answer>),
    /// The service cannot now.
    Unavailable(Unanswered),
}

impl Accounts {
    /// The accounts in `database`.
    pub fn new(
        live: &Live<Settings>,
        keys: &Keys,
        database: &Database,
        quotas: Quotas,
        registry: &Registry,
    ) -> Result<Self, MetricsError> {
        Ok(Self {
            live: live.clone(),
            keys: keys.clone(),
            database: database.clone(),
            quotas,
            opened: registry.counter("guests_total", "Guest accounts opened.")?,
        })
    }

    /// Opens an account.
    pub async fn open(&self, head: &request::Parts) -> Answer {
        let opened = async {
            self.quotas.open(Client::of(&head.extensions)).await?;
            let mut id = [0; 16];
            getrandom::fill(&mut id).map_err(|error| Refused::Unavailable(error.into()))?;
            let id = format!("{:032x}", u128::from_be_bytes(id));
            let (refresh, answer) = self.issue(&id)?;
            self.database
                .add_guest(&id, &self.keys.fingerprint(&refresh))
                .await?;
            self.opened.inc();
            Ok(answer)
        };
        opened.await.unwrap_or_else(Refused::into_answer)
    }

    /// Exchanges the refresh token that a request has for new tokens.
    pub async fn change_token(&self, head: &request::Parts) -> Answer {
        let changed = async {
            let token = bearer(&head.headers).ok_or(Refused::Unauthorized)?;
            let claims = tokens::verify(&self.keys.refresh, token).ok_or(Refused::Unauthorized)?;
            let stored = self.database.fingerprint(&claims.sub).await?;
            let stored = stored.ok_or(Refused::Unauthorized)?;
            if !self.keys.fits(&stored, token) {
                // It was exchanged before: somebody has a copy.
                events::authn_token_reuse(&events::Context::of(head), &claims.jti);
                return Err(Refused::Unauthorized);
            }
            // The account and not the address: of whom it is known who it is, that counts. It is asked before the work is done.
            self.quotas.change(&claims.sub).await?;
            let (refresh, answer) = self.issue(&claims.sub)?;
            let new = self.keys.fingerprint(&refresh);
            match self
                .database
                .exchange_fingerprint(&claims.sub, &stored, &new)
                .await?
            {
                true => Ok(answer),
                false => Err(Refused::Unauthorized),
            }
        };
        changed.await.unwrap_or_else(Refused::into_answer)
    }

    /// Whose the access token of a request is.
    pub fn who(&self, headers: &HeaderMap) -> Answer {
        let claims = bearer(headers).and_then(|token| tokens::verify(&self.keys.access, token));
        match claims {
            // The id is of hexadecimal digits: this service signed it.
            Some(claims) => json(format!(r#"{{"account":"{}"}}"#, claims.sub)),
            None => Refused::Unauthorized.into_answer(),
        }
    }

    /// Two tokens for an account: the refresh token, and the answer, which is the one time that both are shown.
    fn issue(&self, id: &str) -> Result<(String, Answer), Refused> {
        let (access, refresh) = {
            let settings = self.live.read();
            (settings.access_token_lifetime, settings.refresh_token_lifetime)
        };
        let token =
            |ring, lifetime| tokens::issue(ring, id.to_owned(), lifetime).map_err(Refused::Unavailable);
        let (seconds, access) = (access.as_secs(), token(&self.keys.access, access)?);
        let refresh = token(&self.keys.refresh, refresh)?;
        let answer = json(format!(
            r#"{{"access_token":"{access}","token_type":"Bearer","expires_in":{seconds},"refresh_token":"{refresh}"}}"#
        ));
        Ok((refresh, answer))
    }
}

/// The token of a request (RFC 6750, section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ")
}

impl Refused {
    fn into_answer(self) -> Answer {
        match self {
            Self::Unauthorized => {
                let mut answer: Answer = Problem::new(StatusCode::UNAUTHORIZED).into_response();
                answer
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                answer
            }
            Self::Quota(answer) => *answer,
            Self::Unavailable(error) => {
                tracing::error!(
                    error = &*error as &(dyn std::error::Error + 'static),
                    "an account cannot be served"
                );
                Problem::new(StatusCode::SERVICE_UNAVAILABLE).into_response()
            }
        }
    }
}

impl From<Unanswered> for Refused {
    fn from(error: Unanswered) -> Self {
        Self::Unavailable(error)
    }
}

impl From<Box<Answer>> for Refused {
    fn from(answer: Box<Answer>) -> Self {
        Self::Quota(answer)
    }
}
