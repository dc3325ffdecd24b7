//! Finds the shortest description of a value by dynamic programming over its tokens.

use zeroize::Zeroize;

use super::{
    alphabet::Alphabet,
    cost::BIT,
    letters::{self, EDGE},
    lexicon::{self, Case},
    model::{
        BY_TOKENS, CLASSES, COPY, COSTS, Class, DIGITS, HOME, HOME_ROW, INNER_STATES, NO_SEPARATOR, ONE_OF,
        ROW, SEPARATORS, STYLES, State, WEAVE,
    },
    rows,
};

/// How many bytes of a value are looked at: more never make it weaker, and the work stays bounded.
pub(super) const WINDOW: usize = 200;

/// No description known: more than the dearest, which is below 10 bits a byte, and safe to add to.
const NONE: u16 = u16::MAX / 2;
const _: () = assert!(WINDOW as u32 * 10 * BIT < NONE as u32);

/// What the head of a description names once for the whole value.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) alphabet: Alphabet,
    pub(super) separator: Option<u8>,
    style: Case,
    pub(super) cost: u32,
}

impl Head {
    pub(super) fn of(text: &[u8]) -> Self {
        let count = |separator: u8| text.iter().filter(|byte| **byte == separator).count();
        let mut separator = None;
        let mut most = 0;
        // Counting is worth it only where there is something to count.
        if text.iter().any(|byte| !byte.is_ascii_alphanumeric()) {
            for (byte, cost) in SEPARATORS {
                let times = count(byte);
                if times > most {
                    most = times;
                    separator = Some((byte, cost));
                }
            }
        }
        let alphabet = Alphabet::of(
            text.iter()
                .copied()
                .filter(|byte| Some(*byte) != separator.map(|(byte, _)| byte)),
        );
        let lower = text.iter().any(u8::is_ascii_lowercase);
        let upper = text.iter().any(u8::is_ascii_uppercase);
        let style = match (lower, upper) {
            (_, false) => Case::Lower,
            (false, true) => Case::Upper,
            (true, true) if capitals(text) => Case::Capital,
            (true, true) => Case::Lower,
        };
        let style_cost = match style {
            Case::Lower | Case::Mixed => STYLES[0],
            Case::Upper => STYLES[1],
            Case::Capital => STYLES[2],
        };
        let separator_cost = separator.map_or(NO_SEPARATOR, |(_, cost)| cost);
        let cost = BY_TOKENS + alphabet.name + separator_cost + style_cost;
        Self {
            alphabet,
            separator: separator.map(|(byte, _)| byte),
            style,
            cost,
        }
    }
}

/// Whether most upper-case letters start a word of lower-case ones.
fn capitals(text: &[u8]) -> bool {
    let upper = text.iter().filter(|byte| byte.is_ascii_uppercase()).count();
    let starts = text
        .windows(2)
        .filter(|two| two[0].is_ascii_uppercase() && two[1].is_ascii_lowercase())
        .count();
    2 * starts > upper
}

/// A token of the best description of what ends where it ends.
#[derive(Clone, Copy, Default)]
pub(super) struct Token(u32);

impl Token {
    const fn new(class: Class, from: State, len: usize) -> Self {
        Self(len as u32 | (class as u32) << 8 | (from as u32) << 12)
    }

    const fn with_note(self, note: u32) -> Self {
        Self(self.0 | note << 16)
    }

    pub(super) const fn len(self) -> usize {
        (self.0 & 0xff) as usize
    }

    pub(super) fn class(self) -> Class {
        CLASSES[(self.0 >> 8 & 15) as usize]
    }

    pub(super) const fn from(self) -> usize {
        (self.0 >> 12 & 15) as usize
    }

    /// The tier of a word, the direction of a row.
    pub(super) const fn note(self) -> u32 {
        self.0 >> 16
    }
}

/// The table of the search: for each position and state the cheapest description and its last token.
///
/// It is filled where it stands and never moved: a move would leave a copy behind that nobody wipes.
pub(super) struct Table {
    costs: [[u16; INNER_STATES]; WINDOW + 1],
    tokens: [[u32; INNER_STATES]; WINDOW + 1],
    literals: [u16; WINDOW],
    steps: [u32; WINDOW],
    seen: Seen,
    len: usize,
}

