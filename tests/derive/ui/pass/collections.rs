//! Every collection of std goes by the grammar of lists, whatever its items are.

use std::borrow::Cow;
use std::collections::{BTreeSet, BinaryHeap, HashSet, LinkedList, VecDeque};
use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use secure_config::{ProblemKind, SecretBytes, SecretString, SecureConfig};
use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    High,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Even(u32);

impl FromStr for Even {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(number) if number % 2 == 0 => Ok(Self(number)),
            _ => Err("must be even"),
        }
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Hosts(Vec<String>);

#[derive(Debug, PartialEq, Deserialize)]
struct Pair(u8, Level);

type Routes = BTreeSet<String>;
type MaybeLevels = Option<VecDeque<Level>>;

#[derive(Debug, SecureConfig)]
struct Settings {
    vec: Vec<String>,
    deque: VecDeque<String>,
    linked: LinkedList<String>,
    heap: BinaryHeap<String>,
    hash: HashSet<String>,
    btree: BTreeSet<String>,
    boxed: Box<[String]>,
    shared: Arc<[String]>,
    counted: Rc<[String]>,
    array: [String; 2],
    routes: Routes,
    addresses: HashSet<IpAddr>,
    sockets: BTreeSet<SocketAddr>,
    #[secure(delimiter = ';')]
    levels: HashSet<Level>,
    ordered: Option<BTreeSet<Level>>,
    maybe: MaybeLevels,
    pair_of_levels: [Level; 2],
    evens: BTreeSet<Even>,
    even: Even,
    maybe_even: Option<Even>,
    maybe_evens: Option<Vec<Even>>,
    maybe_shared_even: Option<Arc<Even>>,
    hosts: Hosts,
    point: (u8, String, Duration),
    one: (IpAddr,),
    pair: Pair,
    os: OsString,
    oses: Vec<OsString>,
    paths: HashSet<PathBuf>,
    held_path: Arc<Path>,
    held_text: Cow<'static, str>,
    pointer: Box<u16>,
    shared_level: Arc<Level>,
    maybe_shared: Option<Arc<str>>,
    words: Vec<Arc<str>>,
    #[secure(default = [5, 300], range = 1..=1000)]
    numbers: Vec<u16>,
    #[secure(default = ["5s", "1m"])]
    waits: BTreeSet<Duration>,
    #[secure(default = [])]
    none: Vec<String>,
    #[secure(default = (1, "a"))]
    tuple: (u8, String),
    #[secure(default = ["low", "high"], one_of = ["low", "high"])]
    some_levels: Vec<Level>,
    api_keys: Box<[SecretString]>,
    #[secure(encoding = "hex", len = 32)]
    ring_keys: Option<Arc<[SecretBytes]>>,
    admin_token: Arc<SecretString>,
}

const LISTS: [&str; 11] =
    ["VEC", "DEQUE", "LINKED", "HEAP", "HASH", "BTREE", "BOXED", "SHARED", "COUNTED", "ARRAY", "ROUTES"];

fn vars() -> Vec<(&'static str, String)> {
    let key = "u9yY0sQ3pVb1nLh0r7mC4wXzQk2dTe8JfGa5iRoUvM4=";
    let other = "Zp4x8Kc2mWq7Rt9bNv3sLd6hYf1gJe5uQaXoIwEiPzM=";
    let third = "Jd5w9Tc3nXr8Su0cOw4tMe7iZg2hKf6vRbYpJxFjQaN=";
    let mut vars: Vec<_> = LISTS.iter().map(|name| (*name, " /a,, /b ,".to_owned())).collect();
    vars.extend(
        [
            ("ADDRESSES", "127.0.0.1, ::1, 127.0.0.1"),
            ("SOCKETS", "[::1]:80, [::1]:81"),
            ("LEVELS", "high ; low"),
            ("ORDERED", "high, low"),
            ("MAYBE", "low,"),
            ("PAIR_OF_LEVELS", "low, high"),
            ("EVENS", "4, 2"),
            ("EVEN", " 4 "),
            ("MAYBE_EVENS", "2 , 4"),
            ("MAYBE_SHARED_EVEN", "8"),
            ("HOSTS", "a , b"),
            ("POINT", "1, two, 3s"),
            ("ONE", "::1"),
            ("PAIR", "7, high"),
            ("OS", " text "),
            ("OSES", "a, b"),
            ("PATHS", "/a, /b"),
            ("HELD_PATH", "/p"),
            ("HELD_TEXT", " held "),
            ("POINTER", "7"),
            ("SHARED_LEVEL", "low"),
            ("MAYBE_SHARED", "x"),
            ("WORDS", "a, b"),
            ("ADMIN_TOKEN", third),
        ]
        .map(|(name, text)| (name, text.to_owned())),
    );
    vars.push(("API_KEYS", format!("{key} , {other}")));
    vars
}

