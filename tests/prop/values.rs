//! Durations, numbers and lists.

use std::collections::{BTreeSet, BinaryHeap, HashSet, LinkedList, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;
use secure_config::{LoadError, SecureConfig};
use serde::Deserialize;

#[derive(Debug, SecureConfig)]
struct Values {
    timeout: Option<Duration>,
    number: Option<i64>,
    wide: Option<u128>,
    ratio: Option<f64>,
    #[secure(range = -5..=5)]
    bounded: Option<i8>,
    list: Option<Vec<u32>>,
    #[secure(delimiter = ';')]
    texts: Option<Vec<String>>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Newtype(Vec<String>);

#[derive(Debug, PartialEq, Deserialize)]
struct Item(String);

#[derive(Debug, SecureConfig)]
struct Collections {
    vec: Vec<String>,
    deque: VecDeque<String>,
    linked: LinkedList<String>,
    heap: BinaryHeap<String>,
    hash: HashSet<String>,
    btree: BTreeSet<String>,
    boxed: Box<[String]>,
    shared: Arc<[String]>,
    counted: Rc<[String]>,
    newtype: Newtype,
    foreign: VecDeque<Item>,
}

#[derive(Debug, SecureConfig)]
struct Arrays {
    array: [u8; 3],
    tuple: (u8, u8, u8),
}

fn load(name: &str, text: &str) -> Result<Values, LoadError> {
    Values::loader().vars([(name, text)]).load()
}

/// Durations in words: each unit once, the longest first.
fn duration() -> impl Strategy<Value = (String, Duration)> {
    const UNITS: [(&str, u64); 7] = [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
        ("us", 1_000),
        ("ns", 1),
    ];
    let counts = prop::collection::vec(prop::option::of(0_u64..10_000), 7);
    counts.prop_filter_map("it needs a unit", |counts| {
        let mut text = String::new();
        let mut duration = Duration::ZERO;
        for (count, (unit, nanos)) in counts.into_iter().zip(UNITS) {
            if let Some(count) = count {
                text.push_str(&format!("{count}{unit}"));
                duration += Duration::from_nanos(nanos) * u32::try_from(count).ok()?;
            }
        }
        (!text.is_empty()).then_some((text, duration))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn durations_are_the_sum_of_their_words((text, duration) in duration()) {
        prop_assert_eq!(load("TIMEOUT", &text).unwrap().timeout, Some(duration), "{}", text);
        prop_assert_eq!(load("TIMEOUT", &format!(" {text}\n")).unwrap().timeout, Some(duration));
    }

    #[test]
    fn fractions_are_exact(millis in 0_u64..100_000_000) {
        let text = format!("{}.{:03}s", millis / 1000, millis % 1000);
        prop_assert_eq!(load("TIMEOUT", &text).unwrap().timeout, Some(Duration::from_millis(millis)), "{}", text);
    }

    #[test]
    fn any_text_is_a_duration_or_a_problem(text in "[0-9.dhmsnu -]{1,12}|\\PC{1,30}") {
        // What is taken has a unit, and says the same without the white space around it.
        if let Ok(Values { timeout: Some(duration), .. }) = load("TIMEOUT", &text) {
            prop_assert!(text.trim() == "0" || text.trim().ends_with(['s', 'm', 'h', 'd']), "{:?}", text);
            prop_assert_eq!(load("TIMEOUT", text.trim()).unwrap().timeout, Some(duration));
        }
    }

    #[test]
    fn numbers_are_read_as_rust_writes_them(number in any::<i64>(), wide in any::<u128>(), ratio in any::<f64>()) {
        prop_assert_eq!(load("NUMBER", &number.to_string()).unwrap().number, Some(number));
        prop_assert_eq!(load("WIDE", &wide.to_string()).unwrap().wide, Some(wide));
        let loaded = load("RATIO", &ratio.to_string());
        if ratio.is_finite() {
            prop_assert_eq!(loaded.unwrap().ratio, Some(ratio));
        } else {
            prop_assert!(loaded.is_err());
        }
    }

    #[test]
    fn a_range_holds_what_lies_in_it(number in any::<i32>()) {
        let loaded = load("BOUNDED", &number.to_string());
        if (-5..=5).contains(&number) {
            prop_assert_eq!(loaded.unwrap().bounded.map(i32::from), Some(number));
        } else {
            prop_assert!(loaded.is_err());
        }
    }

    #[test]
    fn any_text_is_a_number_or_a_problem(text in "[0-9+.eE_ -]{1,20}|\\PC{1,20}") {
        for name in ["NUMBER", "WIDE", "RATIO", "BOUNDED", "LIST"] {
            if let Err(error) = load(name, &text) {
                prop_assert_eq!(error.problems().len(), 1);
            }
        }
    }

    #[test]
    fn lists_are_their_items(numbers in prop::collection::vec(any::<u32>(), 1..20), blanks in "[ \t]{0,3}") {
        let text: Vec<_> = numbers.iter().map(|number| format!("{blanks}{number}{blanks}")).collect();
        prop_assert_eq!(load("LIST", &text.join(",")).unwrap().list, Some(numbers));
    }

    #[test]
    fn every_collection_has_the_same_items(
        texts in prop::collection::vec("[a-zA-Z0-9/._:-]([ -+\\--~]{0,8}[a-zA-Z0-9/._:-])?", 1..10),
        blanks in "[ \t]{0,2}",
        gaps in 0_usize..3,
    ) {
        let between = format!("{blanks},{}{blanks}", ",".repeat(gaps));
        let text = format!("{blanks}{}{blanks},", texts.join(&between));
        let names = ["VEC", "DEQUE", "LINKED", "HEAP", "HASH", "BTREE", "BOXED", "SHARED", "COUNTED", "NEWTYPE", "FOREIGN"];
        let all = Collections::loader().vars(names.map(|name| (name, &*text))).load().unwrap();
        prop_assert_eq!(&all.vec, &texts);
        prop_assert!(all.deque.iter().eq(&texts));
        prop_assert!(all.linked.iter().eq(&texts));
        prop_assert!(all.boxed.iter().eq(&texts));
        prop_assert!(all.shared.iter().eq(&texts));
        prop_assert!(all.counted.iter().eq(&texts));
        prop_assert_eq!(&all.newtype.0, &texts);
        prop_assert!(all.foreign.iter().map(|item| &item.0).eq(&texts));
        let mut sorted = texts;
        sorted.sort();
        prop_assert_eq!(&all.heap.into_sorted_vec(), &sorted);
        sorted.dedup();
        prop_assert!(all.btree.iter().eq(&sorted));
        let mut hash: Vec<_> = all.hash.into_iter().collect();
        hash.sort();
        prop_assert_eq!(hash, sorted);
    }

    #[test]
    fn an_array_has_the_items_of_a_list(numbers in prop::collection::vec(any::<u8>(), 1..6)) {
        let text: Vec<_> = numbers.iter().map(u8::to_string).collect();
        let loaded = Arrays::loader().vars([("ARRAY", text.join(" , ")), ("TUPLE", text.join(","))]).load();
        if let [one, two, three] = numbers[..] {
            let loaded = loaded.unwrap();
            prop_assert_eq!((loaded.array, loaded.tuple), ([one, two, three], (one, two, three)));
        } else {
            prop_assert_eq!(loaded.unwrap_err().problems().len(), 2);
        }
    }

    #[test]
    fn lists_of_texts_are_their_items(texts in prop::collection::vec("[!#-&(-:<-Z^-~]([ -:<-~]{0,8}[!#-&(-:<-Z^-~])?", 1..10)) {
        prop_assert_eq!(load("TEXTS", &texts.join(" ;; ")).unwrap().texts, Some(texts));
    }
}
