//! Reads the shortest description of a value: its bits, and what explained how many of them.

use super::{
    alphabet::Alphabet,
    cost::BIT,
    lexicon,
    model::{AS_NOISE, BY_CHARACTERS, Class, ONE_OF, State, TO},
    parse::{Head, Table, WINDOW},
    rows,
    steps::{Order, by_steps},
};

/// What the estimate found, in bits; never which words.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::gate) struct Estimate {
    /// The length of the shortest description that was found.
    pub(in crate::gate) bits: u32,
    /// What the characters could carry if each were drawn from the smallest alphabet that holds all.
    pub(in crate::gate) capacity: u32,
    /// How much shorter than noise the description by tokens is.
    pub(in crate::gate) gain: i32,
    /// The same against noise between separators that stand where a format says, as in a UUID.
    pub(in crate::gate) drawn_gain: i32,
    /// The part of that description that is not words and what separates them.
    pub(in crate::gate) unexplained: u32,
    /// What the words of placeholders saved.
    pub(in crate::gate) markers: u32,
    /// What other words, and letters that look like words, saved.
    pub(in crate::gate) words: u32,
    /// What repeats saved.
    pub(in crate::gate) repeats: u32,
    /// What counting up or down saved.
    pub(in crate::gate) sequences: u32,
    /// What walks over the keyboard saved.
    pub(in crate::gate) walks: u32,
    /// Whether the value is best described by the few characters that it has.
    pub(in crate::gate) few_characters: bool,
    /// How its characters follow from others, if that describes it best.
    pub(in crate::gate) steps: Option<Steps>,
}

/// How each character of a value follows from one before it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::gate) enum Steps {
    /// It is the same.
    Repeat,
    /// It is the next one of an alphabet.
    Count,
    /// It is the next key of a row.
    Walk,
}

/// Estimates `text` by its first 200 bytes.
pub(in crate::gate) fn estimate(text: &[u8]) -> Estimate {
    let text = &text[..text.len().min(WINDOW)];
    let head = Head::of(text);
    let mut table = Table::new();
    table.fill(text, &head);
    let mut sum = walk_back(&table, text.len());
    sum.bits += head.cost;

    let alphabet = Alphabet::of(text.iter().copied());
    let all = alphabet.character * text.len() as u32;
    let separators = text.iter().filter(|byte| Some(**byte) == head.separator).count();
    let drawn = head.alphabet.character * (text.len() - separators) as u32 + BIT * separators as u32;
    sum.capacity = all;
    // All are sums of fewer than `WINDOW` small costs.
    sum.gain = (all as i32 - sum.bits as i32) / BIT as i32;
    sum.drawn_gain = (drawn.min(all) as i32 - sum.bits as i32) / BIT as i32;

    let noise = AS_NOISE + alphabet.name + all;
    let few = few_characters(text);
    sum.few_characters = few < sum.bits.min(noise);
    sum.bits = sum.bits.min(noise).min(few);
    if let Some(stepped) = by_steps(text).filter(|stepped| stepped.cost < sum.bits) {
        sum.bits = stepped.cost;
        sum.steps = Some(match stepped.order {
            _ if stepped.step == 0 => Steps::Repeat,
            Order::Keyboard(_) => Steps::Walk,
            _ => Steps::Count,
        });
    }
    sum.in_bits()
}

impl Estimate {
    fn in_bits(mut self) -> Self {
        for cost in [
            &mut self.bits,
            &mut self.capacity,
            &mut self.unexplained,
            &mut self.markers,
            &mut self.words,
            &mut self.repeats,
            &mut self.sequences,
            &mut self.walks,
        ] {
            *cost /= BIT;
        }
        self
    }
}

/// Adds up what each kind of token cost and saved, from the last token to the first.
fn walk_back(table: &Table, len: usize) -> Estimate {
    let (mut state, bits) = table.best();
    let mut sum = Estimate {
        bits,
        ..Estimate::default()
    };
    let noise = TO[Class::Literal as usize][State::Literal as usize];
    let mut at = len;
    while at > 0 {
        let token = table.token(at, state);
        let from = at - token.len();
        let cost = table.cost(at, state) - table.cost(from, token.from());
        let alone: u32 = (from..at).map(|at| table.literal(at) + noise).sum();
        let saved = alone.saturating_sub(cost);
        if !matches!(token.class(), Class::Word | Class::Letters | Class::Separator) {
            sum.unexplained += cost;
        }
        match token.class() {
            Class::Literal | Class::Digits | Class::Home | Class::Separator => {}
            Class::Word if token.note() as usize == lexicon::MARKERS => sum.markers += saved,
            Class::Word | Class::Letters => sum.words += saved,
            Class::Copy => sum.repeats += saved,
            Class::Row if token.note() / 2 >= rows::COUNTING => sum.walks += saved,
            Class::Row | Class::Weave => sum.sequences += saved,
        }
        at = from;
        state = token.from();
    }
    sum
}

/// The cost of naming the characters that occur, then each character among them.
fn few_characters(text: &[u8]) -> u32 {
    let mut seen = [false; 256];
    for byte in text {
        seen[usize::from(*byte)] = true;
    }
    let distinct = seen.iter().filter(|seen| **seen).count();
    let each = ONE_OF[distinct.max(1)] * text.len() as u32;
    BY_CHARACTERS + ONE_OF[WINDOW] + ONE_OF[256] * distinct as u32 + each
}