fn main() {
    let settings = Settings::loader().vars(vars()).load().unwrap();
    let both = ["/a".to_owned(), "/b".to_owned()];
    assert_eq!(settings.vec, both);
    assert_eq!(settings.deque, both);
    assert!(settings.linked.iter().eq(&both));
    assert_eq!(settings.heap.into_sorted_vec(), both);
    assert_eq!(settings.hash, HashSet::from(both.clone()));
    assert_eq!(settings.btree, BTreeSet::from(both.clone()));
    assert_eq!([&*settings.boxed, &*settings.shared, &*settings.counted, &settings.array], [&both; 4]);
    assert!(settings.routes.contains("/b"));
    assert_eq!(settings.addresses, HashSet::from(["127.0.0.1".parse().unwrap(), "::1".parse().unwrap()]));
    assert_eq!(settings.sockets.len(), 2);
    assert_eq!(settings.levels, HashSet::from([Level::Low, Level::High]));
    assert_eq!(settings.ordered, Some(BTreeSet::from([Level::Low, Level::High])));
    assert_eq!(settings.maybe, Some(VecDeque::from([Level::Low])));
    assert_eq!(settings.pair_of_levels, [Level::Low, Level::High]);
    assert_eq!(settings.evens, BTreeSet::from([Even(2), Even(4)]));
    assert_eq!((settings.even, settings.maybe_even), (Even(4), None));
    assert_eq!(settings.maybe_evens, Some(vec![Even(2), Even(4)]));
    assert_eq!(settings.maybe_shared_even.as_deref(), Some(&Even(8)));
    assert_eq!(settings.hosts, Hosts(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(settings.point, (1, "two".to_owned(), Duration::from_secs(3)));
    assert_eq!((settings.one.0, settings.pair), ("::1".parse().unwrap(), Pair(7, Level::High)));
    assert_eq!((settings.os, settings.oses.len()), (" text ".into(), 2));
    assert!(settings.paths.contains(Path::new("/b")));
    assert_eq!((&*settings.held_path, &*settings.held_text), (Path::new("/p"), " held "));
    assert_eq!((*settings.pointer, *settings.shared_level), (7, Level::Low));
    assert_eq!((settings.maybe_shared.as_deref(), &*settings.words[1]), (Some("x"), "b"));
    assert_eq!((settings.numbers, settings.none.len()), (vec![5, 300], 0));
    assert_eq!(settings.waits, BTreeSet::from([5, 60].map(Duration::from_secs)));
    assert_eq!((settings.tuple, settings.some_levels), ((1, "a".to_owned()), vec![Level::Low, Level::High]));
    assert_eq!(settings.api_keys.len(), 2);
    assert!(settings.ring_keys.is_none() && settings.admin_token.expose_secret().ends_with("QaN="));

    // Unset, options of whatever is in them are none.
    for field in Settings::schema().fields().iter().filter(|field| field.ident().starts_with("maybe")) {
        assert!(!field.is_required(), "{}", field.ident());
    }
    // What is wrong with one item is said of that.
    for (name, text, message) in [
        ("ADDRESSES", "::1, x", "item 2: \"x\" is not an IP address"),
        ("LEVELS", "high; medium", "6 characters that are not one of low, high"),
        ("MAYBE", "low, medium", "6 characters that are not one of low, high"),
        ("EVENS", "2, 3", "item 2: \"3\" is not valid: must be even"),
        ("EVEN", "x", "\"x\" is not valid: must be even"),
        ("MAYBE_EVENS", "x", "item 1: \"x\" is not valid: must be even"),
        ("PAIR", "300, low", "\"300\" is not a valid Pair"),
        ("PAIR", "1", "has 1 item where 2 are needed"),
        ("POINT", "1, 2", "has 2 items where 3 are needed"),
        ("ARRAY", "a, b, c", "has 3 items where 2 are needed"),
        ("PAIR_OF_LEVELS", "low", "has 1 item where 2 are needed"),
        ("SOME_LEVELS", "low, medium", "6 characters that are not one of low, high"),
        ("NUMBERS", "0", "item 1: \"0\" is not a number from 1 to 1000"),
        ("SHARED_LEVEL", "x", "\"x\" is not one of low, high"),
        ("VEC", "[\"/a\",\"/b\"]", "is written as a list of JSON"),
        ("HASH", "[\"/a\"]", "is written as a list of JSON"),
        ("LEVELS", "[low;high]", "is written as a list of JSON"),
        ("HOSTS", "[\"a\"]", "is written as a list of JSON"),
        ("POINT", "[1,\"two\",\"3s\"]", "is written as a list of JSON"),
        ("API_KEYS", "[\"x\"]", "is written as a list of JSON"),
        ("ROUTES", "\"/a\",\"/b\"", "has quotes around its items"),
    ] {
        let mut vars = vars();
        vars.push((name, text.to_owned()));
        let refused = Settings::loader().vars(vars).load().unwrap_err();
        let problems: Vec<_> = refused.problems().map(|problem| (problem.key(), problem.message())).collect();
        assert_eq!(problems, [(name, message)]);
        assert_ne!(refused.problems().next().unwrap().kind(), ProblemKind::Missing);
    }
}
