//! The memory promise holds for a vault, too: one copy once it is loaded, none when it is dropped; of the token none at all.

use std::process::Command;

use serde_json::json;
use tests::Scratch;
use tests::scan::{self, Target};

use tests::openbao::{Bao, ROOT};

#[test]
fn a_secret_of_a_vault_stands_in_one_place() {
    let Some(bao) = Bao::start() else { return };
    let scratch = Scratch::new();
    let token = scratch.file("token", ROOT);
    // One that is decoded from escapes, and one that is as long as a private key.
    for (len, end) in [(48, "\"\\/"), (1_700, "")] {
        let secret = String::from_utf8(scan::random(len).unwrap()).unwrap();
        bao.put(&json!({ "OTHER": "x".repeat(5_000), "JWT_SECRET": format!("{secret}{end}") }));
        let mut command = Command::new(env!("CARGO_BIN_EXE_vault-target"));
        let mut target = Target::start(command.arg(bao.address()).arg(&token)).unwrap();
        assert_eq!(target.phase().unwrap().as_deref(), Some("loaded"));
        let found = scan::find(target.pid(), secret.as_bytes()).unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].is_whole, "{found:?}");
        let found = scan::find(target.pid(), ROOT.as_bytes()).unwrap();
        assert!(found.is_empty(), "the token: {found:?}");
        target.go_on().unwrap();
        assert_eq!(target.phase().unwrap().as_deref(), Some("dropped"));
        let found = scan::find(target.pid(), secret.as_bytes()).unwrap();
        assert!(found.is_empty(), "{found:?}");
        target.go_on().unwrap();
        assert!(target.end().unwrap().success());
    }
}