impl Drop for Table {
    fn drop(&mut self) {
        // The table tells the words of a secret: none of it stays on the stack.
        let used = self.len + 1;
        self.costs[..used].as_flattened_mut().zeroize();
        self.tokens[..used].as_flattened_mut().zeroize();
        self.literals[..self.len].zeroize();
        self.steps[..self.len].zeroize();
        self.seen.wipe();
    }
}

/// The cheapest way to a class from the states of one position.
#[derive(Clone, Copy)]
struct Way {
    cost: u32,
    from: State,
}

/// A run that goes on one character at a time.
#[derive(Clone, Copy)]
struct Run {
    cost: u32,
    start: usize,
    from: State,
}

impl Run {
    const NONE: Self = Self {
        cost: NONE as u32,
        start: 0,
        from: State::Begin,
    };

    fn least(self, other: Self) -> Self {
        if other.cost < self.cost { other } else { self }
    }
}

const INNER: [State; INNER_STATES] = [State::Literal, State::Word, State::Separator, State::Run];

impl Table {
    pub(super) const fn new() -> Self {
        Self {
            costs: [[NONE; INNER_STATES]; WINDOW + 1],
            tokens: [[0; INNER_STATES]; WINDOW + 1],
            literals: [0; WINDOW],
            steps: [0; WINDOW],
            seen: Seen::new(),
            len: 0,
        }
    }

    /// Describes `text`, of [`WINDOW`] bytes at most.
    pub(super) fn fill(&mut self, text: &[u8], head: &Head) {
        self.len = text.len();
        for (at, byte) in text.iter().enumerate() {
            self.literals[at] = literal(text, at, *byte, head) as u16;
            if let Some(next) = text.get(at + 1) {
                self.steps[at] = rows::steps(*byte, *next);
            }
        }
        self.search(text, head);
    }

    pub(super) fn literal(&self, at: usize) -> u32 {
        u32::from(self.literals[at])
    }

    /// The state at the end of the cheapest description, and its cost.
    pub(super) fn best(&self) -> (usize, u32) {
        let ends = self.costs[self.len];
        let mut best = 0;
        for state in 1..INNER_STATES {
            if ends[state] < ends[best] {
                best = state;
            }
        }
        (best, u32::from(ends[best]))
    }

    pub(super) fn cost(&self, at: usize, state: usize) -> u32 {
        if at == 0 {
            0
        } else {
            u32::from(self.costs[at][state])
        }
    }

    pub(super) fn token(&self, at: usize, state: usize) -> Token {
        Token(self.tokens[at][state])
    }

    #[inline]
    fn relax(&mut self, at: usize, state: State, cost: u32, token: Token) {
        let best = &mut self.costs[at][state as usize];
        if cost < u32::from(*best) {
            // Below a `u16`, so it fits.
            *best = cost as u16;
            self.tokens[at][state as usize] = token.0;
        }
    }

    fn way(&self, at: usize, class: Class, from: &[State]) -> Way {
        if at == 0 {
            return Way {
                cost: COSTS[State::Begin as usize][class as usize],
                from: State::Begin,
            };
        }
        let mut way = Way {
            cost: u32::from(NONE),
            from: State::Literal,
        };
        for state in from {
            let cost = u32::from(self.costs[at][*state as usize]) + COSTS[*state as usize][class as usize];
            if cost < way.cost {
                way = Way { cost, from: *state };
            }
        }
        way
    }

    fn search(&mut self, text: &[u8], head: &Head) {
        let mut digits = Run::NONE;
        let mut home = Run::NONE;
        let mut lower = Run::NONE;
        let mut upper = Run::NONE;
        for at in 0..text.len() {
            let way = self.way(at, Class::Literal, &INNER);
            self.relax(
                at + 1,
                State::Literal,
                way.cost + self.literal(at),
                Token::new(Class::Literal, way.from, 1),
            );
            if Some(text[at]) == head.separator {
                let way = self.way(at, Class::Separator, &INNER);
                self.relax(
                    at + 1,
                    State::Separator,
                    way.cost,
                    Token::new(Class::Separator, way.from, 1),
                );
            }
            digits = self.run(
                text,
                at,
                digits,
                Class::Digits,
                u8::is_ascii_digit,
                (&DIGITS, ONE_OF[10]),
            );
            home = self.run(
                text,
                at,
                home,
                Class::Home,
                |byte| HOME_ROW.contains(byte),
                (&HOME, ONE_OF[10]),
            );
            lower = self.letters(text, at, lower, head.style, Case::Lower);
            upper = self.letters(text, at, upper, head.style, Case::Upper);
            self.words(text, at, head.style);
            self.copies(text, at);
            self.rows(text, at);
            self.weaves(text, at, head);
            self.seen.add(text, at);
        }
    }

