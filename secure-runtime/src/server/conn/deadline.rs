//! How long a connection may wait: the rules, with time as a parameter.
//!
//! 1. A client that does not take what is written is closed `write` after its last progress, and when it takes less
//!    than `min_rate` on average once `write` is used up.
//! 2. A request's header must be complete `header` after its first byte; the first one `header` after the accept.
//! 3. Between requests a connection may idle for `keep_alive`. Then it is closed politely.
//!    After [`SETTLED`] of that, an HTTP/1 connection gives its buffers back.
//! 4. A connection that is being closed politely has [`LAST_HEADER`] for a header that had begun (HTTP/1), or
//!    [`LAST_WORD`] to take note and what is on its way (HTTP/2). Requests in flight have what they need.
//!
//! HTTP/2 frames of its own (PING, WINDOW_UPDATE) come between requests too, so bytes are no sign of a header there:
//! rule 2 counts for the first request only.

use super::watch::Seen;
use crate::server::clock::Millis;

/// How long a client may take to finish a header that it had begun when the server started to drain.
const LAST_HEADER: Millis = 1000;

/// How long a client may take to confirm a GOAWAY, and longer as long as it takes what was written.
const LAST_WORD: Millis = 3000;

/// How long a connection must idle to give its buffers back: requests that follow each other closely do not pay for new
/// ones, and a crowd that connects within seconds does not hold them all at once.
const SETTLED: Millis = 300;

/// Bytes that are no sign of a response: a GOAWAY and a few acknowledged PINGs.
pub(super) const CONTROL: u64 = 256;

/// The timeouts of a connection.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Timeouts {
    pub(in crate::server) header: Millis,
    pub(in crate::server) write: Millis,
    pub(in crate::server) keep_alive: Millis,
    /// Bytes a second; 0 for no minimum.
    pub(in crate::server) min_rate: u32,
}

impl Timeouts {
    /// How long `bytes` may take at the lowest rate.
    pub(in crate::server) const fn at_min_rate(&self, bytes: u64) -> Millis {
        match self.min_rate {
            0 => 0,
            rate => bytes.saturating_mul(1000) / rate as u64,
        }
    }

    /// Whether `bytes` in that time are a response on its way, at the lowest rate or above.
    pub(super) const fn is_moving(&self, bytes: u64, elapsed: Millis) -> bool {
        bytes > CONTROL && (self.min_rate == 0 || self.at_min_rate(bytes) >= elapsed)
    }
}

/// What is to be done with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Look again then at the latest, or at the next event if there is no time.
    Wait(Option<Millis>),
    /// Give buffers back until the next request.
    PutAway,
    /// Finish what is in flight, then close.
    Finish,
    /// Close now.
    Close(Expired),
}

/// Which timeout a connection overstepped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expired {
    Header,
    Write,
    Finish,
}

/// Where a connection stands in its timeouts.
#[derive(Debug)]
pub(super) struct Deadlines {
    timeouts: Timeouts,
    quiet: Quiet,
    started: u32,
    stall: Option<Stall>,
    finishing: Option<Millis>,
}

#[derive(Clone, Copy, Debug)]
enum Quiet {
    /// Something is in flight.
    Busy,
    /// A header has begun.
    Header { since: Millis },
    /// Between requests; `written` at `since`. `put_away` once that was asked for.
    Idle {
        since: Millis,
        written: u64,
        put_away: bool,
    },
}

#[derive(Clone, Copy, Debug)]
struct Stall {
    since: Millis,
    base: u64,
    progress: Millis,
    written: u64,
}

impl Deadlines {
    /// A connection accepted (and secured) at `now`.
    pub(super) const fn new(timeouts: Timeouts, now: Millis) -> Self {
        Self {
            timeouts,
            quiet: Quiet::Header { since: now },
            started: 0,
            stall: None,
            finishing: None,
        }
    }

