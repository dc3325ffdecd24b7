//! Nothing that a reload or a ring says holds a part of a secret, or a value of what changed.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use secure_config::keyring::KeyRing;
use secure_config::reload::Polled;
use secure_config::{Profile, SecretBytes, SecretString, SecretUrl, SecureConfig};
use tests::{Numbers, Scratch, base64, hex};

use crate::{dotenv, write};

#[derive(Debug, SecureConfig)]
#[allow(dead_code, reason = "that nothing shows them is what matters")]
struct Settings {
    token_secret: SecretString,
    #[secure(encoding = "hex", needs_restart)]
    storage_key: SecretBytes,
    #[secure(needs_restart)]
    database_url: SecretUrl,
    #[secure(default = 1)]
    number: u64,
}

/// Everything that was said.
#[derive(Default)]
struct Said(String);

impl Said {
    fn say(&mut self, what: &impl Debug) {
        self.0.push_str(&format!("{what:?}{what:#?}"));
    }

    /// No eight bytes of it, in a row, as they are or as a list of numbers.
    fn assert_silent(&self, secret: &str) {
        for part in secret.as_bytes().windows(8) {
            let text = std::str::from_utf8(part).unwrap();
            assert!(!self.0.contains(text), "{text} in {}", self.0);
            let numbers = format!("{part:?}");
            assert!(!self.0.contains(numbers.trim_matches(['[', ']'])), "{numbers}");
        }
    }
}

#[test]
fn nothing_shows_a_secret() {
    let mut numbers = Numbers::new(77);
    let mut secrets = Vec::new();
    let mut file = |number: u64| {
        let [token, key, password] = [0; 3].map(|_| numbers.bytes(32));
        let (token, key, password) = (base64(&token), hex(&key), hex(&password));
        let text = format!(
            "TOKEN_SECRET={token}\nSTORAGE_KEY={key}\nDATABASE_URL=postgres://app:{password}@db/app\nNUMBER={number}\n"
        );
        secrets.extend([token, key, password]);
        text
    };
    let scratch = Scratch::new();
    let path = write(&scratch, &file(1_234_567_891));
    let (mut said, mut sets) = (Said::default(), Said::default());
    let (live, report) = dotenv::<Settings>(&path)
        .profile(Profile::Production)
        .live()
        .unwrap();
    said.say(&report);
    let told = Arc::new(Mutex::new(Said::default()));
    let teller = Arc::clone(&told);
    let subscription = live.subscribe(move |change| teller.lock().unwrap().say(change));
    let ring = KeyRing::builder(&live.read().token_secret).grace(Duration::from_secs(60));
    said.say(&ring);
    let ring = ring.build();
    ring.follow(&live, |settings| &settings.token_secret).forever();
    for round in 0..4_u64 {
        let mut text = file(1_234_567_891 + round);
        if round == 2 {
            // Broken lines, weak values and stray text, all of them beside secrets.
            text = text
                .replace("NUMBER=", "NUMBER=x")
                .replace("postgres://", "postgres//");
        }
        write(&scratch, &text);
        let polled = live.poll();
        said.say(&polled);
        said.say(&live.poll());
        assert!(matches!(polled, Polled::Changing));
        let reloaded = live.reload();
        said.say(&reloaded);
        match &reloaded {
            Ok(reloaded) => {
                said.0.push_str(&reloaded.to_string());
                said.0.push_str(&reloaded.report().to_json());
            }
            Err(error) => said.0.push_str(&format!("{error}{}", error.report().to_json())),
        }
        said.say(&live);
        said.say(&live.status());
        sets.say(&*live.read());
        said.say(&ring);
        said.say(&ring.current());
        said.say(&ring.ids());
    }
    said.say(&subscription);
    said.say(&live.changes());
    assert!(live.status().refused > 0 && live.status().exchanged >= 2);
    said.0.push_str(&told.lock().unwrap().0);
    assert!(said.0.contains("TOKEN_SECRET") && sets.0.contains("[REDACTED]"));
    for secret in &secrets {
        said.assert_silent(secret);
        sets.assert_silent(secret);
    }
    // A plain value is shown by the settings themselves; a refusal and an outcome never quote one that may be a secret.
    assert!(sets.0.contains("1234567891"));
    let refused = "11 characters that are not a number";
    assert!(
        said.0.contains(refused) && !said.0.contains("12345678"),
        "{}",
        said.0
    );
}
