//! Describes a value by steps: each character follows from the one a fixed distance before it.
//!
//! `aaaabbbbcccc`, `abc123def456`, `1qaz2wsx3edc` and `01234567-89ab-cdef` are one pattern: with a lag of 4, 6, 4 and
//! 1, every character is the one a lag before it, moved by the same step along an order that everyone knows. The
//! description names separators, lag, order and step, then the first characters; all others follow or are named.

use super::{
    alphabet::Alphabet,
    cost::share,
    model::{BY_STEPS, ONE_OF, SEPARATORS},
    parse::WINDOW,
};

/// The most characters between one and the one that follows from it.
const LAGS: usize = 16;

/// The longest step along an order, forwards or backwards.
const STEPS: i8 = 8;

/// What characters that follow, and those that do not, cost beside their name.
const FOLLOWS: u32 = share(15, 16);
const DIFFERS: u32 = share(1, 16);

/// An order along which characters step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Digits and letters, each among their own.
    Both,
    Digits,
    Letters,
    /// The hexadecimal digits, in lower or in upper case.
    Hexadecimal {
        upper: bool,
    },
    /// The rows of a keyboard, by its place in [`LAYOUTS`].
    Keyboard(usize),
}

const ORDERS: [Order; 9] = [
    Order::Both,
    Order::Digits,
    Order::Letters,
    Order::Hexadecimal { upper: false },
    Order::Hexadecimal { upper: true },
    Order::Keyboard(0),
    Order::Keyboard(1),
    Order::Keyboard(2),
    Order::Keyboard(3),
];

/// The rows of keyboards: those of English, German, French and of Dvorak, without and with the shift key.
const LAYOUTS: [[&[u8]; 8]; 4] = [
    [
        b"1234567890-=",
        b"qwertyuiop[]",
        b"asdfghjkl;'",
        b"zxcvbnm,./",
        b"!@#$%^&*()_+",
        b"QWERTYUIOP{}",
        b"ASDFGHJKL:\"",
        b"ZXCVBNM<>?",
    ],
    [
        b"1234567890",
        b"qwertzuiop",
        b"asdfghjkl'",
        b"yxcvbnm,.-",
        b"!\"#$%&/()=",
        b"QWERTZUIOP",
        b"ASDFGHJKL",
        b"YXCVBNM;:_",
    ],
    [
        b"1234567890",
        b"azertyuiop",
        b"qsdfghjklm",
        b"wxcvbn,;:!",
        b"&#$'(-_%)=",
        b"AZERTYUIOP",
        b"QSDFGHJKLM",
        b"WXCVBN?./+",
    ],
    [
        b"1234567890[]",
        b"',.pyfgcrl/=",
        b"aoeuidhtns-",
        b";qjkxbmwvz",
        b"!@#$%^&*(){}",
        b"\"<>PYFGCRL?+",
        b"AOEUIDHTNS_",
        b":QJKXBMWVZ",
    ],
];

/// For each layout and character one more than its row and column, four bits each; 0 for what is on no key.
static KEYS: [[u8; 128]; LAYOUTS.len()] = {
    let mut keys = [[0; 128]; LAYOUTS.len()];
    let mut layout = 0;
    while layout < LAYOUTS.len() {
        let mut row = 0;
        while row < 8 {
            let order = LAYOUTS[layout][row];
            let mut column = 0;
            while column < order.len() {
                keys[layout][order[column] as usize] = ((row << 4) + column + 1) as u8;
                column += 1;
            }
            row += 1;
        }
        layout += 1;
    }
    keys
};

/// The shortest description by steps that was found: its cost, and along which order, by which step.
#[derive(Clone, Copy)]
pub(super) struct Stepped {
    pub(super) cost: u32,
    pub(super) order: Order,
    pub(super) step: i8,
}

/// Describes `text`, of [`WINDOW`] bytes at most; `None` when hardly anything in it follows.
pub(super) fn by_steps(text: &[u8]) -> Option<Stepped> {
    let bare = shortest(text, NO_SEPARATOR);
    let most = SEPARATORS
        .iter()
        .map(|(separator, _)| (text.iter().filter(|byte| *byte == separator).count(), *separator))
        .max();
    // Fewer are chance, and more are a part of what they would separate.
    let Some((count, separator)) = most.filter(|(count, _)| *count >= 3 && 4 * count <= text.len()) else {
        return bare;
    };
    let mut room = zeroize::Zeroizing::new([0; WINDOW]);
    let mut len = 0;
    for byte in text.iter().filter(|byte| **byte != separator) {
        room[len] = *byte;
        len += 1;
    }
    let parted = shortest(
        &room[..len],
        ONE_OF[SEPARATORS.len()] + places(text, separator, count),
    );
    match (bare, parted) {
        (Some(bare), Some(parted)) if parted.cost < bare.cost => Some(parted),
        (bare, parted) => bare.or(parted),
    }
}

