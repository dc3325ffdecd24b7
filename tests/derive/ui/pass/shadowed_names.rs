//! Types of the user may be named like ours.
#![allow(dead_code)]

use secure_config::SecureConfig;

macro_rules! words {
    ($($name:ident)*) => {$(
        #[derive(Clone, Debug, PartialEq, serde::Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum $name {
            On,
            Off,
        }
    )*};
}

words!(Bound Default Encoding Field Kind Loading Nested Probe Purpose Rule Schema Shape Way);

#[derive(SecureConfig)]
struct Settings {
    bound: Bound,
    encoding: Option<Encoding>,
    field: Vec<Field>,
    #[secure(default = Kind::Off, in_production = Kind::Off)]
    kind: Kind,
    loading: Loading,
    probe: Probe,
    #[secure(default = "off")]
    purpose: Purpose,
    rule: Rule,
    schema: Schema,
    shape: Shape,
    way: Way,
    default: Default,
    #[secure(nested, prefix = "IN_")]
    nested: Inner,
}

#[derive(SecureConfig)]
struct Inner {
    nested: Nested,
}

fn main() {
    let names = [
        "BOUND", "ENCODING", "FIELD", "LOADING", "PROBE", "RULE", "SCHEMA", "SHAPE", "WAY", "DEFAULT", "IN_NESTED",
    ];
    let settings = Settings::loader().vars(names.map(|name| (name, "on"))).load().unwrap();
    assert_eq!(settings.bound, Bound::On);
    assert_eq!(settings.purpose, Purpose::Off);
    assert_eq!(settings.nested.nested, Nested::On);
}
