//! Blocks for secrets inside protected pages: small ones share a page, a large one has its own.
//!
//! ```text
//! guard │ header bytes… │ header bytes… │ zeros … │ guard
//!       └ granule 0       └ granule 5               page
//! ```
//!
//! A page is cut into 256 granules (16 bytes each where pages have 4 KiB). Which of them are taken is kept outside
//! the page, so that 10,000 keys of 48 bytes need some 200 mappings and not 10,000.

mod granules;
mod names;

use std::collections::BTreeMap;
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock, RwLockWriteGuard};

use zeroize::Zeroize;

use self::granules::Granules;
use self::names::Names;
use super::pages::Pages;

/// The arena of the process.
static ARENA: RwLock<Arena> = RwLock::new(Arena::new());

/// The arena of the process, for this thread alone.
///
/// A lock that a panicking thread left is taken all the same: no code between locking and unlocking leaves the
/// arena half changed.
pub(super) fn arena() -> RwLockWriteGuard<'static, Arena> {
    ARENA.write().unwrap_or_else(PoisonError::into_inner)
}

/// Whether any block of the process was ever named: one look where most look-ups of unset variables end.
static ANY_NAMED: AtomicBool = AtomicBool::new(false);

/// What the process keeps under the name of a variable that was erased.
pub(super) fn kept(name: &str) -> Kept {
    if ANY_NAMED.load(Ordering::Acquire) {
        arena().kept(name)
    } else {
        Kept::Never
    }
}

/// Lets the process answer for the variable `name` from `block`, until the block's last holder releases it.
///
/// With a delimiter, `block` is the next item of a list, and the answer lasts until one of them is released.
///
/// # Safety
/// `block` is live in the arena of the process.
pub(super) unsafe fn name(name: &str, delimiter: Option<char>, block: Block) {
    // SAFETY: as the caller says.
    unsafe { arena().name(name, delimiter, block) };
    ANY_NAMED.store(true, Ordering::Release);
}

/// Calls `visit` with the bytes of every live secret of the process, where they stand.
///
/// The arena is locked meanwhile: `visit` must not make or drop a secret.
pub(crate) fn for_each_secret(visit: &mut dyn FnMut(&[u8])) {
    ARENA
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .for_each(visit);
}

/// What stands before the bytes of a secret.
struct Header {
    /// How many bytes the secret has.
    len: usize,
    /// How many handles and companions hold the block.
    holders: usize,
    /// Not zero when a variable that was erased is answered from this block. A word: a header has no padding, so every
    /// byte of a page is initialized.
    named: usize,
    /// A block that lives at least as long as this one.
    companion: Option<Block>,
}

/// The place of one secret; valid until its last holder releases it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block(NonNull<Header>);

// SAFETY: a block is an address; it is followed only by who locked the arena or holds the block.
unsafe impl Send for Block {}
// SAFETY: as above.
unsafe impl Sync for Block {}

impl Block {
    /// Where the bytes of the secret stand.
    pub(super) fn bytes(self) -> NonNull<u8> {
        // SAFETY: a block has room for its header and the bytes behind it in one mapping.
        unsafe { self.0.add(1).cast() }
    }

    /// The block whose bytes stand at `bytes`.
    ///
    /// # Safety
    /// `bytes` is what [`Block::bytes`] of a live block returned.
    pub(super) unsafe fn of(bytes: NonNull<u8>) -> Self {
        // SAFETY: the header stands before the bytes in the same mapping.
        unsafe { Self(bytes.cast::<Header>().sub(1)) }
    }

    /// Whether a block made for `capacity` bytes holds whole pages that `used` bytes do not need.
    pub(super) fn is_oversized(capacity: usize, used: usize) -> bool {
        granules_for(capacity) > granules::COUNT && granules_for(used) <= granules::COUNT
    }

    /// # Safety
    /// The block is live, the arena is locked and no other reference to the header exists.
    unsafe fn header<'a>(self) -> &'a mut Header {
        // SAFETY: granules are aligned for a header, and `Arena::allocate` wrote one.
        unsafe { &mut *self.0.as_ptr() }
    }
}

/// What is kept under the name of a variable that was erased.
pub(super) enum Kept {
    /// Nothing: it was never erased.
    Never,
    /// It was erased, and its last holder is gone.
    Gone,
    /// Blocks, and how many bytes each has; the character that stood between them.
    Here(Vec<(Block, usize)>, char),
}

/// Pages and the blocks in them.
struct Region {
    pages: Pages,
    /// The granules that belong to blocks.
    taken: Granules,
    /// The first granules of blocks that are published.
    starts: Granules,
    blocks: usize,
}