/// The cost of saying where `separator` stands: nowhere, as in a UUID, between groups of one length, anywhere.
const NO_SEPARATOR: u32 = share(8, 16);
const AS_IN_UUID: u32 = share(3, 16);
const IN_GROUPS: u32 = share(4, 16);
const ANYWHERE: u32 = share(1, 16);

fn places(text: &[u8], separator: u8, count: usize) -> u32 {
    let mut groups = text.split(|byte| *byte == separator).map(<[u8]>::len);
    if groups.clone().eq([8, 4, 4, 4, 12]) {
        return AS_IN_UUID;
    }
    let first = groups.next().unwrap_or(0);
    let last = groups.next_back().unwrap_or(0);
    if first > 0 && last <= first && groups.all(|group| group == first) {
        return IN_GROUPS + ONE_OF[WINDOW];
    }
    ANYWHERE + ONE_OF[WINDOW] + ONE_OF[text.len()] * count as u32
}

/// The shortest description of `text`, whose separators cost `separators`.
fn shortest(text: &[u8], separators: u32) -> Option<Stepped> {
    let alphabet = Alphabet::of(text.iter().copied());
    let named = ONE_OF[LAGS] + ONE_OF[ORDERS.len()] + ONE_OF[2 * STEPS as usize + 1];
    let head = BY_STEPS + separators + alphabet.name + named;
    let mut best: Option<Stepped> = None;
    for lag in 1..=LAGS.min(text.len() / 2) {
        for order in ORDERS {
            for step in likely(text, lag, order).into_iter().flatten() {
                let follows = (lag..text.len())
                    .filter(|at| between(text[at - lag], text[*at], order, step) == Step::By(step))
                    .count();
                let differ = text.len() - lag - follows;
                let each = alphabet.character * (lag + differ) as u32;
                let cost = head + each + FOLLOWS * follows as u32 + DIFFERS * differ as u32;
                if best.is_none_or(|best| cost < best.cost) {
                    best = Some(Stepped { cost, order, step });
                }
            }
        }
    }
    best
}

/// The steps that may describe `text`: those that most of four pairs have. Noise ends here.
fn likely(text: &[u8], lag: usize, order: Order) -> [Option<i8>; 2] {
    let pairs = text.len() - lag;
    let mut found = [0; 4];
    let (mut same, mut steps, mut none) = (0, 0, 0);
    for at in 0..4 {
        // The middles of four quarters.
        let place = (2 * at + 1) * pairs / 8;
        match between(text[place], text[place + lag], order, ANY) {
            Step::Same => same += 1,
            Step::By(step) => {
                found[steps] = step;
                steps += 1;
            }
            Step::None => none += 1,
        }
        if none == 2 {
            return [None; 2];
        }
    }
    if steps == 0 {
        // What steps was not met: one step at a time is what people count by.
        return [Some(0), Some(1)];
    }
    let found = &found[..steps];
    // Runs fall on the samples as they like, and short lags are few.
    let least = if lag <= 4 { 2 } else { 3 };
    let has_most = |step: &&i8| same + found.iter().filter(|other| other == step).count() >= least;
    let mut likely = found.iter().filter(has_most).copied();
    let first = likely.next();
    [first, likely.find(|step| Some(*step) != first)]
}

/// How one character leads to another.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    None,
    /// Neither steps along the order, and they are the same.
    Same,
    By(i8),
}

/// No step in particular.
const ANY: i8 = i8::MAX;