    /// Goes on with a run of `members`, or starts one, and ends it after `at`.
    fn run(
        &mut self,
        text: &[u8],
        at: usize,
        run: Run,
        class: Class,
        members: impl Fn(&u8) -> bool,
        (length, character): (&super::cost::Length, u32),
    ) -> Run {
        if !members(&text[at]) {
            return Run::NONE;
        }
        let way = self.way(at, class, &INNER);
        let go_on = length.cost(length.least + 1) - length.cost(length.least);
        let run = Run {
            cost: way.cost + character,
            start: at,
            from: way.from,
        }
        .least(Run {
            cost: run.cost + go_on + character,
            ..run
        });
        let token = Token::new(class, run.from, at + 1 - run.start);
        self.relax(at + 1, State::Run, run.cost + length.cost(length.least), token);
        run
    }

    /// Goes on with letters of one case, or starts with the three that end at `at`, and ends them after it.
    fn letters(&mut self, text: &[u8], at: usize, run: Run, style: Case, case: Case) -> Run {
        let fits = |byte: u8| match case {
            Case::Upper => byte.is_ascii_uppercase(),
            _ => byte.is_ascii_lowercase(),
        };
        if at < 2 || !fits(text[at]) {
            return Run::NONE;
        }
        let letter = |back: usize| usize::from((text[at - back] | 0x20) - b'a');
        if !text[at - 1].is_ascii_alphabetic() || !text[at - 2].is_ascii_alphabetic() {
            return Run::NONE;
        }
        let next = letters::cost(letter(2), letter(1), letter(0));
        let mut best = Run {
            cost: run.cost + next,
            ..run
        };
        let first_fits = fits(text[at - 2]) || text[at - 2].is_ascii_uppercase();
        if fits(text[at - 1]) && first_fits {
            let way = self.way(at - 2, Class::Letters, &INNER);
            let first = letters::cost(EDGE, EDGE, letter(2)) + letters::cost(EDGE, letter(2), letter(1));
            let case = if fits(text[at - 2]) { case } else { Case::Capital };
            let cost = way.cost + first + next + lexicon::case(style, case, 3);
            best = best.least(Run {
                cost,
                start: at - 2,
                from: way.from,
            });
        }
        if best.cost < u32::from(NONE) {
            let cost = best.cost + letters::cost(letter(1), letter(0), EDGE);
            self.relax(
                at + 1,
                State::Word,
                cost,
                Token::new(Class::Letters, best.from, at + 1 - best.start),
            );
        }
        best
    }

    fn words(&mut self, text: &[u8], at: usize, style: Case) {
        let any = self.way(at, Class::Word, &INNER);
        // Two letters are a word only where a word is expected: in noise they are chance.
        let pair = self.way(at, Class::Word, &[State::Word, State::Separator, State::Run]);
        lexicon::each(&text[at..], |found| {
            let way = if found.len == 2 { pair } else { any };
            let case = Case::of(&text[at..at + found.len]);
            let cost = way.cost + found.cost + lexicon::case(style, case, found.len);
            let token = Token::new(Class::Word, way.from, found.len).with_note(found.tier as u32);
            self.relax(at + found.len, State::Word, cost, token);
        });
    }

    fn copies(&mut self, text: &[u8], at: usize) {
        if at == 0 || at + COPY.least > text.len() {
            return;
        }
        let mut place = self.seen.last(text, at);
        if place == 0 {
            return;
        }
        let way = self.way(at, Class::Copy, &INNER);
        for _ in 0..Seen::TRIES {
            let Some(before) = usize::from(place).checked_sub(1) else {
                break;
            };
            place = self.seen.before[before];
            let len = text[before..]
                .iter()
                .zip(&text[at..])
                .take_while(|(one, two)| one == two)
                .count();
            for len in len.saturating_sub(2).max(COPY.least)..=len {
                let cost = way.cost + ONE_OF[at] + COPY.cost(len);
                self.relax(at + len, State::Run, cost, Token::new(Class::Copy, way.from, len));
            }
        }
    }

