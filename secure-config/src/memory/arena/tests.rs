use super::{Arena, Block, Kept, granules_for};
use crate::memory::pages::Pages;

fn live(arena: &Arena) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    arena.for_each(&mut |bytes| found.push(bytes.to_vec()));
    found.sort();
    found
}

/// Every byte of the pages, read outside any block.
fn pages_of(arena: &Arena) -> Vec<u8> {
    let region = |region: &super::Region| {
        // SAFETY: the pages are mapped, initialized, and no test thread writes them meanwhile.
        unsafe { std::slice::from_raw_parts(region.pages.base().as_ptr(), region.pages.len()) }.to_vec()
    };
    arena.regions.values().flat_map(region).collect()
}

#[test]
fn small_blocks_share_a_page_and_the_last_one_returns_it() {
    let mut arena = Arena::new();
    let blocks: Vec<_> = (0..20_u8).map(|n| arena.insert(&[n; 48])).collect();
    assert_eq!(arena.regions.len(), 1);
    assert_eq!(live(&arena).len(), 20);
    for block in blocks {
        assert_eq!(arena.regions.len(), 1);
        // SAFETY: live, and this hold ends here.
        unsafe { arena.release(block) };
    }
    assert_eq!(arena.regions.len(), 0);
}

#[test]
fn a_released_block_leaves_only_zeros() {
    let mut arena = Arena::new();
    let kept = arena.insert(b"kept");
    let gone = arena.insert(&[0xA5; 100]);
    assert!(pages_of(&arena).contains(&0xA5));
    // SAFETY: live, and this hold ends here.
    unsafe { arena.release(gone) };
    assert!(!pages_of(&arena).contains(&0xA5));
    assert_eq!(live(&arena), [b"kept"]);
    // SAFETY: as above.
    unsafe { arena.release(kept) };
}

#[test]
fn publishing_less_than_was_asked_for_wipes_and_returns_the_rest() {
    let mut arena = Arena::new();
    let block = arena.allocate(3000);
    // SAFETY: fresh, held once; 3,000 bytes are there.
    unsafe {
        block.bytes().write_bytes(0xA5, 3000);
        arena.publish(block, 10);
    }
    assert_eq!(pages_of(&arena).iter().filter(|&&byte| byte == 0xA5).count(), 10);
    let other = arena.insert(&[1; 3000]);
    assert_eq!(arena.regions.len(), 1, "the granules were given back");
    // SAFETY: live, and these holds end here.
    unsafe {
        arena.release(block);
        arena.release(other);
    }
}

#[test]
fn a_block_is_not_seen_before_it_is_published() {
    let mut arena = Arena::new();
    let block = arena.allocate(8);
    assert!(live(&arena).is_empty());
    // SAFETY: live, and this hold ends here.
    unsafe { arena.release(block) };
    assert_eq!(arena.regions.len(), 0);
}

#[test]
fn large_blocks_have_their_own_pages() {
    let mut arena = Arena::new();
    let sizes = [0, 1, Pages::size() - 64, Pages::size(), 5 * Pages::size() + 3];
    let blocks: Vec<_> = sizes.iter().map(|&len| arena.insert(&vec![7; len])).collect();
    let mut lengths: Vec<_> = live(&arena).iter().map(Vec::len).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, sizes);
    let dedicated = arena
        .regions
        .values()
        .filter(|region| region.is_dedicated())
        .count();
    assert_eq!(dedicated, 2);
    for block in blocks {
        // SAFETY: live, and this hold ends here.
        unsafe { arena.release(block) };
    }
    assert_eq!(arena.regions.len(), 0);
}

#[test]
fn a_companion_lives_as_long_as_the_last_block_it_accompanies() {
    let mut arena = Arena::new();
    let text = arena.insert(b"00ff");
    let keys = [arena.insert(&[0, 255]), arena.insert(&[1, 255])];
    // SAFETY: all are live; each hold that ends is one the test has.
    unsafe {
        arena.accompany(keys[0], text);
        arena.accompany(keys[1], text);
        arena.name("KEY", None, text);
        arena.release(text);
        arena.release(keys[0]);
        assert!(live(&arena).contains(&b"00ff".to_vec()));
        assert!(matches!(arena.kept("KEY"), Kept::Here(found, _) if found == [(text, 4)]));
        arena.release(text); // what `kept` held
        arena.release(keys[1]);
    }
    assert_eq!(arena.regions.len(), 0);
    assert!(matches!(arena.kept("KEY"), Kept::Gone));
    assert!(matches!(arena.kept("OTHER"), Kept::Never));
}