/// The step from `first` to `second` along `order`; [`Step::By`] what is `wanted` for those that stay the same.
#[inline]
fn between(first: u8, second: u8, order: Order, wanted: i8) -> Step {
    let (from, to, round) = match order {
        Order::Hexadecimal { upper } => {
            let digits = &DIGITS[usize::from(upper)];
            let (from, to) = (digits[usize::from(first)], digits[usize::from(second)]);
            if from == 0 || to == 0 {
                return Step::None;
            }
            (from, to, 16)
        }
        Order::Keyboard(layout) => {
            let key = |byte: u8| KEYS[layout][usize::from(byte & 0x7f)];
            let (from, to) = (key(first), key(second));
            if from == 0 || to == 0 || (from - 1) >> 4 != (to - 1) >> 4 || (first | second) >= 0x80 {
                return Step::None;
            }
            // A row has at most twelve keys.
            (
                from,
                to,
                LAYOUTS[layout][usize::from((from - 1) >> 4)].len() as i8,
            )
        }
        _ => {
            let is = |is: fn(&u8) -> bool| is(&first) && is(&second);
            let steps = if is(u8::is_ascii_digit) && order != Order::Letters {
                10
            } else if (is(u8::is_ascii_lowercase) || is(u8::is_ascii_uppercase)) && order != Order::Digits {
                26
            } else if first != second {
                return Step::None;
            } else if wanted == ANY {
                return Step::Same;
            } else {
                return Step::By(wanted);
            };
            (first, second, steps)
        }
    };
    // All are below 128, and their difference is below a round.
    let step = to as i8 - from as i8;
    let other = if step > 0 { step - round } else { step + round };
    let step = if wanted == other || (wanted == ANY && other.abs() < step.abs()) {
        other
    } else {
        step
    };
    if step.abs() <= STEPS {
        Step::By(step)
    } else {
        Step::None
    }
}

/// One more than the value of each hexadecimal digit, in lower and in upper case; 0 for what is none.
static DIGITS: [[u8; 256]; 2] = {
    let mut digits = [[0; 256]; 2];
    let mut value = 0;
    while value < 16 {
        digits[0][b"0123456789abcdef"[value] as usize] = value as u8 + 1;
        digits[1][b"0123456789ABCDEF"[value] as usize] = value as u8 + 1;
        value += 1;
    }
    digits
};

#[cfg(test)]
mod tests {
    use super::super::cost::{BIT, probability};
    use super::*;

    fn bits(text: &str) -> u32 {
        by_steps(text.as_bytes()).map_or(u32::MAX, |found| found.cost / BIT)
    }

    #[test]
    fn patterns_of_steps_are_short() {
        for text in [
            "0000111122223333444455556666777788889999aaaabbbbccccddddeeeeffff",
            "aaaabbbbccccddddeeeeffffgggghhhh",
            "abc123def456ghi789jkl012mno345pqr678",
            "abc123-def456-ghi789-jkl012-mno345-pqr678",
            "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.",
            "!QAZ@WSX#EDC$RFV%TGB^YHN&UJM*IK<",
            "zaq1xsw2cde3vfr4bgt5nhy6mju7,ki8",
            "01234567-89ab-cdef-0123-456789abcdef",
            "key1key2key3key4key5key6key7key8key9",
            "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
            "11111111-2222-3333-4444-555555555555",
        ] {
            assert!(bits(text) < 90, "{text}: {}", bits(text));
        }
    }

    #[test]
    fn noise_has_no_steps() {
        for text in [
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=",
            "f211bf6d-650d-4ec1-b072-fcb9f2271566",
        ] {
            assert!(bits(text) > 120, "{text}: {}", bits(text));
        }
    }

    #[test]
    fn the_parts_of_a_description_are_codes() {
        let each = |count: usize, cost: u32| count as f64 * probability(cost);
        assert!(each(LAGS, ONE_OF[LAGS]) <= 1.0);
        assert!(each(ORDERS.len(), ONE_OF[ORDERS.len()]) <= 1.0);
        assert!(each(2 * STEPS as usize + 1, ONE_OF[2 * STEPS as usize + 1]) <= 1.0);
        assert!(each(SEPARATORS.len(), ONE_OF[SEPARATORS.len()]) <= 1.0);
        assert!(each(WINDOW, ONE_OF[WINDOW]) <= 1.0);
        let places = [NO_SEPARATOR, AS_IN_UUID, IN_GROUPS, ANYWHERE];
        assert!(places.iter().map(|cost| probability(*cost)).sum::<f64>() <= 1.0);
        assert!(probability(FOLLOWS) + probability(DIFFERS) <= 1.0);
    }

    /// For each step there is at most one character that follows from another.
    #[test]
    fn what_follows_is_one_character() {
        for order in ORDERS {
            for first in 0..128u8 {
                for wanted in -STEPS..=STEPS {
                    let follows = (0..128u8)
                        .filter(|second| between(first, *second, order, wanted) == Step::By(wanted))
                        .count();
                    assert!(follows <= 1, "{order:?} {first} {wanted}: {follows}");
                }
            }
        }
    }
}
