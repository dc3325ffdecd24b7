//! Phrases of random words are good passphrases and bad keys.

use secure_config::gate::{Policy, judge};

use crate::machine::{LOWER, Rng};

/// A list of 7,776 words: those that the gate knows best, which is hardest for it, and made-up ones.
fn words() -> Vec<String> {
    const LISTS: [&str; 3] = [
        include_str!("../../secure-config/src/gate/words/english.txt"),
        include_str!("../../secure-config/src/gate/words/names.txt"),
        include_str!("../../secure-config/src/gate/words/spanish.txt"),
    ];
    const ONSETS: [&str; 12] = ["b", "br", "c", "d", "f", "gl", "m", "n", "p", "s", "st", "tr"];
    const RIMES: [&str; 12] = ["a", "an", "ar", "e", "en", "er", "i", "il", "o", "on", "un", "y"];
    let known = LISTS
        .iter()
        .flat_map(|list| list.lines().filter(|line| !line.starts_with('#')));
    let mut words: Vec<String> = known
        .flat_map(str::split_ascii_whitespace)
        .filter(|word| word.len() > 3)
        .map(str::to_owned)
        .collect();
    let mut rng = Rng::new(4);
    while words.len() < 7_776 {
        let mut word = String::new();
        for _ in 0..2 + rng.below(2) {
            word += ONSETS[rng.below(ONSETS.len())];
            word += RIMES[rng.below(RIMES.len())];
        }
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

fn phrase(rng: &mut Rng, words: &[String], count: usize, separator: &str) -> String {
    let words: Vec<&str> = (0..count)
        .map(|_| words[rng.below(words.len())].as_str())
        .collect();
    words.join(separator)
}

#[test]
fn random_phrases_are_accepted_as_passphrases() {
    let words = words();
    let mut rng = Rng::new(5);
    for count in [6, 8] {
        let mut refused = 0;
        for _ in 0..20_000 {
            for separator in ["-", " "] {
                let phrase = phrase(&mut rng, &words, count, separator);
                refused += usize::from(judge(phrase.as_bytes(), &Policy::passphrase()).is_refused());
            }
        }
        assert!(refused <= 4, "{refused} of 40,000 phrases of {count} words");
    }
}

#[test]
fn random_phrases_are_refused_as_keys_for_being_text() {
    let words = words();
    let mut rng = Rng::new(6);
    for count in [6, 8] {
        let mut as_text = 0;
        for _ in 0..2_000 {
            let phrase = phrase(&mut rng, &words, count, "-");
            let verdict = judge(phrase.as_bytes(), &Policy::key());
            assert!(verdict.is_refused(), "{phrase}");
            as_text += usize::from(
                verdict
                    .reason()
                    .is_some_and(|reason| reason.code() == "human_text"),
            );
        }
        assert!(as_text >= 1_950, "{as_text} of 2,000 phrases of {count} words");
    }
}

#[test]
fn a_phrase_in_another_script_is_a_phrase() {
    let policy = Policy::passphrase();
    assert!(!judge("корова облако гвоздь лимон парус тайга".as_bytes(), &policy).is_refused());
    assert!(judge("парольпароль".as_bytes(), &policy).is_refused());
    assert_eq!(
        judge("токен-от-бота-для-входа-в-систему".as_bytes(), &Policy::key())
            .reason()
            .map(|r| r.code()),
        Some("not_ascii")
    );
}

#[test]
fn six_letters_are_no_phrase() {
    let mut rng = Rng::new(7);
    for _ in 0..200 {
        let letters = rng.pick(LOWER, 6);
        assert!(judge(&letters, &Policy::passphrase().min_len(0)).is_refused());
    }
}
