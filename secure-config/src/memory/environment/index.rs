//! The variables of the process by name: one pass, no copies, no allocation for up to 64 of them.
//!
//! `NAME` and `NAME_FILE` are filed under the same hash, because the loader always asks for both.

use std::ffi::{CStr, c_char};
use std::slice;

use super::FILE;
use super::block::Alone;

/// How many variables an index holds without allocating.
const FEW: usize = 64;

/// The variables of the process, by name.
///
/// The values are lent, not copied. They stay as they are while the index lives, although parsers and validators of
/// the user run meanwhile and may call `set_var` or start threads:
/// - glibc never frees and never overwrites the strings of the environment: `setenv` makes a new string and keeps the
///   old one for ever, `unsetenv` and `clearenv` only change the array of pointers, which the index does not read again;
/// - the kernel's strings stand on the main thread's stack as long as the process;
/// - this crate overwrites values only with the [`Alone`] claim, which the index holds.
///
/// What is left is C code that puts its own string into the environment with `putenv` and frees or changes it during
/// a load, on this very thread, or that writes over the block in place as `setproctitle` does. putenv(3) and
/// environ(7) make that its caller's fault, as it is when `getenv` is in use.
pub(super) struct Index {
    /// Without it, the index is empty and stays so.
    alone: Option<Alone>,
    variables: Few<Variable, FEW>,
    /// How many of `variables` there are.
    count: usize,
    /// Positions in `variables`, counted from one, at the hash of the name; zero where there is none. At least half
    /// of the table is zero, so that every search ends.
    table: Few<u32, { FEW * 2 }>,
}

/// A variable in the environment block.
#[derive(Clone, Copy)]
struct Variable {
    string: *const c_char,
    hash: u32,
    /// How long the name is without `_FILE`, and in the highest bit whether it ends so.
    name: u32,
}

/// The bit of [`Variable::name`] that is set for `NAME_FILE`.
const IS_FILE: u32 = 1 << 31;

impl Index {
    /// An index without variables.
    pub(super) const fn empty() -> Self {
        Self {
            alone: None,
            variables: Few::Here([Variable::NONE; FEW]),
            count: 0,
            table: Few::Here([0; FEW * 2]),
        }
    }

    /// Reads the variables as they stand, if nobody else can change them meanwhile.
    pub(super) fn fill(&mut self) {
        let Some(alone) = Alone::claim() else { return };
        // Few processes have more variables than fit in place; only there they are counted first.
        if !self.file(&alone) {
            let count = alone.strings().count();
            self.variables = Few::Heap(vec![Variable::NONE; count]);
            self.table = Few::Heap(vec![0; (count * 2).next_power_of_two()]);
            self.file(&alone);
        }
        self.alone = Some(alone);
    }

    /// Files all variables; `false` when there is no room for so many.
    fn file(&mut self, alone: &Alone) -> bool {
        let (variables, slots) = (self.variables.as_mut_slice(), self.table.as_mut_slice());
        let mut named = 0;
        for variable in alone.strings().filter_map(Variable::read) {
            let Some(place) = variables.get_mut(named) else {
                return false;
            };
            *place = variable;
            named += 1;
            let mut slot = first_slot(slots, variable.hash);
            while slots[slot] != 0 {
                slot = next_slot(slots, slot);
            }
            // The kernel takes a few million variables at most.
            slots[slot] = named as u32;
        }
        self.count = named;
        true
    }

    /// Whether the variables were read.
    pub(super) fn is_filled(&self) -> bool {
        self.alone.is_some()
    }

    /// The value of `name`.
    pub(super) fn get(&self, name: &[u8]) -> Option<&[u8]> {
        match name.split_last_chunk() {
            Some((base, b"_FILE")) => self.get_with_file(base).1,
            _ => self.get_with_file(name).0,
        }
    }

    /// The values of `base` and `base` + `_FILE`. The first of equal names counts, as for `getenv`.
    #[inline]
    pub(super) fn get_with_file(&self, base: &[u8]) -> (Option<&[u8]>, Option<&[u8]>) {
        let wanted = hash(base);
        let (variables, slots) = (self.variables.as_slice(), self.table.as_slice());
        let (mut value, mut file) = (None, None);
        let mut slot = first_slot(slots, wanted);
        // Positions count from one: zero is the end of the search.
        while let Some(variable) = variables.get((slots[slot] as usize).wrapping_sub(1)) {
            if variable.hash == wanted && variable.is_named(base) {
                let found = if variable.is_file() { &mut file } else { &mut value };
                found.get_or_insert_with(|| variable.value());
            }
            slot = next_slot(slots, slot);
        }
        (value, file)
    }

