//! What a variable is and where it comes from now.

use crate::program::{Room, TARGET};

#[test]
fn where_a_value_comes_from_is_told() {
    let room = Room::new(TARGET)
        .with("RAW_KEY_FILE", "raw")
        .with("PORT", "70000");
    room.scratch.file("raw", tests::STRONG[1]);
    room.scratch
        .file(".env", "# one\nJWT_ACCESS_SECRET=changeme\nPEPPER=\n");
    let lines = |key: &str| room.config(&format!("explain {key}")).ends_with(0).out;

    let said = lines("JWT_ACCESS_SECRET");
    for line in [
        "JWT_ACCESS_SECRET\n  Signs access tokens.\n",
        "  type    secret\n",
        "  set     required\n",
        "          at least 32 bytes\n",
        "  3. .env, JWT_ACCESS_SECRET or JWT_ACCESS_SECRET_FILE: set, .env line 2\n",
        "  now     from .env line 2\n  refused is a known default\n          make one:  openssl rand -base64 32\n",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(!said.contains("changeme"));

    let said = lines("RAW_KEY");
    assert!(
        said.contains("the file that RAW_KEY_FILE names: set, raw\n"),
        "{said}"
    );
    assert!(said.ends_with("  now     from raw\n  judged  sound\n"), "{said}");

    let said = lines("PEPPER");
    assert!(said.contains("set to nothing, which counts as unset"), "{said}");
    assert!(said.contains("  now     not set\n  refused is empty\n"), "{said}");

    let said = lines("LOG_LEVEL");
    assert!(said.contains("  rules   one of DEBUG, INFO, WARN\n"), "{said}");
    assert!(
        said.ends_with("  4. default: INFO\n  now     the default\n"),
        "{said}"
    );

    let said = lines("PORT");
    assert!(
        said.contains("  now     from environment\n  refused \"70000\" is not a number from 1 to 65535\n"),
        "{said}"
    );
}

#[test]
fn old_names_and_groups_are_told() {
    let room = Room::new(TARGET).with("JWT_OLD_SECRET", tests::STRONG[0]);
    for key in ["JWT_REFRESH_SECRET", "JWT_OLD_SECRET"] {
        let said = room.config(&format!("explain {key}")).ends_with(0).out;
        assert!(said.starts_with("JWT_REFRESH_SECRET\n"), "{said}");
        assert!(said.contains("  before  JWT_OLD_SECRET\n"), "{said}");
        assert!(said.contains("differs from JWT_ACCESS_SECRET"), "{said}");
        assert!(said.contains("  warning is an old name\n"), "{said}");
    }
    let said = room.config("explain MAIL_PASSWORD").ends_with(0).out;
    assert!(
        said.contains("  set     required if its group is used\n"),
        "{said}"
    );
}
