//! Writes the floating-point numbers that most lines have, such as a time in milliseconds, without the general algorithm.

use super::buffer::Buffer;

/// Numbers from here on are left to the general algorithm.
const END: f64 = 1e9;

/// A number of at most three decimals, which is written as those: `12.0`, `0.25`, `3.125`.
///
/// Every number with at most 15 digits is the only one of its length that reads as its `f64`, so this is what `Debug` writes, too.
pub(super) struct Short {
    whole: u32,
    thousandths: u32,
}

impl Short {
    /// `None` for a number that is negative, large, or has more decimals.
    #[inline]
    pub(super) fn of(value: f64) -> Option<Self> {
        // False for NaN, and for minus zero.
        if !(value.is_sign_positive() && value < END) {
            return None;
        }
        let thousandths = (value * 1_000.0 + 0.5) as u64;
        if thousandths as f64 / 1_000.0 != value {
            return None;
        }
        Some(Self {
            whole: u32::try_from(thousandths / 1_000).ok()?,
            thousandths: (thousandths % 1_000) as u32,
        })
    }

    #[inline]
    pub(super) fn write(&self, buffer: &mut Buffer) {
        buffer.put(itoa::Buffer::new().format(self.whole).as_bytes());
        // Below a thousand, so that each of these is one digit.
        let digit = |value: u32| b'0' + value as u8;
        let tail = self.thousandths;
        let decimals = [b'.', digit(tail / 100), digit(tail / 10 % 10), digit(tail % 10)];
        let len = if tail % 10 > 0 {
            4
        } else if tail % 100 > 0 {
            3
        } else {
            2
        };
        buffer.put(decimals.get(..len).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(value: f64) -> Option<String> {
        let mut buffer = Buffer::new();
        Short::of(value)?.write(&mut buffer);
        Some(String::from_utf8(buffer.as_slice().to_vec()).unwrap())
    }

    #[test]
    fn short_numbers_are_written_as_debug_writes_them() {
        for value in [
            0.0,
            0.001,
            0.01,
            0.1,
            0.25,
            1.0,
            1.5,
            12.34,
            3.125,
            100.0,
            999_999_999.999,
        ] {
            assert_eq!(written(value), Some(format!("{value:?}")));
        }
        for millis in 0..200_000u32 {
            let value = f64::from(millis) / 1_000.0;
            assert_eq!(written(value), Some(format!("{value:?}")));
        }
    }

    #[test]
    fn others_are_left_alone() {
        for value in [
            -0.0,
            -1.0,
            0.0001,
            1.0 / 3.0,
            0.1 + 0.2,
            1e-300,
            1e9,
            1e300,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ] {
            assert_eq!(written(value), None, "{value}");
        }
    }

    proptest! {
        #[test]
        fn never_differs_from_debug(bits: u64, value in 0.0..2e9f64, millis in 0..1_000_000_000_000u64) {
            for value in [f64::from_bits(bits), value, millis as f64 / 1_000.0] {
                if let Some(written) = written(value) {
                    prop_assert_eq!(written, format!("{value:?}"));
                }
            }
        }
    }
}