    /// Notes that the connection is to be closed politely.
    pub(super) fn finish(&mut self, now: Millis) {
        self.finishing.get_or_insert(now);
    }

    /// Since when nothing has been in flight.
    pub(super) const fn quiet_since(&self) -> Option<Millis> {
        match self.quiet {
            Quiet::Busy => None,
            Quiet::Header { since } | Quiet::Idle { since, .. } => Some(since),
        }
    }

    /// Judges the connection as it is `now`; called after each time that it did what it could.
    pub(super) fn check(&mut self, now: Millis, seen: Seen) -> Verdict {
        let mut earliest = None;
        if let Some(until) = self.stalled_until(now, seen) {
            if now >= until {
                return Verdict::Close(Expired::Write);
            }
            earliest = Some(until);
        }
        self.note_quiet(now, seen);
        let rest = match self.finishing {
            Some(since) => self.check_finishing(now, seen, since),
            None => self.check_quiet(now, seen),
        };
        match (rest, earliest) {
            (Verdict::Wait(Some(then)), Some(until)) => Verdict::Wait(Some(then.min(until))),
            (Verdict::Wait(None), until) => Verdict::Wait(until),
            (verdict, _) => verdict,
        }
    }

    /// Until when a client that takes nothing, or too little, is borne with.
    fn stalled_until(&mut self, now: Millis, seen: Seen) -> Option<Millis> {
        if !seen.blocked {
            self.stall = None;
            return None;
        }
        let stall = self.stall.get_or_insert(Stall {
            since: now,
            base: seen.written,
            progress: now,
            written: seen.written,
        });
        if stall.written != seen.written {
            stall.written = seen.written;
            stall.progress = now;
        }
        let until = stall.progress + self.timeouts.write;
        if self.timeouts.min_rate == 0 {
            return Some(until);
        }
        let taken = self.timeouts.at_min_rate(seen.written - stall.base);
        Some(until.min(stall.since + self.timeouts.write + taken))
    }

    fn note_quiet(&mut self, now: Millis, seen: Seen) {
        let served = seen.started != self.started;
        self.started = seen.started;
        let header = seen.started == 0 || (seen.read && !seen.http2);
        if seen.in_flight > 0 || seen.blocked {
            self.quiet = Quiet::Busy;
            return;
        }
        let goes_on = match self.quiet {
            Quiet::Busy => false,
            Quiet::Header { .. } => true,
            Quiet::Idle { .. } => !header,
        };
        if served || !goes_on {
            self.quiet = if header {
                Quiet::Header { since: now }
            } else {
                Quiet::Idle {
                    since: now,
                    written: seen.written,
                    put_away: seen.http2,
                }
            };
        }
    }

    fn check_quiet(&mut self, now: Millis, seen: Seen) -> Verdict {
        match self.quiet {
            Quiet::Busy => Verdict::Wait(None),
            Quiet::Header { since } => {
                let until = since + self.timeouts.header;
                if now >= until {
                    Verdict::Close(Expired::Header)
                } else {
                    Verdict::Wait(Some(until))
                }
            }
            Quiet::Idle {
                since,
                put_away: false,
                ..
            } if !seen.pinned => {
                let settled = since + SETTLED;
                if now < settled {
                    return Verdict::Wait(Some(settled.min(since + self.timeouts.keep_alive)));
                }
                if let Quiet::Idle { put_away, .. } = &mut self.quiet {
                    *put_away = true;
                }
                Verdict::PutAway
            }
            Quiet::Idle { since, written, .. } => {
                let until = since + self.timeouts.keep_alive;
                if now < until {
                    Verdict::Wait(Some(until))
                } else if seen.http2 && self.timeouts.is_moving(seen.written - written, now - since) {
                    // The last body was handed over in one piece and is still on its way.
                    self.quiet = Quiet::Idle {
                        since: now,
                        written: seen.written,
                        put_away: true,
                    };
                    Verdict::Wait(Some(now + self.timeouts.keep_alive))
                } else {
                    Verdict::Finish
                }
            }
        }
    }

