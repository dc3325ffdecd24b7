//! Which of the 256 granules of a page are set.

/// How many granules a page has.
pub(super) const COUNT: usize = 256;

/// A set of granules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Granules([u64; COUNT / 64]);

impl Granules {
    pub(super) const EMPTY: Self = Self([0; COUNT / 64]);

    /// Where `need` granules that are not set stand in a row.
    pub(super) fn find_gap(&self, need: usize) -> Option<usize> {
        let mut start = self.next(0, false);
        while start + need <= COUNT {
            let end = self.next(start, true);
            if end - start >= need {
                return Some(start);
            }
            start = self.next(end, false);
        }
        None
    }

    /// Sets or clears `count` granules from `start`, which all lie inside the page.
    pub(super) fn mark(&mut self, start: usize, count: usize, set: bool) {
        let mut at = start;
        while at < start + count {
            let (word, low) = (at / 64, at % 64);
            let width = (start + count - at).min(64 - low);
            let mask = (u64::MAX >> (64 - width)) << low;
            if set {
                self.0[word] |= mask;
            } else {
                self.0[word] &= !mask;
            }
            at += width;
        }
    }

    /// The granules that are set, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        let mut at = 0;
        std::iter::from_fn(move || {
            let found = self.next(at, true);
            at = found + 1;
            (found < COUNT).then_some(found)
        })
    }

    /// The first granule from `from` on that is set, or not; [`COUNT`] if there is none.
    fn next(&self, from: usize, set: bool) -> usize {
        let mut at = from;
        while at < COUNT {
            let (word, low) = (at / 64, at % 64);
            let wanted = if set { self.0[word] } else { !self.0[word] } >> low;
            if wanted != 0 {
                return at + wanted.trailing_zeros() as usize;
            }
            at += 64 - low;
        }
        COUNT
    }
}

#[cfg(test)]
mod tests {
    use super::{COUNT, Granules};

    #[test]
    fn a_gap_crosses_words_and_ends_at_the_page() {
        let mut granules = Granules::EMPTY;
        assert_eq!(granules.find_gap(COUNT), Some(0));
        assert_eq!(granules.find_gap(COUNT + 1), None);
        granules.mark(0, 60, true);
        granules.mark(130, 1, true);
        assert_eq!(granules.find_gap(70), Some(60));
        assert_eq!(granules.find_gap(71), Some(131));
        assert_eq!(granules.find_gap(125), Some(131));
        assert_eq!(granules.find_gap(126), None);
        granules.mark(130, 1, false);
        assert_eq!(granules.find_gap(196), Some(60));
    }

    #[test]
    fn marks_are_what_a_plain_set_would_hold() {
        let mut granules = Granules::EMPTY;
        let mut model = [false; COUNT];
        let mut seed = 7_usize;
        for round in 0..if cfg!(miri) { 20 } else { 400 } {
            seed = seed.wrapping_mul(1_103_515_245).wrapping_add(12_345) % (1 << 31);
            let start = seed % COUNT;
            let count = (seed / COUNT) % (COUNT - start) + 1;
            granules.mark(start, count, round % 2 == 0);
            model[start..start + count].fill(round % 2 == 0);
            let expected: Vec<_> = (0..COUNT).filter(|&at| model[at]).collect();
            assert_eq!(granules.iter().collect::<Vec<_>>(), expected);
            for need in [1, 3, 65] {
                let gap = model
                    .windows(need)
                    .position(|window| window.iter().all(|&set| !set));
                assert_eq!(granules.find_gap(need), gap);
            }
        }
    }
}
