//! Answers that no vault gives: nothing makes the reader panic, wait or quote, and what is JSON is read as others read it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use proptest::prelude::*;
use secure_config::vault::{Auth, Vault};
use secure_config::{LoadError, Profile, SecretString, SecureConfig};

#[derive(Debug, SecureConfig)]
struct Plain {
    a: Option<String>,
}

/// Gives these bytes to whoever asks; the thread ends after so many.
fn server(answer: Vec<u8>, count: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(count) {
            let Ok(mut stream) = stream else { continue };
            // A request without a body comes in one piece over loopback.
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(&answer);
        }
    });
    address
}

fn load(answer: Vec<u8>) -> Result<Plain, LoadError> {
    // The token is looked at, too.
    let address = server(answer, 2);
    let auth = Auth::token(SecretString::new("a-token-of-these-tests"));
    let vault = Vault::builder(format!("http://{address}"), auth);
    let vault = vault.deadline(Duration::from_millis(200)).build().unwrap();
    let none: [(&str, &str); 0] = [];
    let loader = Plain::loader().vars(none).profile(Profile::Test);
    loader.vault(vault.kv("secret", "app").unwrap()).load()
}

fn answer(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_arrives_as_it_was(text in "[^\\p{C}\\s]{1,40}", spelled in any::<bool>()) {
        let mut value = serde_json::to_string(&text).unwrap();
        if spelled {
            let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
            value = format!("\"{}\"", units.collect::<String>());
        }
        let body = format!(r#"{{"data":{{"data":{{"b":[1,{{"c":null}}],"A":{value}}},"metadata":{{"version":1}}}}}}"#);
        prop_assert_eq!(load(answer(&body)).unwrap().a, Some(text));
    }

    #[test]
    fn what_is_no_json_is_refused_and_not_quoted(cut in 0_usize..100, at in 0_usize..100, byte in any::<u8>()) {
        let body = r#"{"data":{"data":{"A":"s3cr3t-of-the-body","B":-1.5e3},"metadata":{"version":12}},"auth":null}"#;
        let mut bytes = body.as_bytes()[..cut.min(body.len())].to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let is_json = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        match load(answer(&text)) {
            Ok(_) => prop_assert!(is_json, "{}", text),
            Err(error) => prop_assert!(!error.to_string().contains("s3cr3t"), "{}", error),
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), head in any::<bool>()) {
        let mut answer = if head { b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec() } else { Vec::new() };
        answer.extend(bytes);
        prop_assert!(load(answer).is_err());
    }
}
