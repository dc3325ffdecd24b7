//! Fields that need a restart: checked like all others, named when they changed, and in force as they were.

use secure_config::describe::Rule;
use secure_config::{SecretBytes, SecretString, SecureConfig};
use tests::{STRONG, Scratch, problems};

use crate::{dotenv, write};

#[derive(Debug, SecureConfig)]
struct Settings {
    #[secure(default = 10)]
    limit: u32,
    #[secure(default = 8080, range = 1..=65535, needs_restart)]
    port: u16,
    #[secure(needs_restart)]
    name: Option<String>,
    #[secure(needs_restart)]
    admin_token: Option<SecretString>,
    #[secure(differs_from = admin_token)]
    user_token: Option<SecretString>,
    #[secure(encoding = "base64", needs_restart)]
    storage_key: Option<SecretBytes>,
    #[secure(nested, needs_restart)]
    pool: Pool,
    #[secure(nested, needs_restart)]
    cache: Option<Cache>,
}

#[derive(Debug, SecureConfig)]
struct Pool {
    #[secure(default = 5)]
    size: u32,
    #[secure(default = "a, b")]
    hosts: Vec<String>,
}

#[derive(Debug, SecureConfig)]
struct Cache {
    #[secure(default = 7)]
    ttl: u32,
}

#[test]
fn what_it_was_stays_in_force_and_the_variable_is_named() {
    let scratch = Scratch::new();
    let start = format!(
        "PORT=9000\nADMIN_TOKEN={}\nSTORAGE_KEY={}\nPOOL_SIZE=6\n",
        STRONG[0], STRONG[1]
    );
    let path = write(&scratch, &start);
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    let new = format!(
        "LIMIT=11\nPORT=9001\nNAME=shop\nADMIN_TOKEN={}\nSTORAGE_KEY={}\nPOOL_SIZE=7\nPOOL_HOSTS=c\n",
        STRONG[2], STRONG[3]
    );
    write(&scratch, &new);
    let reloaded = live.reload().unwrap();
    assert_eq!(reloaded.changed(), ["LIMIT"]);
    let pending = [
        "ADMIN_TOKEN",
        "NAME",
        "POOL_HOSTS",
        "POOL_SIZE",
        "PORT",
        "STORAGE_KEY",
    ];
    assert_eq!(reloaded.pending_restart(), pending);
    assert_eq!(live.status().pending_restart, pending);
    assert_eq!(
        reloaded.to_string(),
        format!(
            "settings exchanged: LIMIT; needs a restart: {}",
            pending.join(", ")
        )
    );
    let set = live.current();
    assert_eq!((set.limit, set.port, set.pool.size), (11, 9000, 6));
    assert_eq!(
        (set.name.as_deref(), &*set.pool.hosts),
        (None, &["a".to_owned(), "b".to_owned()][..])
    );
    assert!(set.admin_token.as_ref().unwrap().ct_eq(STRONG[0]));
    assert_eq!(
        tests::base64(set.storage_key.as_ref().unwrap().expose_secret()),
        STRONG[1]
    );

    write(&scratch, &format!("LIMIT=11\n{start}"));
    let reloaded = live.reload().unwrap();
    assert_eq!(
        (reloaded.changed(), reloaded.pending_restart()),
        (&[][..], &[][..]),
        "as at the start"
    );
    assert!(live.status().pending_restart.is_empty());
}

