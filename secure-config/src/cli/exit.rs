//! Exit codes by sysexits.h, and what is said where.

use std::borrow::Cow;
use std::io::{self, Write};

/// `EX_USAGE`: the command line is wrong.
pub(super) const USAGE: u8 = 64;
/// `EX_NOINPUT`: a file that is to be changed is not there.
pub(super) const NO_INPUT: u8 = 66;
/// `EX_OSERR`: the system has no randomness to give.
pub(super) const SYSTEM: u8 = 71;
/// `EX_CANTCREAT`: a file could not be written, or must not be.
pub(super) const CANNOT_WRITE: u8 = 73;
/// `EX_IOERR`: the output could not be written.
pub(super) const OUTPUT: u8 = 74;
/// `EX_TEMPFAIL`: somebody else is writing the file.
pub(super) const BUSY: u8 = 75;
/// `EX_CONFIG`: the configuration is refused, or cannot be what is asked.
pub(super) const CONFIG: u8 = 78;

/// Why a command did not do what it was asked to. Like a problem, it has no slot for a value.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) code: u8,
    pub(super) message: Cow<'static, str>,
    /// Whether the usage line helps.
    pub(super) usage: bool,
}

impl Failure {
    pub(super) fn new(code: u8, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            message: message.into(),
            usage: false,
        }
    }

    pub(super) fn with_usage(mut self) -> Self {
        self.usage = true;
        self
    }
}

/// Where a command writes.
pub(super) struct Streams<'s> {
    pub(super) out: &'s mut dyn Write,
    pub(super) err: &'s mut dyn Write,
}

impl Streams<'_> {
    /// Writes the product of the command. A reader that has gone, as `head` does, wants no more of it: that is no failure.
    pub(super) fn print(&mut self, product: impl AsRef<[u8]>) -> Result<(), Failure> {
        let written = self
            .out
            .write_all(product.as_ref())
            .and_then(|()| self.out.flush());
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                let message = format!("the output could not be written: {}", error.kind());
                Err(Failure::new(OUTPUT, message))
            }
            _ => Ok(()),
        }
    }

    /// Says something to the operator. Where nobody listens, the exit code still speaks.
    pub(super) fn say(&mut self, text: &str) {
        let _ = self
            .err
            .write_all(text.as_bytes())
            .and_then(|()| self.err.flush());
    }
}