    fn check_finishing(&mut self, now: Millis, seen: Seen, since: Millis) -> Verdict {
        let Some(quiet) = self.quiet_since() else {
            return Verdict::Wait(None);
        };
        let patience = if seen.http2 { LAST_WORD } else { LAST_HEADER };
        let until = quiet.max(since) + patience;
        if now < until {
            return Verdict::Wait(Some(until));
        }
        if let Quiet::Idle { since, written, .. } = self.quiet {
            if seen.http2 && self.timeouts.is_moving(seen.written - written, now - since) {
                self.quiet = Quiet::Idle {
                    since: now,
                    written: seen.written,
                    put_away: true,
                };
                return Verdict::Wait(Some(now + patience));
            }
        }
        Verdict::Close(Expired::Finish)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUTS: Timeouts = Timeouts {
        header: 10_000,
        write: 30_000,
        keep_alive: 75_000,
        min_rate: 240,
    };

    /// A connection's life, told in seconds.
    struct Line {
        deadlines: Deadlines,
    }

    impl Line {
        fn new() -> Self {
            Self {
                deadlines: Deadlines::new(TIMEOUTS, 1),
            }
        }

        const fn at(second: u64) -> Millis {
            second * 1000 + 1
        }

        /// The verdict at `second`; a wait is told as the second of its end. Buffers are given back on the way.
        fn check(&mut self, second: u64, seen: Seen) -> Result<Option<u64>, Verdict> {
            let settled = Self::at(second) + SETTLED;
            let mut verdict = self.deadlines.check(Self::at(second), seen);
            if verdict == Verdict::Wait(Some(settled)) {
                assert_eq!(self.deadlines.check(settled, seen), Verdict::PutAway);
                verdict = self.deadlines.check(settled, seen);
            }
            match verdict {
                Verdict::Wait(until) => Ok(until.map(|until| until / 1000)),
                verdict => Err(verdict),
            }
        }
    }

    fn idle() -> Seen {
        Seen {
            started: 1,
            ..Seen::default()
        }
    }

    fn busy() -> Seen {
        Seen {
            started: 1,
            in_flight: 1,
            ..Seen::default()
        }
    }

    #[test]
    fn the_first_header_counts_from_the_accept_however_many_bytes_come() {
        let mut line = Line::new();
        assert_eq!(line.check(0, Seen::default()), Ok(Some(10)));
        let dripping = Seen {
            read: true,
            ..Seen::default()
        };
        assert_eq!(line.check(9, dripping), Ok(Some(10)));
        assert_eq!(line.check(10, dripping), Err(Verdict::Close(Expired::Header)));
    }

    #[test]
    fn a_later_header_counts_from_its_first_byte() {
        let mut line = Line::new();
        assert_eq!(line.check(1, busy()), Ok(None));
        assert_eq!(line.check(2, idle()), Ok(Some(77)));
        let begun = Seen { read: true, ..idle() };
        assert_eq!(line.check(40, begun), Ok(Some(50)));
        assert_eq!(line.check(49, begun), Ok(Some(50)));
        assert_eq!(line.check(50, begun), Err(Verdict::Close(Expired::Header)));
    }

    #[test]
    fn an_idle_connection_is_finished_and_each_request_starts_anew() {
        let mut line = Line::new();
        assert_eq!(line.check(1, idle()), Ok(Some(76)), "a request within one poll");
        let again = Seen { started: 2, ..idle() };
        assert_eq!(line.check(50, again), Ok(Some(125)));
        assert_eq!(line.check(125, again), Err(Verdict::Finish));
    }

    #[test]
    fn buffers_are_given_back_once_and_not_while_a_body_is_about() {
        let mut line = Line::new();
        assert_eq!(line.deadlines.check(1, idle()), Verdict::Wait(Some(1 + SETTLED)));
        let again = Seen { started: 2, ..idle() };
        assert_eq!(
            line.deadlines.check(200, again),
            Verdict::Wait(Some(200 + SETTLED)),
            "a close one"
        );
        assert_eq!(line.deadlines.check(200 + SETTLED, again), Verdict::PutAway);
        assert_eq!(
            line.deadlines.check(201 + SETTLED, again),
            Verdict::Wait(Some(75_200))
        );
        let pinned = Seen {
            started: 3,
            pinned: true,
            ..idle()
        };
        assert_eq!(line.deadlines.check(1000, pinned), Verdict::Wait(Some(76_000)));
    }

    #[test]
    fn a_request_may_take_its_time() {
        let mut line = Line::new();
        assert_eq!(line.check(1, busy()), Ok(None));
        assert_eq!(line.check(100_000, busy()), Ok(None));
    }

    #[test]
    fn a_client_that_takes_nothing_is_closed() {
        let mut line = Line::new();
        let stuck = Seen {
            blocked: true,
            ..busy()
        };
        assert_eq!(line.check(5, stuck), Ok(Some(35)));
        assert_eq!(line.check(35, stuck), Err(Verdict::Close(Expired::Write)));
    }

    #[test]
    fn a_client_that_takes_too_little_is_closed() {
        let mut line = Line::new();
        let at = |second: u64, rate: u64| Seen {
            blocked: true,
            written: second * rate,
            ..busy()
        };
        let slow = (0..1000).find(|second| line.check(*second, at(*second, 10)).is_err());
        assert_eq!(slow, Some(32), "30 s, and 320 bytes are worth 1.3 s");
        let mut line = Line::new();
        assert!((0..1000).all(|second| line.check(second, at(second, 240)).is_ok()));
        assert_eq!(line.check(1000, busy()), Ok(None), "it caught up");
    }

    #[test]
    fn http2_frames_between_requests_are_no_header() {
        let mut line = Line::new();
        let seen = Seen {
            http2: true,
            read: true,
            ..idle()
        };
        assert_eq!(line.check(1, seen), Ok(Some(76)));
        assert_eq!(line.check(76, seen), Err(Verdict::Finish));
    }

    #[test]
    fn an_http2_body_on_its_way_keeps_the_connection_and_pings_do_not() {
        let mut line = Line::new();
        let at = |written| Seen {
            http2: true,
            written,
            ..idle()
        };
        assert_eq!(line.check(1, at(0)), Ok(Some(76)));
        assert_eq!(line.check(76, at(100_000)), Ok(Some(151)));
        assert_eq!(line.check(151, at(100_200)), Err(Verdict::Finish));
        line.deadlines.finish(Line::at(151));
        assert_eq!(line.check(151, at(100_200)), Ok(Some(154)));
        assert_eq!(line.check(154, at(100_217)), Err(Verdict::Close(Expired::Finish)));
    }

    #[test]
    fn draining_waits_for_requests_but_not_for_a_half_sent_header() {
        let mut line = Line::new();
        assert_eq!(line.check(1, busy()), Ok(None));
        line.deadlines.finish(Line::at(2));
        assert_eq!(line.check(20, busy()), Ok(None));
        let begun = Seen { read: true, ..idle() };
        assert_eq!(line.check(30, begun), Ok(Some(31)));
        assert_eq!(line.check(31, begun), Err(Verdict::Close(Expired::Finish)));
    }

    #[test]
    fn no_minimum_rate_leaves_the_stall_rule() {
        let timeouts = Timeouts {
            min_rate: 0,
            ..TIMEOUTS
        };
        let mut deadlines = Deadlines::new(timeouts, 1);
        for second in 0..1000 {
            let seen = Seen {
                blocked: true,
                written: second,
                ..busy()
            };
            let verdict = deadlines.check(Line::at(second), seen);
            assert!(matches!(verdict, Verdict::Wait(Some(_))), "{second}");
        }
    }
}