impl Region {
    fn new(len: usize) -> Self {
        Self {
            pages: Pages::new(len),
            taken: Granules::EMPTY,
            starts: Granules::EMPTY,
            blocks: 0,
        }
    }

    /// Takes `need` granules for a block, if there are so many in a row.
    fn place(&mut self, need: usize) -> Option<Block> {
        let start = self.taken.find_gap(need)?;
        self.taken.mark(start, need, true);
        self.blocks += 1;
        Some(self.block(start))
    }

    fn block(&self, granule: usize) -> Block {
        // SAFETY: the granule lies inside the pages.
        Block(unsafe { self.pages.base().add(granule * granule_size()).cast() })
    }

    fn granule(&self, block: Block) -> usize {
        (block.0.addr().get() - self.pages.base().addr().get()) / granule_size()
    }

    /// Whether the pages hold one block that is too large for a single page.
    fn is_dedicated(&self) -> bool {
        self.pages.len() > Pages::size()
    }

    /// How many bytes the block that holds `len` bytes of secret takes.
    fn extent(&self, len: usize) -> usize {
        if self.is_dedicated() {
            self.pages.len()
        } else {
            granules_for(len) * granule_size()
        }
    }
}

/// Pages that grow and shrink with the secrets in them.
pub(super) struct Arena {
    /// By the address of their first byte.
    regions: BTreeMap<usize, Region>,
    /// The region that a block was made in last: where the next one most likely fits.
    recent: usize,
    names: Names,
}

impl Arena {
    const fn new() -> Self {
        Self {
            regions: BTreeMap::new(),
            recent: 0,
            names: Names::new(),
        }
    }

    /// Whether there are no pages.
    #[cfg(fuzzing)]
    pub(super) fn is_empty(&self) -> bool {
        self.regions.is_empty()
    }

    /// A published block with a copy of `bytes`, held once.
    pub(super) fn insert(&mut self, bytes: &[u8]) -> Block {
        let block = self.allocate(bytes.len());
        // SAFETY: the block is fresh, has as many bytes, and nobody sees it before the lock is given back.
        unsafe {
            block
                .bytes()
                .copy_from_nonoverlapping(NonNull::from(bytes).cast(), bytes.len());
        }
        // `recent` is the region that `allocate` has just used.
        if let Some(region) = self.regions.get_mut(&self.recent) {
            region.starts.mark(region.granule(block), 1, true);
        }
        block
    }

    /// A block of `len` zero bytes, held once, which nobody sees before it is published.
    pub(super) fn allocate(&mut self, len: usize) -> Block {
        let need = granules_for(len);
        let block = if need > granules::COUNT {
            self.map(size_of::<Header>().saturating_add(len), granules::COUNT)
        } else {
            self.reuse(need).or_else(|| self.map(1, need))
        };
        // A fresh region is empty, so it has the room it was mapped for.
        let Some(block) = block else {
            unreachable!("an empty region has room for a page")
        };
        let header = Header {
            len,
            holders: 1,
            named: 0,
            companion: None,
        };
        // SAFETY: the granules are ours and aligned, and the block has room for a header.
        unsafe { block.0.write(header) };
        block
    }

    /// One more holder for `block`.
    ///
    /// # Safety
    /// `block` is live in this arena.
    pub(super) unsafe fn hold(&mut self, block: Block) {
        // SAFETY: live, and `&mut self` is the lock.
        unsafe { block.header() }.holders += 1;
    }

    /// One holder less for `block`; without holders it is wiped and its page given back if it was the last there.
    ///
    /// # Safety
    /// `block` is live in this arena, and the caller's hold on it ends here.
    pub(super) unsafe fn release(&mut self, block: Block) {
        let mut next = Some(block);
        while let Some(block) = next.take() {
            // SAFETY: live, and `&mut self` is the lock.
            let header = unsafe { block.header() };
            header.holders -= 1;
            if header.holders > 0 {
                return;
            }
            let (len, named) = (header.len, header.named);
            // The block gives up its own hold on its companion with its life.
            next = header.companion.take();
            if named != 0 {
                self.names.forget(block);
            }
            self.remove(block, len);
        }
    }

    /// Lets [`for_each_secret`] see the first `len` bytes of `block`; the rest is wiped and given back.
    ///
    /// # Safety
    /// `block` is live in this arena, held once, has at least `len` bytes, and nobody writes them from now on.
    pub(super) unsafe fn publish(&mut self, block: Block, len: usize) {
        let Some((_, region)) = self.region_of(block) else {
            return;
        };
        // SAFETY: live, and `&mut self` is the lock.
        let header = unsafe { block.header() };
        // SAFETY: the rest of the block, which its only holder does not use.
        unsafe { wipe(block.bytes().add(len), header.len - len) };
        let start = region.granule(block);
        if !region.is_dedicated() {
            let (had, need) = (granules_for(header.len), granules_for(len));
            region.taken.mark(start + need, had - need, false);
        }
        region.starts.mark(start, 1, true);
        header.len = len;
    }

