use std::collections::{BTreeMap, HashMap};

use secure_config::SecureConfig;

type Labels = HashMap<String, String>;

#[derive(SecureConfig)]
struct Settings {
    labels: HashMap<String, String>,
    limits: Option<BTreeMap<String, u16>>,
    alias: Labels,
    list: Vec<BTreeMap<String, u16>>,
    pairs: Vec<(String, u16)>,
    document: serde_json::Map<String, serde_json::Value>,
}

fn main() {}
