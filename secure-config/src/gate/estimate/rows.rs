//! Rows: characters in an order that everyone knows, from the alphabet to the keyboard.

use super::cost::one_of;

/// The orders, each read forwards and backwards and round the end.
pub(super) const ROWS: [&[u8]; 10] = [
    b"0123456789",
    b"abcdefghijklmnopqrstuvwxyz",
    b"0123456789abcdef",
    b"1357902468",
    b"qwertyuiopasdfghjklzxcvbnm",
    b"azertyuiopqsdfghjklmwxcvbn",
    b"qwertzuiopasdfghjklyxcvbnm",
    b"qazwsxedcrfvtgbyhnujmikolp",
    b"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    b"!@#$%^&*()_+",
];

/// How many of them, from the front, count rather than walk over a keyboard.
pub(super) const COUNTING: u32 = 4;

/// Backwards is a direction too.
pub(super) const DIRECTIONS: u32 = 2 * ROWS.len() as u32;

/// For each byte and row the byte that follows, 0 when the row does not hold it.
static NEXT: [[u8; 128]; ROWS.len()] = {
    let mut next = [[0; 128]; ROWS.len()];
    let mut row = 0;
    while row < ROWS.len() {
        let order = ROWS[row];
        let mut at = 0;
        while at < order.len() {
            let to = order[(at + 1) % order.len()];
            next[row][order[at] as usize] = to;
            if order[at].is_ascii_alphabetic() {
                next[row][order[at].to_ascii_uppercase() as usize] = to.to_ascii_uppercase();
            }
            at += 1;
        }
        row += 1;
    }
    next
};

/// The rows in which `second` stands beside `first`: bit `2 × row` when after it, the next bit when before it.
pub(super) fn steps(first: u8, second: u8) -> u32 {
    if first >= 128 || second >= 128 {
        return 0;
    }
    let mut steps = 0;
    for (row, next) in NEXT.iter().enumerate() {
        steps |= u32::from(follows(next, first, second)) << (2 * row);
        steps |= u32::from(follows(next, second, first)) << (2 * row + 1);
    }
    steps
}

/// Whether `byte` comes after `first`; digits have no case, so `9` leads to `a` and to `A`.
#[inline]
fn follows(next: &[u8; 128], first: u8, byte: u8) -> bool {
    let next = next[usize::from(first)];
    next != 0 && (next == byte || next == byte.to_ascii_lowercase() && !first.is_ascii_alphabetic())
}

/// The cost of naming a direction, and where in its row it starts.
pub(super) fn start(direction: u32) -> u32 {
    one_of(DIRECTIONS) + one_of(ROWS[direction as usize / 2].len() as u32)
}

#[cfg(test)]
mod tests {
    use super::super::cost::probability;
    use super::*;

    #[test]
    fn starts_are_a_code() {
        let sum: f64 = (0..DIRECTIONS)
            .map(|direction| probability(start(direction)) * ROWS[direction as usize / 2].len() as f64)
            .sum();
        assert!(sum <= 1.0, "{sum}");
    }

    #[test]
    fn neighbours_are_found_in_both_directions_and_cases() {
        assert_ne!(steps(b'q', b'w') & 1 << 8, 0);
        assert_ne!(steps(b'W', b'Q') & 1 << 9, 0);
        assert_ne!(steps(b'9', b'0') & 1, 0);
        assert_eq!(steps(b'q', b'z'), 0);
    }
}
