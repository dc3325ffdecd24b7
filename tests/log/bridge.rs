//! Events that another crate's bridge makes of records of the `log` crate; our own is tested from outside.

use tracing_core::callsite::{Callsite, Identifier};
use tracing_core::field::FieldSet;
use tracing_core::metadata::Kind;
use tracing_core::subscriber::Interest;
use tracing_core::{Event, Level, Metadata};

use crate::capture::{field, object};

/// What `tracing-log` registers: a callsite of the target `log` whose fields carry the rest.
struct Record;

static RECORD: Record = Record;
static METADATA: Metadata<'static> = Metadata::new(
    "log event",
    "log",
    Level::INFO,
    None,
    None,
    None,
    FieldSet::new(
        &["message", "log.target", "log.module_path", "log.file", "log.line"],
        Identifier(&RECORD),
    ),
    Kind::EVENT,
);

impl Callsite for Record {
    fn set_interest(&self, _: Interest) {}
    fn metadata(&self) -> &Metadata<'_> {
        &METADATA
    }
}

#[test]
fn a_record_keeps_its_target() {
    let line = object(|| {
        let fields = METADATA.fields();
        let keys: Vec<_> = fields.iter().collect();
        let message = format_args!("from log");
        let values: [(_, Option<&dyn tracing::Value>); 5] = [
            (&keys[0], Some(&message)),
            (&keys[1], Some(&"sqlx::query")),
            (&keys[2], Some(&"sqlx::query::inner")),
            (&keys[3], Some(&"/home/x/sqlx/src/query.rs")),
            (&keys[4], Some(&7)),
        ];
        Event::dispatch(&METADATA, &fields.value_set(&values));
    });
    assert_eq!(line.keys(), ["timestamp", "level", "message", "target"]);
    assert_eq!(
        (field(&line, "target"), field(&line, "message")),
        ("sqlx::query", "from log")
    );
}
