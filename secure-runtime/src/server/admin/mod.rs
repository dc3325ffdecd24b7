//! The admin listener: a few actions, for who holds the token.
//!
//! 1. The target's host must be on the allow-list (loopback names, if nothing was added), or the answer is 421. A page
//!    that rebinds its own name to 127.0.0.1 gets no further.
//! 2. A request with an `Origin` is 403: browsers have no business here.
//! 3. `Authorization: Bearer` must hold the token, compared in constant time, or the answer is 401. It may follow the settings.
//! 4. The path names the action (404), the method is POST (405), the body is text of at most 4 KiB (413, 400).
//! 5. The action runs to its end even if the client leaves, and is logged.

mod action;
mod answer;
mod entry;
mod service;

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::sync::Arc;

use secure_config::SecretString;
use secure_config::gate::{self, Policy};

use self::action::Action;
pub use self::action::ActionError;
use self::entry::Opener;
use self::service::AdminService;
use super::boxed::BoxService;
use super::error::{Problem, ServerError};
use super::handle::Handle;

/// What the admin listener can do, and the token that opens it.
///
/// # Examples
///
/// ```
/// use secure_config::SecretString;
/// use secure_runtime::server::{ActionError, Admin};
///
/// let token = SecretString::from(String::from("jV0cX8mQeN3rT6yKbLp2WsZ5uHf9dGa1"));
/// let admin = Admin::new(token)
///     .maintenance(|on| async move {
///         // switch it …
///         Ok(format!("maintenance is {}", if on { "on" } else { "off" }))
///     })
///     .action("cache/flush", |_body| async { Err(ActionError::new("there is no cache")) });
/// assert!(!format!("{admin:?}").contains("jV0cX8"));
/// ```
///
/// ```text
/// curl --unix-socket /run/app/admin.sock -X POST -H "Authorization: Bearer $ADMIN_TOKEN" http://localhost/maintenance -d on
/// ```
#[must_use = "it is for Builder::admin"]
pub struct Admin {
    token: SecretString,
    /// Opens it in place of the token.
    opener: Option<Opener>,
    hosts: Vec<String>,
    actions: BTreeMap<String, Action>,
    problems: Vec<Problem>,
}

impl Admin {
    /// No action yet but `reload` ([`Handle::reload`]).
    pub fn new(token: SecretString) -> Self {
        Self {
            token,
            opener: None,
            hosts: ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned).into(),
            actions: BTreeMap::new(),
            problems: Vec::new(),
        }
    }

    /// Takes the token from the settings in force, from now on: one that is exchanged opens nothing any more, and one that is gone lets nobody
    /// in.
    ///
    /// The settings' own rules judge it; that of [`new`](Self::new) counts no more.
    #[cfg(feature = "reload")]
    pub fn follow<T: Send + Sync + 'static>(
        mut self,
        live: &secure_config::reload::Live<T>,
        pick: impl Fn(&T) -> Option<&SecretString> + Send + Sync + 'static,
    ) -> Self {
        let live = live.clone();
        self.opener = Some(Box::new(move |given| {
            pick(&live.read()).is_some_and(|token| token.ct_eq(given))
        }));
        self
    }

    /// Allows another name of this listener in the target of requests; the port is free.
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into().to_ascii_lowercase());
        self
    }

    /// `POST /NAME` calls `run` with the body, and answers with the text that it returns.
    ///
    /// The name is of lower-case letters, digits, `-` and `/`; another one, or one given twice, is refused when the
    /// server is bound.
    pub fn action<F, O>(mut self, name: &str, run: F) -> Self
    where
        F: Fn(String) -> O + Send + Sync + 'static,
        O: Future<Output = Result<String, ActionError>> + Send + 'static,
    {
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'/');
        let fine = !name.is_empty() && !name.starts_with('/') && name.bytes().all(plain);
        let action: Action = Arc::new(move |body| Box::pin(run(body)));
        if !fine || self.actions.insert(name.to_owned(), action).is_some() {
            self.problems.push(Problem {
                name: "admin action",
                problem: format!("{name:?} is given twice or no name of lower-case letters, digits, - and /"),
            });
        }
        self
    }

    /// `POST /log-level` with a level as the body.
    pub fn log_level<F, O>(self, set: F) -> Self
    where
        F: Fn(String) -> O + Send + Sync + 'static,
        O: Future<Output = Result<String, ActionError>> + Send + 'static,
    {
        self.action("log-level", set)
    }

    /// `POST /maintenance` with `on` or `off` as the body.
    pub fn maintenance<F, O>(self, set: F) -> Self
    where
        F: Fn(bool) -> O + Send + Sync + 'static,
        O: Future<Output = Result<String, ActionError>> + Send + 'static,
    {
        let set = Arc::new(set);
        self.action("maintenance", move |body| {
            let set = Arc::clone(&set);
            async move {
                match body.trim() {
                    "on" => set(true).await,
                    "off" => set(false).await,
                    _ => Err(ActionError::new("the body must be on or off")),
                }
            }
        })
    }

    /// `POST /maintenance` with `on`, `on 10m Back at noon.`, `off` or `status` as the body turns this switch.
    ///
    /// It takes the place of [`maintenance`](Self::maintenance).
    #[cfg(feature = "maintenance")]
    pub fn maintenance_switch(self, switch: &crate::maintenance::Switch) -> Self {
        let switch = switch.clone();
        self.action("maintenance", move |body| {
            let done = switch.command(crate::maintenance::Cause::Admin, &body);
            std::future::ready(done.map_err(|error| ActionError::new(error.to_string())))
        })
    }

    /// The service of the listener.
    ///
    /// # Errors
    ///
    /// The gate refuses the token, or an action's name cannot be used.
    pub(super) fn into_service(mut self, handle: Handle) -> Result<BoxService, ServerError> {
        self = self.action("reload", move |_body| {
            let handle = handle.clone();
            async move {
                handle
                    .reload()
                    .await
                    .map_err(|error| ActionError::new(error.to_string()))
            }
        });
        let verdict = gate::judge(self.token.expose_secret().as_bytes(), &Policy::key());
        if let Some(reason) = verdict.reason() {
            let remedy = verdict.remedy().unwrap_or_default();
            self.problems.push(Problem {
                name: "admin token",
                problem: format!("{reason}; {remedy}"),
            });
        }
        if !self.problems.is_empty() {
            return Err(ServerError::settings(self.problems));
        }
        let token = self.token;
        let opener = self
            .opener
            .unwrap_or_else(|| Box::new(move |given| token.ct_eq(given)));
        Ok(BoxService::new(AdminService::new(
            opener,
            self.hosts,
            self.actions,
        )))
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin")
            .field("hosts", &self.hosts)
            .field("actions", &self.actions.keys())
            .finish_non_exhaustive()
    }
}
