//! The search for parts of a secret in what a program said.

use std::collections::HashSet;

use crate::{base64, hex};

/// A part of a secret that is long enough to be no accident.
const PART: usize = 8;

/// How much of each end of a long secret is looked for.
const END: usize = 8192;

/// A secret, in all forms that a part of it may take: as it is, in another case, or in the digits of an encoding.
#[derive(Debug)]
pub struct Search {
    parts: HashSet<[u8; PART]>,
    /// Whether some part begins with these two bytes: most text is passed over by that.
    starts: Vec<bool>,
}

impl Search {
    /// A search for parts of `secret`.
    pub fn new(secret: impl AsRef<[u8]>) -> Self {
        let secret = secret.as_ref();
        // What is cut out of a long value begins at its beginning or ends at its end.
        let ends = match secret {
            short if short.len() <= 2 * END => short.to_vec(),
            long => [&long[..END], &long[long.len() - END..]].concat(),
        };
        let head = &secret[..secret.len().min(256)];
        let forms = [
            ends,
            hex(head).into_bytes(),
            base64(head).into_bytes(),
            head.escape_ascii().to_string().into_bytes(),
            head.iter()
                .map(|byte| format!("%{byte:02x}"))
                .collect::<String>()
                .into_bytes(),
            format!("{head:?}").into_bytes(),
        ];
        let folded = forms.iter().map(|form| form.to_ascii_lowercase());
        let parts: HashSet<_> = folded
            .flat_map(|form| form.windows(PART).map(part).collect::<Vec<_>>())
            .collect();
        let mut starts = vec![false; 1 << 16];
        parts.iter().for_each(|part| starts[start(part)] = true);
        Self { parts, starts }
    }

    /// Fails when `said` has a part of the secret.
    #[track_caller]
    pub fn assert_silent(&self, said: &str, what: &str) {
        let said = said.to_ascii_lowercase();
        for window in said.as_bytes().windows(PART) {
            if self.starts[start(window)] {
                let shown = String::from_utf8_lossy(window);
                assert!(
                    !self.parts.contains(&part(window)),
                    "{what}: a part of the secret, {shown:?}, is in: {said}"
                );
            }
        }
    }
}

fn start(window: &[u8]) -> usize {
    usize::from(window[0]) << 8 | usize::from(window[1])
}

fn part(window: &[u8]) -> [u8; PART] {
    window.try_into().expect("windows are of this size")
}

#[cfg(test)]
mod tests {
    use std::panic;

    use super::*;

    #[test]
    fn the_search_finds_what_it_looks_for() {
        let secret = b"k7Rt9bNv3sL\xffd6hYf1gJe5u";
        let told =
            |said: &str| panic::catch_unwind(|| Search::new(secret).assert_silent(said, "control")).is_err();
        assert!(told("… k7Rt9bNv3s …"));
        assert!(told("… K7RT9BNV …"));
        assert!(told(&hex(secret)));
        assert!(told(&base64(secret)));
        assert!(told("… l\\xffd6hYf1 …"));
        assert!(told(&format!("{secret:?}")));
        assert!(!told("k7Rt9b Nv3sL"));
    }
}