#[test]
fn a_new_value_is_checked_although_it_waits() {
    let scratch = Scratch::new();
    let path = write(&scratch, "PORT=9000\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    write(&scratch, "LIMIT=11\nPORT=0\nADMIN_TOKEN=changeme\n");
    let refused = live.reload();
    assert_eq!(
        problems(&refused),
        [("PORT", "out_of_range"), ("ADMIN_TOKEN", "known_default")]
    );
    assert_eq!(live.read().limit, 10, "the whole set is refused");
}

#[test]
fn the_set_in_force_is_checked_as_a_whole_too() {
    let scratch = Scratch::new();
    let path = write(
        &scratch,
        &format!("ADMIN_TOKEN={}\nUSER_TOKEN={}\n", STRONG[0], STRONG[1]),
    );
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    // Sound by itself; but until the restart the admin token is what it was.
    write(
        &scratch,
        &format!("ADMIN_TOKEN={}\nUSER_TOKEN={}\n", STRONG[2], STRONG[0]),
    );
    let refused = live.reload();
    assert_eq!(problems(&refused), [("USER_TOKEN", "same_as_another")]);
    assert!(live.read().user_token.as_ref().unwrap().ct_eq(STRONG[1]));
}

#[test]
fn an_optional_struct_stays_there_or_away() {
    let scratch = Scratch::new();
    let path = write(&scratch, "CACHE_TTL=9\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    write(&scratch, "LIMIT=11\n");
    let reloaded = live.reload().unwrap();
    assert_eq!(reloaded.pending_restart(), ["CACHE_*"]);
    assert_eq!(live.read().cache.as_ref().map(|cache| cache.ttl), Some(9));

    let path = write(&scratch, "LIMIT=1\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    write(&scratch, "LIMIT=2\nCACHE_TTL=9\n");
    let reloaded = live.reload().unwrap();
    assert_eq!(
        (reloaded.changed(), reloaded.pending_restart()),
        (&["LIMIT".to_owned()][..], &["CACHE_*".to_owned()][..])
    );
    assert!(live.read().cache.is_none());
}

#[test]
fn a_field_within_a_struct_that_came_later_counts_from_then_on() {
    #[derive(SecureConfig)]
    struct Outer {
        #[secure(nested)]
        mail: Option<Mail>,
    }
    #[derive(SecureConfig)]
    struct Mail {
        #[secure(needs_restart)]
        port: u16,
        from: String,
    }
    let scratch = Scratch::new();
    let path = write(&scratch, "");
    let (live, _) = dotenv::<Outer>(&path).live().unwrap();
    assert!(live.read().mail.is_none());
    write(&scratch, "MAIL_PORT=25\nMAIL_FROM=a\n");
    assert!(live.reload().unwrap().pending_restart().is_empty());
    write(&scratch, "MAIL_PORT=26\nMAIL_FROM=b\n");
    let reloaded = live.reload().unwrap();
    assert_eq!(
        (reloaded.changed(), reloaded.pending_restart()),
        (&["MAIL_FROM".to_owned()][..], &["MAIL_PORT".to_owned()][..])
    );
    let set = live.current();
    let mail = set.mail.as_ref().unwrap();
    assert_eq!((mail.port, mail.from.as_str()), (25, "b"));
}

#[test]
fn the_descriptors_say_which() {
    let fields = Settings::schema().fields();
    let which = fields
        .iter()
        .filter(|field| field.rules().contains(&Rule::NeedsRestart));
    let which: Vec<_> = which.map(|field| field.ident()).collect();
    assert_eq!(
        which,
        ["port", "name", "admin_token", "storage_key", "pool", "cache"]
    );
}

#[test]
fn what_stays_and_is_no_secret_is_not_masked() {
    #[derive(Debug, SecureConfig)]
    #[expect(dead_code, reason = "what is masked matters")]
    struct Bound {
        #[secure(needs_restart)]
        bind_address: String,
        #[secure(needs_restart)]
        signing_secret: SecretString,
    }
    let scratch = Scratch::new();
    let address = scratch.file("address", "listener.internal.example");
    let secret = scratch.file("secret", STRONG[0]);
    let vars = [("BIND_ADDRESS_FILE", address), ("SIGNING_SECRET_FILE", secret)];
    let (live, _) = Bound::loader().vars(vars).live().unwrap();
    let text = format!("cannot bind listener.internal.example by {}", STRONG[0]);
    assert_eq!(
        secure_config::redact(&text),
        "cannot bind listener.internal.example by [REDACTED]"
    );
    drop(live);
}
