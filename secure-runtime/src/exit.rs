//! How a service ends that cannot go on: one line with every cause, and an exit code that tells what kind of failure it was.
//!
//! [`run`] runs the service and reports its error; [`report`] is for programs with a `main` of their own. What is known before a
//! service starts is a problem of its settings, which `load_or_exit` reports with exit code 78. What can be known only later ends here: a
//! port in use, a database that cannot be reached.
//!
//! # Rules
//!
//! 1. The line is `error: cause: cause`, from the error and its sources; what an error says of its cause itself is not repeated.
//! 2. Live secrets are masked by [`secure_config::redact`], and control characters are escaped. Keep the settings until then
//!    ([`Guards::keep`]): what was dropped is not known any more.
//! 3. Once there is a log, the line is an error in it, and with the feature `events` the event `sys_crash`; before, it goes to stderr.
//! 4. The exit code is that of the outermost error that has one:
//!
//! | code | name in sysexits.h | what happened |
//! |---|---|---|
//! | 69 | `EX_UNAVAILABLE` | a server cannot be reached, or an address is in use |
//! | 70 | `EX_SOFTWARE` | anything else: a mistake of the program |
//! | 71 | `EX_OSERR` | the system has no thread, descriptor or memory left |
//! | 74 | `EX_IOERR` | a file or a connection failed |
//! | 77 | `EX_NOPERM` | the system does not permit it, such as a port below 1024 |
//! | 78 | `EX_CONFIG` | a setting cannot be used: a restart mends nothing |
//!
//! # Examples
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! use secure_config::SecureConfig;
//! use secure_runtime::exit;
//!
//! #[derive(SecureConfig)]
//! struct Settings {
//!     #[secure(default = "127.0.0.1:8080")]
//!     addr: std::net::SocketAddr,
//! }
//!
//! fn main() -> ExitCode {
//!     let settings = Settings::load_or_exit();
//!     exit::run(|_| {
//!         let listener = std::net::TcpListener::bind(settings.addr)?;
//!         // …
//!         drop(listener);
//!         Ok(())
//!     })
//! }
//! ```

use std::any::Any;
use std::error::Error;
use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

use secure_config::LoadError;

use crate::causes::{causes, chain};

const UNAVAILABLE: u8 = 69;
const SOFTWARE: u8 = 70;
const SYSTEM: u8 = 71;
const IO: u8 = 74;
const NO_PERMISSION: u8 = 77;
const CONFIG: u8 = 78;

/// What a service keeps until its end was reported: the guard of its log, for example.
#[derive(Default)]
pub struct Guards(Vec<Box<dyn Any>>);

impl Guards {
    /// Keeps `guard` until the end. What was added last is dropped first.
    pub fn keep<T: Any>(&mut self, guard: T) {
        self.0.push(Box::new(guard));
    }
}

impl Drop for Guards {
    fn drop(&mut self) {
        while self.0.pop().is_some() {}
    }
}

impl fmt::Debug for Guards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guards").finish_non_exhaustive()
    }
}

/// Runs a service to its end, and reports the error that it ends with.
///
/// Give the guard of the log to [`Guards::keep`], so that the report is still written to it:
///
#[cfg_attr(feature = "log", doc = "```no_run")]
#[cfg_attr(not(feature = "log"), doc = "```ignore")]
/// use secure_runtime::{exit, log};
///
/// # fn serve() -> Result<(), std::io::Error> { Ok(()) }
/// fn main() -> std::process::ExitCode {
///     exit::run(|guards| {
///         guards.keep(log::init(log::LogSettings::new())?);
///         serve()?;
///         Ok(())
///     })
/// }
/// ```
pub fn run(service: impl FnOnce(&mut Guards) -> Result<(), Box<dyn Error>>) -> ExitCode {
    let mut guards = Guards::default();
    match service(&mut guards) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&*error),
    }
}