#[test]
fn a_name_follows_the_newest_block_that_is_held() {
    let mut arena = Arena::new();
    let old = arena.insert(b"old");
    let new = arena.insert(b"new");
    let is = |kept, block| matches!(kept, Kept::Here(found, _) if found == [(block, 3)]);
    // SAFETY: both are live; each hold that ends is one the test has.
    unsafe {
        arena.name("KEY", None, old);
        arena.name("KEY", None, new);
        arena.name("KEY", None, new);
        assert!(is(arena.kept("KEY"), new));
        arena.release(new);
        arena.release(new);
        assert!(is(arena.kept("KEY"), old));
        arena.release(old);
        arena.release(old);
    }
    assert!(matches!(arena.kept("KEY"), Kept::Gone));
}

#[test]
fn a_list_is_answered_while_all_of_it_is_held() {
    let mut arena = Arena::new();
    let items = [arena.insert(b"a"), arena.insert(b"bc")];
    // SAFETY: both are live; each hold that ends is one the test has.
    unsafe {
        arena.name("LIST", None, items[0]);
        arena.name("LIST", Some(';'), items[1]);
        let Kept::Here(found, ';') = arena.kept("LIST") else {
            panic!("both are held")
        };
        assert_eq!(found, [(items[0], 1), (items[1], 2)]);
        arena.release(items[0]);
        arena.release(items[1]);
        arena.release(items[1]);
        assert!(matches!(arena.kept("LIST"), Kept::Gone));
        arena.release(items[0]);
    }
    assert_eq!(arena.regions.len(), 0);
}

#[test]
fn any_order_of_making_and_dropping_keeps_every_secret_whole() {
    let rounds = if cfg!(miri) { 300 } else { 20_000 };
    let mut arena = Arena::new();
    let mut model: Vec<(Block, Vec<u8>)> = Vec::new();
    let mut seed = 1_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    for round in 0..rounds {
        if model.is_empty() || random(100) < 55 {
            let len = match random(20) {
                0 => random(3 * Pages::size()),
                1..5 => random(2000),
                _ => random(100),
            };
            let bytes = vec![round as u8; len];
            model.push((arena.insert(&bytes), bytes));
        } else {
            let (block, bytes) = model.swap_remove(random(model.len()));
            // SAFETY: live; the bytes do not change; this hold ends here.
            unsafe {
                assert_eq!(
                    std::slice::from_raw_parts(block.bytes().as_ptr(), bytes.len()),
                    bytes
                );
                arena.release(block);
            }
        }
        if model.len() > 200 {
            for (block, _) in model.drain(..150) {
                // SAFETY: live, and this hold ends here.
                unsafe { arena.release(block) };
            }
        }
    }
    let mut expected: Vec<_> = model.iter().map(|(_, bytes)| bytes.clone()).collect();
    expected.sort();
    assert_eq!(live(&arena), expected);
    for (block, _) in model {
        // SAFETY: live, and this hold ends here.
        unsafe { arena.release(block) };
    }
    assert_eq!(arena.regions.len(), 0);
}

#[test]
fn ten_thousand_keys_need_few_pages() {
    let count = if cfg!(miri) { 500_usize } else { 10_000 };
    let mut arena = Arena::new();
    let blocks: Vec<_> = (0..count).map(|n| arena.insert(&[n as u8; 48])).collect();
    let per_page = super::granules::COUNT / granules_for(48);
    assert_eq!(arena.regions.len(), count.div_ceil(per_page));
    for block in blocks {
        // SAFETY: live, and this hold ends here.
        unsafe { arena.release(block) };
    }
    assert_eq!(arena.regions.len(), 0);
}
