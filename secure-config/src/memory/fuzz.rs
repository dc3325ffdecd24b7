//! The door of the fuzzer into the arena.

use super::Locked;
use super::arena::arena;
use super::locked::Carried;

/// What a handle must show.
type Model = Vec<(Locked, Vec<u8>)>;

/// Does what `operations` say, three bytes each, and panics when a secret is not what it was made as.
pub fn run(operations: &[u8]) {
    let mut model = Model::new();
    for operation in operations.chunks_exact(3) {
        let [what, first, second] = [operation[0], operation[1], operation[2]];
        step(&mut model, what, usize::from(first), usize::from(second));
    }
    for (locked, bytes) in &model {
        assert_eq!(locked.as_bytes(), bytes);
    }
    // Also those that have no handle any more, but are kept with others.
    super::for_each_secret(&mut |bytes| assert!(bytes.iter().all(|byte| *byte == bytes[0])));
    model.clear();
    assert!(arena().is_empty(), "the last secret gives the last page back");
}

fn step(model: &mut Model, what: u8, first: usize, second: usize) {
    let fill = what.wrapping_add(first as u8) | 1;
    // Up to three pages, in steps that meet the ends of granules and pages.
    let len = first * second / 5 + first;
    match what % 8 {
        0 | 1 => model.push((Locked::copy_of(&vec![fill; len]), vec![fill; len])),
        2 => {
            let used = len * (second % 9) / 8;
            let filled = Locked::filled(len, |buffer| {
                assert!(buffer.iter().all(|&byte| byte == 0), "what was dropped is wiped");
                buffer.fill(fill);
                Ok::<_, ()>(used)
            });
            let kept = vec![fill; used.min(len)];
            model.extend(filled.map(|locked| (locked, kept)));
        }
        3 => {
            let refused = Locked::filled(len, |buffer| {
                buffer.fill(fill);
                Err::<usize, _>(())
            });
            assert!(refused.is_err());
        }
        4 | 5 if !model.is_empty() => {
            let (locked, bytes) = model.swap_remove(first % model.len());
            assert_eq!(locked.as_bytes(), bytes);
        }
        6 if !model.is_empty() => {
            let (text, _) = &model[first % model.len()];
            let key = Locked::copy_of(&[fill]);
            key.keep(text);
            text.carry_as(["A", "B", "C"][second % 3]);
            model.push((key, vec![fill]));
        }
        7 => {
            if let Carried::Here(locked) = Locked::carried(["A", "B", "C"][second % 3]) {
                let bytes = locked.as_bytes().to_vec();
                model.push((locked, bytes));
            }
        }
        _ => {}
    }
}