    /// The names, in the order of the environment.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        self.variables.as_slice()[..self.count]
            .iter()
            .map(Variable::full_name)
    }
}

impl Variable {
    const NONE: Self = Self {
        string: std::ptr::null(),
        hash: 0,
        name: 0,
    };

    /// The variable that `string` is, if it has a name: a leading `=` belongs to it, as for std.
    fn read(string: *mut c_char) -> Option<Self> {
        // SAFETY: `string` is a variable of the process and ends with zero; if its first byte is not that, a second
        // follows.
        let len = unsafe {
            if *string == 0 {
                return None;
            }
            1 + find_equals(string.add(1))?
        };
        // SAFETY: the byte was found inside the string.
        let name = unsafe { slice::from_raw_parts(string.cast::<u8>(), len) };
        // Five bytes at once: `strip_suffix` would call `memcmp` for each variable.
        let (base, file) = match name.split_last_chunk() {
            Some((base, b"_FILE")) => (base, IS_FILE),
            _ => (name, 0),
        };
        // No name has so many bytes: the kernel takes 128 KiB.
        let len = u32::try_from(base.len()).ok().filter(|len| len & IS_FILE == 0)?;
        Some(Self {
            string,
            hash: hash(base),
            name: len | file,
        })
    }

    fn is_file(&self) -> bool {
        self.name & IS_FILE != 0
    }

    /// Whether this is the variable `base` or `base` + `_FILE`.
    fn is_named(&self, base: &[u8]) -> bool {
        self.base_len() == base.len() && self.full_name().starts_with(base)
    }

    fn base_len(&self) -> usize {
        (self.name & !IS_FILE) as usize
    }

    fn full_name(&self) -> &[u8] {
        let len = self.base_len() + if self.is_file() { FILE.len() } else { 0 };
        // SAFETY: `read` found so many bytes there; see `Index` for why they stay.
        unsafe { slice::from_raw_parts(self.string.cast(), len) }
    }

    fn value(&self) -> &[u8] {
        // SAFETY: behind the name stand `=` and a string that ends with zero; see `Index` for why they stay.
        unsafe { CStr::from_ptr(self.string.add(self.full_name().len() + 1)) }.to_bytes()
    }
}

/// How far the first `=` is.
///
/// # Safety
/// `string` ends with a zero byte.
unsafe fn find_equals(string: *const c_char) -> Option<usize> {
    if cfg!(miri) {
        // Miri has no strchr.
        // SAFETY: as the caller says.
        let bytes = unsafe { CStr::from_ptr(string) }.to_bytes();
        return bytes.iter().position(|&byte| byte == b'=');
    }
    // SAFETY: as the caller says.
    let found = unsafe { libc::strchr(string, i32::from(b'=')) };
    (!found.is_null()).then(|| found.addr() - string.addr())
}

/// Where the search for a hash begins; the table has a power of two of slots.
fn first_slot(slots: &[u32], hash: u32) -> usize {
    hash as usize & (slots.len() - 1)
}

fn next_slot(slots: &[u32], slot: usize) -> usize {
    (slot + 1) & (slots.len() - 1)
}

/// A hash of the length, the first and the last eight bytes of a name: enough to tell the names of a service apart.
/// Names that agree in all of that are told apart by comparing them.
fn hash(name: &[u8]) -> u32 {
    let (first, last) = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => short(name),
    };
    let product =
        u128::from(first ^ 0x9E37_79B9_7F4A_7C15) * u128::from(last.rotate_left(7) ^ name.len() as u64);
    // The two halves, folded: every bit of the result depends on every bit of both.
    (product as u64 ^ (product >> 64) as u64) as u32
}

/// All of a name of fewer than eight bytes.
fn short(name: &[u8]) -> (u64, u64) {
    match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => (
            u32::from_le_bytes(*first).into(),
            u32::from_le_bytes(*last).into(),
        ),
        _ => (0, name.iter().fold(0, |all, &byte| all << 8 | u64::from(byte))),
    }
}

/// `N` values in place, or more on the heap.
enum Few<T, const N: usize> {
    Here([T; N]),
    Heap(Vec<T>),
}

impl<T, const N: usize> Few<T, N> {
    fn as_slice(&self) -> &[T] {
        match self {
            Self::Here(values) => values,
            Self::Heap(values) => values,
        }
    }

    fn as_mut_slice(&mut self) -> &mut [T] {
        match self {
            Self::Here(values) => values,
            Self::Heap(values) => values,
        }
    }
}