/// Reports an error that a service ends with, and returns the exit code for it.
pub fn report(error: &(dyn Error + 'static)) -> ExitCode {
    let code = code(error);
    match error.downcast_ref::<LoadError>() {
        // It is a report of its own, for people.
        Some(refused) => write_stderr(&refused.to_string()),
        None => write_line(&line(error), code),
    }
    code.into()
}

/// The error and its causes in one line that is safe to show.
fn line(error: &(dyn Error + 'static)) -> String {
    let text = chain(error);
    let mut line = String::with_capacity(text.len());
    // Masked before it is escaped: half of a secret would not be found.
    for character in secure_config::redact(&text).chars() {
        match character {
            '"' | '\'' | '\\' => line.push(character),
            _ => line.extend(character.escape_debug()),
        }
    }
    line
}

/// To the log if there is one, else to stderr.
fn write_line(line: &str, code: u8) {
    #[cfg(feature = "log")]
    if tracing::dispatcher::has_been_set() {
        tracing::error!(error = line, exit_code = code, "the service cannot go on");
        #[cfg(feature = "events")]
        crate::events::sys_crash(&crate::events::Context::new(), line);
        return;
    }
    let _ = code;
    write_stderr(&format!("error: {line}\n"));
}

/// A closed stderr is no reason to panic: the exit code still speaks.
fn write_stderr(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

/// The exit code of the outermost error that has one.
fn code(error: &(dyn Error + 'static)) -> u8 {
    causes(error).find_map(of_one).unwrap_or(SOFTWARE)
}

/// The exit code of an error by its type.
fn of_one(error: &(dyn Error + 'static)) -> Option<u8> {
    macro_rules! is_setting {
        ($($(#[$cfg:meta])* $type:ty;)*) => {
            $($(#[$cfg])* if error.is::<$type>() { return Some(CONFIG); })*
        };
    }
    is_setting! {
        LoadError;
        #[cfg(feature = "cors")] crate::cors::CorsError;
        #[cfg(feature = "headers")] crate::headers::PolicyError;
        #[cfg(feature = "limit")] crate::limit::LimitError;
        #[cfg(feature = "maintenance")] crate::maintenance::MaintenanceError;
        #[cfg(feature = "maintenance")] crate::maintenance::DirectoryError;
        #[cfg(feature = "security-txt")] crate::security_txt::SecurityTxtError;
    }
    #[cfg(all(feature = "server", unix))]
    if let Some(error) = error.downcast_ref::<crate::server::ServerError>() {
        if error.is_setting() {
            return Some(CONFIG);
        }
        if error.is_bind() {
            let cause = error.source().and_then(<dyn Error>::downcast_ref::<io::Error>);
            let is_denied = cause.is_some_and(|cause| cause.kind() == io::ErrorKind::PermissionDenied);
            return Some(if is_denied { NO_PERMISSION } else { UNAVAILABLE });
        }
    }
    #[cfg(feature = "database")]
    if let Some(error) = error.downcast_ref::<crate::database::DatabaseError>() {
        return Some(match error.kind() {
            crate::database::DatabaseErrorKind::Url => CONFIG,
            _ => UNAVAILABLE,
        });
    }
    #[cfg(feature = "valkey")]
    if error.is::<crate::replicas::Unavailable>() {
        return Some(UNAVAILABLE);
    }
    #[cfg(feature = "valkey")]
    if let Some(crate::replicas::InvalidReplica::Url) = error.downcast_ref() {
        return Some(CONFIG);
    }
    let error = error.downcast_ref::<io::Error>()?;
    Some(match error.kind() {
        io::ErrorKind::PermissionDenied => NO_PERMISSION,
        io::ErrorKind::AddrInUse | io::ErrorKind::AddrNotAvailable | io::ErrorKind::ConnectionRefused => {
            UNAVAILABLE
        }
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::TimedOut => {
            UNAVAILABLE
        }
        // A thread or a descriptor that there is none left of has no kind of its own: EAGAIN, ENFILE, EMFILE.
        io::ErrorKind::OutOfMemory | io::ErrorKind::WouldBlock => SYSTEM,
        _ if matches!(error.raw_os_error(), Some(23 | 24)) => SYSTEM,
        _ => IO,
    })
}

#[cfg(test)]
mod tests {
    use secure_config::{SecretString, SecureConfig};

    use super::*;

    #[derive(Debug)]
    struct Outer(&'static str, io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.1)
        }
    }

    #[test]
    fn the_line_has_every_cause_once() {
        let in_use = || io::Error::from(io::ErrorKind::AddrInUse);
        let cause = in_use().to_string();
        assert_eq!(
            line(&Outer("the listener cannot bind", in_use())),
            format!("the listener cannot bind: {cause}")
        );
        let told = Outer(
            "the cause: address already in use",
            io::Error::other("address already in use"),
        );
        assert_eq!(line(&told), "the cause: address already in use");
    }

    #[test]
    fn the_line_shows_no_secret_and_commands_no_terminal() {
        let secret = SecretString::from("k7Jm+Qx2ZpB9vTn4LcWs8h3FdYrGeUa".to_owned());
        let error = Outer(
            "a\n\u{1b}[31m\u{202e}\"b\"",
            io::Error::other(secret.expose_secret().to_owned()),
        );
        let line = line(&error);
        assert!(!line.contains(secret.expose_secret()), "{line}");
        assert!(line.starts_with(r#"a\n\u{1b}[31m\u{202e}"b": "#), "{line}");
    }

    #[test]
    fn a_code_is_that_of_the_outermost_known_error() {
        let of = |kind: io::ErrorKind| code(&Outer("x", kind.into()));
        assert_eq!(of(io::ErrorKind::AddrInUse), 69);
        assert_eq!(of(io::ErrorKind::ConnectionRefused), 69);
        assert_eq!(of(io::ErrorKind::PermissionDenied), 77);
        assert_eq!(of(io::ErrorKind::OutOfMemory), 71);
        assert_eq!(code(&io::Error::from_raw_os_error(24)), 71);
        assert_eq!(of(io::ErrorKind::UnexpectedEof), 74);
        assert_eq!(code(&fmt::Error), 70);
        #[derive(Debug, SecureConfig)]
        #[expect(dead_code, reason = "it is never loaded")]
        struct Settings {
            port: u16,
        }
        let none = Vec::<(&str, &str)>::new();
        assert_eq!(code(&Settings::loader().vars(none).load().unwrap_err()), 78);
    }

    #[test]
    fn guards_end_in_the_order_of_a_scope_and_after_the_report() {
        use std::cell::RefCell;
        use std::rc::Rc;

        struct Noting(Rc<RefCell<Vec<u8>>>, u8);

        impl Drop for Noting {
            fn drop(&mut self) {
                self.0.borrow_mut().push(self.1);
            }
        }

        struct Late(Rc<RefCell<Vec<u8>>>);

        impl fmt::Debug for Late {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("Late")
            }
        }

        impl fmt::Display for Late {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.borrow_mut().push(0);
                f.write_str("late")
            }
        }

        impl Error for Late {}

        let order = Rc::default();
        let _ = run(|guards| {
            guards.keep(Noting(Rc::clone(&order), 1));
            guards.keep(Noting(Rc::clone(&order), 2));
            Err(Late(Rc::clone(&order)).into())
        });
        assert_eq!(*order.borrow(), [0, 2, 1]);
    }
}
