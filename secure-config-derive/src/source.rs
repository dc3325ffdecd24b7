//! The text of an expression, close to the way it was written; the compiler hands over tokens alone.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// Returns the text of `tokens`; literals are unchanged.
pub(crate) fn source(tokens: impl ToTokens) -> String {
    let mut out = String::new();
    Writer {
        out: &mut out,
        angles: 0,
    }
    .stream(tokens.to_token_stream());
    out
}

/// Operators of more than one character that stand in expressions, longest first.
const LONG: [&str; 14] = [
    "..=", "::", "..", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "+=",
];

struct Writer<'a> {
    out: &'a mut String,
    /// The number of open `<` of generic arguments.
    angles: usize,
}

/// The end of the text so far, which decides whether a space follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing, or a token that is followed without a space: `::`, `.`, `&`, the first bar of a closure.
    Open,
    /// A name, a literal or a bracket that closes.
    Word,
    /// `+`, `=`, `,`: a space follows.
    Operator,
}

impl Writer<'_> {
    fn stream(&mut self, tokens: TokenStream) {
        let mut before = Before::Open;
        let mut run = String::new();
        let mut in_bars = false;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) => {
                    run.push(punct.as_char());
                    if punct.spacing() == Spacing::Joint {
                        continue;
                    }
                    let mut rest = run.as_str();
                    while !rest.is_empty() {
                        // The longest operator first: `::<` is `::` and `<`.
                        let long = LONG.iter().find(|long| rest.starts_with(**long));
                        let (operator, behind) = rest.split_at(long.map_or(1, |long| long.len()));
                        before = self.operator(operator, before, &mut in_bars);
                        rest = behind;
                    }
                    run.clear();
                }
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace => (" { ", " }"),
                        Delimiter::None => ("", ""),
                    };
                    if before == Before::Operator {
                        self.out.push(' ');
                    }
                    self.out.push_str(open);
                    self.stream(group.stream());
                    self.out.push_str(close);
                    before = Before::Word;
                }
                word => {
                    if before != Before::Open {
                        self.out.push(' ');
                    }
                    self.out.push_str(&word.to_string());
                    before = Before::Word;
                }
            }
        }
    }

    fn operator(&mut self, operator: &str, before: Before, in_bars: &mut bool) -> Before {
        let is_prefix = before != Before::Word;
        match operator {
            "::" | "." | ".." | "..=" | "?" | "!" | "'" => {
                if before == Before::Operator {
                    self.out.push(' ');
                }
                self.out.push_str(operator);
                if operator == "?" {
                    Before::Word
                } else {
                    Before::Open
                }
            }
            "," | ";" | ":" => {
                self.out.push_str(operator);
                Before::Operator
            }
            // Generic arguments stand behind `::` in an expression; all else is a comparison.
            "<" if self.out.ends_with("::") => {
                self.out.push('<');
                self.angles += 1;
                Before::Open
            }
            ">" if self.angles > 0 => {
                self.out.push('>');
                self.angles -= 1;
                Before::Word
            }
            "|" => {
                let closes = *in_bars;
                *in_bars = is_prefix && !closes;
                if !closes && before != Before::Open {
                    self.out.push(' ');
                }
                self.out.push('|');
                if *in_bars { Before::Open } else { Before::Operator }
            }
            "&" | "&&" | "-" | "*" if is_prefix => {
                if before == Before::Operator {
                    self.out.push(' ');
                }
                self.out.push_str(operator);
                Before::Open
            }
            _ => {
                if before != Before::Open {
                    self.out.push(' ');
                }
                self.out.push_str(operator);
                Before::Operator
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::source;

    #[test]
    fn expressions_read_as_they_are_written() {
        for text in [
            "8080",
            "-1",
            "Level::Info",
            "Duration::from_secs(30)",
            "\"a . b ( c )\".to_owned()",
            "Vec::<u8>::new()",
            "[1, 2]",
            "1 + 2 * -3",
            "&DEFAULTS[0]",
            "|port| port + 1",
            "|port: &u16| check(*port)",
            "if DEBUG { 1 } else { 2 }",
            "a = b",
            "vec![1; 3]",
            "env!(\"HOME\")",
            "0..=MAX",
            "Some(None?)",
            "|| None",
            "a < b && c >> 2 == 1",
        ] {
            let tokens: proc_macro2::TokenStream = text.parse().unwrap();
            assert_eq!(source(tokens), text);
        }
    }
}