    fn rows(&mut self, text: &[u8], at: usize) {
        if at + ROW.least > text.len() {
            return;
        }
        let mut directions = self.steps[at] & self.steps[at + 1];
        while directions != 0 {
            let direction = directions.trailing_zeros();
            directions &= directions - 1;
            let steps = self.steps[at..text.len() - 1]
                .iter()
                .take_while(|steps| **steps >> direction & 1 != 0);
            let len = one_case(&text[at..at + 1 + steps.count()]);
            let way = self.way(at, Class::Row, &INNER);
            for len in len.saturating_sub(2).max(ROW.least)..=len {
                let cost = way.cost + rows::start(direction) + BIT + ROW.cost(len);
                self.relax(
                    at + len,
                    State::Run,
                    cost,
                    Token::new(Class::Row, way.from, len).with_note(direction),
                );
            }
        }
    }

    fn weaves(&mut self, text: &[u8], at: usize, head: &Head) {
        if at + WEAVE.least > text.len() {
            return;
        }
        let step = |at: usize| {
            let constant = u32::from(text[at] == text[at + 2]) << rows::DIRECTIONS;
            rows::steps(text[at], text[at + 2]) | constant
        };
        let mut even = step(at);
        if even == 0 {
            return;
        }
        let mut odd = step(at + 1);
        let mut len = 4;
        while odd != 0 && at + len < text.len() {
            let line = if len % 2 == 0 { &mut even } else { &mut odd };
            let both = *line & step(at + len - 2);
            if both == 0 {
                break;
            }
            *line = both;
            len += 1;
        }
        if odd == 0 || len < WEAVE.least {
            return;
        }
        let way = self.way(at, Class::Weave, &INNER);
        let lines = 2 * (ONE_OF[rows::DIRECTIONS as usize + 1] + head.alphabet.character + BIT);
        let cost = way.cost + lines + WEAVE.cost(len);
        self.relax(
            at + len,
            State::Run,
            cost,
            Token::new(Class::Weave, way.from, len),
        );
    }
}

/// How far the letters of `text` are all of one case.
fn one_case(text: &[u8]) -> usize {
    let (mut lower, mut upper) = (false, false);
    let mixed = |byte: &u8| {
        lower |= byte.is_ascii_lowercase();
        upper |= byte.is_ascii_uppercase();
        lower && upper
    };
    text.iter().position(mixed).unwrap_or(text.len())
}

/// The cost of a character on its own.
///
/// Beyond ASCII, a character of two bytes or more is cheap when it stays in the script of the one before it: a
/// phrase in Cyrillic or Greek is a phrase, not noise.
fn literal(text: &[u8], at: usize, byte: u8, head: &Head) -> u32 {
    if !head.alphabet.is_bytes() {
        return head.alphabet.character;
    }
    let lead = |byte: &u8| *byte >= 0xc0;
    match byte {
        0..0x80 => BIT + ONE_OF[128],
        0x80..0xc0 => 6 * BIT,
        _ if text[..at].iter().rev().find(|byte| lead(byte)) == Some(&byte) => 2 * BIT,
        _ => 2 * BIT + ONE_OF[128],
    }
}

/// Where each three characters stood last, by a hash of them.
struct Seen {
    last: [u8; 64],
    before: [u8; WINDOW],
}

impl Seen {
    /// How many places are tried: what repeats more often than this repeats near by as well.
    const TRIES: usize = 8;

    const fn new() -> Self {
        Self {
            last: [0; 64],
            before: [0; WINDOW],
        }
    }

    fn hash(text: &[u8], at: usize) -> Option<usize> {
        let three = text.get(at..at + 3)?;
        let mix = u32::from(three[0]) * 31 + u32::from(three[1]) * 17 + u32::from(three[2]) * 7;
        Some(mix as usize % 64)
    }

    fn add(&mut self, text: &[u8], at: usize) {
        if let Some(hash) = Self::hash(text, at) {
            self.before[at] = self.last[hash];
            // `at` is below `WINDOW`, so it fits with room for the 0 that means "nowhere".
            self.last[hash] = at as u8 + 1;
        }
    }

    /// One more than the last place of what may be the three characters at `at`; 0 when there is none.
    fn last(&self, text: &[u8], at: usize) -> u8 {
        Self::hash(text, at).map_or(0, |hash| self.last[hash])
    }

    fn wipe(&mut self) {
        self.last.zeroize();
        self.before.zeroize();
    }
}