    /// Keeps `companion` alive at least as long as `block`.
    ///
    /// # Safety
    /// Both are live in this arena, and `block` has no companion that leads back to it.
    pub(super) unsafe fn accompany(&mut self, block: Block, companion: Block) {
        // SAFETY: both are live; `&mut self` is the lock; the two headers are borrowed one after the other.
        let former = unsafe {
            self.hold(companion);
            block.header().companion.replace(companion)
        };
        if let Some(former) = former {
            // SAFETY: `block` held its former companion until now.
            unsafe { self.release(former) };
        }
    }

    /// Answers for the variable `name` from `block`, or from a list of which it is the next.
    ///
    /// # Safety
    /// `block` is live in this arena.
    unsafe fn name(&mut self, name: &str, delimiter: Option<char>, block: Block) {
        // SAFETY: live, and `&mut self` is the lock.
        unsafe { block.header() }.named = 1;
        match delimiter {
            None => self.names.set(name, block),
            Some(delimiter) => self.names.extend(name, delimiter, block),
        }
    }

    /// What is kept under the name of a variable; blocks that are found have one more holder: the caller.
    fn kept(&mut self, name: &str) -> Kept {
        let hold = |&block: &Block| {
            // SAFETY: a name forgets a block that is gone, so this one is live; `&mut self` is the lock.
            let header = unsafe { block.header() };
            header.holders += 1;
            (block, header.len)
        };
        match self.names.get(name) {
            None => Kept::Never,
            Some(None) => Kept::Gone,
            Some(Some(value)) => Kept::Here(value.blocks.iter().map(hold).collect(), value.delimiter),
        }
    }

    fn for_each(&self, visit: &mut dyn FnMut(&[u8])) {
        for region in self.regions.values() {
            for granule in region.starts.iter() {
                let block = region.block(granule);
                // SAFETY: a published block is live and its bytes do not change; whoever changes a header or frees
                // a block has `&mut self`.
                let bytes = unsafe {
                    let len = (*block.0.as_ptr()).len;
                    slice::from_raw_parts(block.bytes().as_ptr(), len)
                };
                visit(bytes);
            }
        }
    }

    /// A block of `need` granules in pages that are there.
    fn reuse(&mut self, need: usize) -> Option<Block> {
        if let Some(block) = self
            .regions
            .get_mut(&self.recent)
            .and_then(|region| region.place(need))
        {
            return Some(block);
        }
        self.regions.iter_mut().find_map(|(&key, region)| {
            let block = region.place(need)?;
            self.recent = key;
            Some(block)
        })
    }

    /// A block of `need` granules in fresh pages of `len` bytes.
    fn map(&mut self, len: usize, need: usize) -> Option<Block> {
        let region = Region::new(len);
        self.recent = region.pages.base().addr().get();
        self.regions.entry(self.recent).or_insert(region).place(need)
    }

    fn region_of(&mut self, block: Block) -> Option<(usize, &mut Region)> {
        let address = block.0.addr().get();
        let (&key, region) = self.regions.range_mut(..=address).next_back()?;
        (address - key < region.pages.len()).then_some((key, region))
    }

    /// Wipes a block and takes it out of its region.
    fn remove(&mut self, block: Block, len: usize) {
        let Some((key, region)) = self.region_of(block) else {
            return;
        };
        let extent = region.extent(len);
        // SAFETY: the extent of a block that nobody holds any more.
        unsafe { wipe(block.0.cast(), extent) };
        let start = region.granule(block);
        region
            .taken
            .mark(start, granules_for(len).min(granules::COUNT), false);
        region.starts.mark(start, 1, false);
        region.blocks -= 1;
        if region.blocks == 0 {
            self.regions.remove(&key);
        }
    }
}

fn granule_size() -> usize {
    Pages::size() / granules::COUNT
}

/// How many granules a secret of `len` bytes and its header take.
fn granules_for(len: usize) -> usize {
    size_of::<Header>().saturating_add(len).div_ceil(granule_size())
}

/// Overwrites `len` bytes with zeros in a way that the compiler keeps.
///
/// # Safety
/// The bytes belong to the caller and nothing else refers to them.
unsafe fn wipe(start: NonNull<u8>, len: usize) {
    // SAFETY: as the caller says; pages are zeroed when they are mapped, so every byte is initialized.
    unsafe { slice::from_raw_parts_mut(start.as_ptr(), len) }.zeroize();
}

#[cfg(test)]
mod tests;
