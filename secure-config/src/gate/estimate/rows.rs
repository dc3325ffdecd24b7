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

/// For each byte what stands beside it: after it in each row, then before it; 0 where the row does not hold it.
static BESIDE: [[u8; DIRECTIONS as usize]; 128] = {
    let mut beside = [[0; DIRECTIONS as usize]; 128];
    let mut row = 0;
    while row < ROWS.len() {
        let order = ROWS[row];
        let mut at = 0;
        while at < order.len() {
            let from = order[at] as usize;
            let after = order[(at + 1) % order.len()];
            let before = order[(at + order.len() - 1) % order.len()];
            beside[from][2 * row] = after;
            beside[from][2 * row + 1] = before;
            if order[at].is_ascii_alphabetic() {
                let from = from - 32;
                beside[from][2 * row] = after.to_ascii_uppercase();
                beside[from][2 * row + 1] = before.to_ascii_uppercase();
            }
            at += 1;
        }
        row += 1;
    }
    beside
};

/// For each byte the set of bytes beside it in any row and direction: noise is done with one look.
static NEIGHBOURS: [u128; 128] = {
    let mut neighbours = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        let mut direction = 0;
        while direction < DIRECTIONS as usize {
            let beside = BESIDE[byte][direction];
            if beside != 0 {
                neighbours[byte] |= 1 << beside | 1 << beside.to_ascii_uppercase();
            }
            direction += 1;
        }
        byte += 1;
    }
    neighbours
};

/// The rows in which `second` stands beside `first`: bit `2 × row` when after it, the next bit when before it.
#[inline]
pub(super) fn steps(first: u8, second: u8) -> u32 {
    if first >= 128 || second >= 128 || NEIGHBOURS[usize::from(first)] >> second & 1 == 0 {
        return 0;
    }
    // Digits have no case: `9` leads to `a` and to `A`.
    let second = if first.is_ascii_alphabetic() {
        second
    } else {
        second.to_ascii_lowercase()
    };
    let beside = BESIDE[usize::from(first)].iter().enumerate();
    beside.fold(0, |steps, (direction, byte)| {
        steps | u32::from(*byte == second) << direction
    })
}

/// The cost of naming a direction, and where in its row it starts.
pub(super) fn start(direction: u32) -> u32 {
    STARTS[direction as usize / 2]
}

static STARTS: [u32; ROWS.len()] = {
    let mut starts = [0; ROWS.len()];
    let mut row = 0;
    while row < ROWS.len() {
        starts[row] = one_of(DIRECTIONS) + one_of(ROWS[row].len() as u32);
        row += 1;
    }
    starts
};

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
