//! Costs: lengths of code words, in sixteenths of a bit, rounded up so that a code stays a code.

/// A cost of one bit.
pub(super) const BIT: u32 = 16;

/// The cost of one choice among `count` equally likely ones: the logarithm of `count`, rounded up.
pub(super) const fn one_of(count: u32) -> u32 {
    share(1, count)
}

/// The cost of an event with probability `part / whole`.
pub(super) const fn share(part: u32, whole: u32) -> u32 {
    assert!(part > 0 && part <= whole, "a probability lies in (0, 1]");
    // The smallest `cost` with part/whole ≥ 2^(−cost/16), found by the digits of the binary logarithm.
    let mut ratio = ((whole as u128) << 32) / part as u128; // in [1, 2^32), as 32.32 fixed point
    let mut cost = 0;
    while ratio >= 2 << 32 {
        ratio = ratio.div_ceil(2);
        cost += BIT;
    }
    let mut digit = BIT / 2;
    while digit > 0 {
        ratio = (ratio * ratio).div_ceil(1 << 32);
        if ratio >= 2 << 32 {
            ratio = ratio.div_ceil(2);
            cost += digit;
        }
        digit /= 2;
    }
    if ratio > 1 << 32 { cost + 1 } else { cost }
}

/// A length from `least` up, coded as "one more" again and again: `whole − stop` in `whole` times it goes on.
#[derive(Clone, Copy)]
pub(super) struct Length {
    pub(super) least: usize,
    stop: u32,
    go_on: u32,
}

impl Length {
    pub(super) const fn new(least: usize, stop: u32, whole: u32) -> Self {
        Self {
            least,
            stop: share(stop, whole),
            go_on: share(whole - stop, whole),
        }
    }

    /// The cost of `length`, which is at least `least`.
    pub(super) const fn cost(&self, length: usize) -> u32 {
        self.stop + self.go_on * (length - self.least) as u32
    }
}

/// The probability that a cost stands for.
#[cfg(test)]
pub(super) fn probability(cost: u32) -> f64 {
    (-f64::from(cost) / f64::from(BIT)).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_the_logarithm_rounded_up() {
        for whole in 1..2_000u32 {
            for part in [1, 2, 3, 7, whole / 2, whole - 1, whole] {
                if part == 0 || part > whole {
                    continue;
                }
                let exact = (f64::from(whole) / f64::from(part)).log2() * f64::from(BIT);
                let cost = f64::from(share(part, whole));
                assert!(
                    cost >= exact - 1e-6 && cost < exact + 1.0 + 1e-3,
                    "{part}/{whole}: {cost} for {exact}"
                );
            }
        }
    }

    #[test]
    fn lengths_are_a_code() {
        let lengths = Length::new(3, 1, 8);
        let sum: f64 = (3..2_000).map(|length| probability(lengths.cost(length))).sum();
        assert!(sum <= 1.0, "{sum}");
    }
}
