//! Tells the time of a line: UTC, RFC 3339, to the millisecond.

use std::cell::Cell;
use std::fmt;
use std::io::Write as _;
use std::time::{Duration, Instant, SystemTime};

use super::line::{Buffer, Chunk, Style};

/// The text of the current second, made once and copied into every line of it.
pub(super) struct Clock {
    second: u64,
    style: Style,
    text: Chunk,
    compared: Compared,
}

impl Clock {
    pub(super) fn new() -> Self {
        // A second that no line has, so that the first one makes its text.
        Self {
            second: u64::MAX,
            style: Style::Json,
            text: Chunk::new(b""),
            compared: Compared {
                moment: Instant::now(),
                time: now(),
            },
        }
    }

    /// Writes the opening of a line and its date up to the milliseconds.
    #[inline]
    pub(super) fn open(&mut self, buffer: &mut Buffer, style: Style) {
        let time = match MOMENT.try_with(Cell::take) {
            Ok(Some(moment)) => self.compared.time(moment),
            _ => now(),
        };
        self.write(buffer, style, time);
    }

    #[inline]
    fn write(&mut self, buffer: &mut Buffer, style: Style, now: Duration) {
        if now.as_secs() != self.second || style != self.style {
            self.turn(style, now.as_secs());
        }
        buffer.put_chunk(&self.text, self.text.len());
        let millis = now.subsec_millis();
        // Below a thousand, so that each of these is one digit.
        let digit = |value: u32| b'0' + value as u8;
        buffer.put(&[digit(millis / 100), digit(millis / 10 % 10), digit(millis % 10)]);
    }

    #[cold]
    fn turn(&mut self, style: Style, second: u64) {
        self.second = second;
        self.style = style;
        // In place: a line costs no allocation, not even the first one of its second.
        let mut text = [0; 64];
        let mut rest = &mut text[..];
        // An opening and a date have less than 64 bytes.
        let _ = write!(rest, "{}{}.", style.opening(), Date(second));
        let len = 64 - rest.len();
        self.text = Chunk::new(text.get(..len).unwrap_or_default());
    }
}

thread_local! {
    /// The moment that the next line is of, if somebody has just read the clock for it.
    static MOMENT: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Runs `write`, which logs what happened at `moment`: a clock that was just read need not be read again.
#[cfg(feature = "access-log")]
pub(crate) fn at<R>(moment: Instant, write: impl FnOnce() -> R) -> R {
    /// Also where `write` panics, later lines are not of this moment.
    struct Passing;
    impl Drop for Passing {
        fn drop(&mut self) {
            let _ = MOMENT.try_with(Cell::take);
        }
    }
    let _passing = Passing;
    let _ = MOMENT.try_with(|next| next.set(Some(moment)));
    write()
}

/// The time since the epoch; a clock set before 1970 reads as the epoch.
#[inline]
fn now() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}

/// What the clock of days says of a moment, as long as the two were compared a short while ago: it may be set meanwhile.
struct Compared {
    moment: Instant,
    time: Duration,
}

impl Compared {
    const SHORT: Duration = Duration::from_millis(100);

    #[inline]
    fn time(&mut self, moment: Instant) -> Duration {
        match moment.checked_duration_since(self.moment) {
            Some(since) if since < Self::SHORT => self.time + since,
            _ => self.compare(moment),
        }
    }

    #[cold]
    fn compare(&mut self, moment: Instant) -> Duration {
        let (now, time) = (Instant::now(), now());
        *self = Self { moment: now, time };
        time.saturating_sub(now.saturating_duration_since(moment))
    }
}

/// `2025-11-02T10:30:45` of a second since the epoch.
struct Date(u64);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, rest) = (self.0 / 86_400, self.0 % 86_400);
        let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
        let (year, month, day) = civil(days);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
        )
    }
}

/// The date of a day since 1970-01-01 in the proleptic Gregorian calendar.
///
/// Counted from 1 March of the year 0: then the leap day is the last day of a year, a cycle of 400 years has
/// 146,097 days, and every five months from March have 153.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (cycle, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    (cycle * 400 + year + next_year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_the_calendar() {
        for (second, text) in [
            (0, "1970-01-01T00:00:00"),
            (951_782_399, "2000-02-28T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (951_868_800, "2000-03-01T00:00:00"),
            (1_762_079_445, "2025-11-02T10:30:45"),
            (4_107_542_399, "2100-02-28T23:59:59"),
            (4_107_542_400, "2100-03-01T00:00:00"),
            (253_402_300_799, "9999-12-31T23:59:59"),
        ] {
            assert_eq!(Date(second).to_string(), text);
        }
    }

    #[test]
    fn a_moment_has_the_time_it_was() {
        let clock = |time| Duration::from_secs(1_000) + time;
        let start = Instant::now();
        let mut compared = Compared {
            moment: start,
            time: clock(Duration::ZERO),
        };
        let soon = Compared::SHORT / 2;
        assert_eq!(compared.time(start + soon), clock(soon));
        // One that was compared too long ago, or before that: with the time of today.
        for moment in [start + Compared::SHORT, start.checked_sub(soon).unwrap()] {
            let before = now();
            compared.moment = start;
            let time = compared.time(moment);
            assert!(time + Compared::SHORT >= before && time <= now(), "{time:?}");
        }
    }

    #[test]
    #[cfg(feature = "access-log")]
    fn a_moment_is_of_one_line_and_forgotten_in_a_panic() {
        let moment = Instant::now();
        at(moment, || {
            assert_eq!(MOMENT.take(), Some(moment));
            assert_eq!(MOMENT.take(), None);
        });
        let panicked = std::panic::catch_unwind(|| at(moment, || std::panic::resume_unwind(Box::new(()))));
        assert!(panicked.is_err());
        assert_eq!(MOMENT.take(), None);
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut last = civil(0);
        for day in 1..200_000 {
            let (year, month, date) = civil(day);
            let next_day = (year, month) == (last.0, last.1) && date == last.2 + 1;
            let next_month =
                date == 1 && (28..=31).contains(&last.2) && (year * 12 + month) == (last.0 * 12 + last.1 + 1);
            assert!(next_day || next_month, "{last:?} {year}-{month}-{date}");
            last = (year, month, date);
        }
    }

    #[test]
    fn the_text_turns_with_the_second_and_the_style() {
        let mut clock = Clock::new();
        let mut write = |style, millis| {
            let mut buffer = Buffer::new();
            clock.write(&mut buffer, style, Duration::from_millis(millis));
            String::from_utf8(buffer.as_slice().to_vec()).unwrap()
        };
        assert_eq!(write(Style::Json, 7), "{\"timestamp\":\"1970-01-01T00:00:00.007");
        assert_eq!(
            write(Style::Json, 999),
            "{\"timestamp\":\"1970-01-01T00:00:00.999"
        );
        assert_eq!(
            write(Style::Json, 1_050),
            "{\"timestamp\":\"1970-01-01T00:00:01.050"
        );
        assert_eq!(
            write(Style::Text { color: false }, 1_050),
            "1970-01-01T00:00:01.050"
        );
    }
}
