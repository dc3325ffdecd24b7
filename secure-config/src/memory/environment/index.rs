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
    variables: Few<Variable, FEW>,
    /// Positions in `variables`, counted from one, at the hash of the name; zero where there is none.
    table: Few<u32, { FEW * 2 }>,
    _alone: Alone,
}

/// A variable in the environment block.
#[derive(Clone, Copy)]
struct Variable {
    string: *const c_char,
    hash: u32,
    /// How long the name is without `_FILE`; `u32::MAX` bytes are more than the kernel takes.
    base: u32,
    is_file: bool,
}

impl Variable {
    const NONE: Self = Self {
        string: std::ptr::null(),
        hash: 0,
        base: 0,
        is_file: false,
    };

    /// The name without `_FILE`.
    fn base(&self) -> &[u8] {
        // SAFETY: `Index::of_process` found so many bytes there; see `Index` for why they stay.
        unsafe { slice::from_raw_parts(self.string.cast(), self.base as usize) }
    }

    fn name_len(&self) -> usize {
        self.base as usize + if self.is_file { FILE.len() } else { 0 }
    }

    fn name(&self) -> &[u8] {
        // SAFETY: as for `base`.
        unsafe { slice::from_raw_parts(self.string.cast(), self.name_len()) }
    }

    fn value(&self) -> &[u8] {
        // SAFETY: behind the name stand `=` and a string that ends with zero; see `Index` for why they stay.
        unsafe { CStr::from_ptr(self.string.add(self.name_len() + 1)) }.to_bytes()
    }
}

impl Index {
    /// The variables as they stand, if nobody else can change them meanwhile.
    pub(super) fn of_process() -> Option<Self> {
        let alone = Alone::claim()?;
        let count = alone.strings().count();
        let mut variables = Few::new(Variable::NONE, count);
        let mut table = Few::new(0_u32, (count * 2).next_power_of_two());
        let mut filled = 0;
        for string in alone.strings() {
            let Some(variable) = read(string) else { continue };
            variables.as_mut_slice()[filled] = variable;
            filled += 1;
            let slots = table.as_mut_slice();
            let mut slot = first_slot(slots, variable.hash);
            while slots[slot] != 0 {
                slot = (slot + 1) & (slots.len() - 1);
            }
            // The kernel takes a few million variables at most.
            slots[slot] = filled as u32;
        }
        Some(Self {
            variables,
            table,
            _alone: alone,
        })
    }

    /// The value of `name`.
    pub(super) fn get(&self, name: &[u8]) -> Option<&[u8]> {
        match name.strip_suffix(FILE.as_bytes()) {
            Some(base) => self.get_with_file(base).1,
            None => self.get_with_file(name).0,
        }
    }

    /// The values of `base` and `base` + `_FILE`. The first of equal names counts, as for `getenv`.
    pub(super) fn get_with_file(&self, base: &[u8]) -> (Option<&[u8]>, Option<&[u8]>) {
        let wanted = hash(base);
        let (variables, slots) = (self.variables.as_slice(), self.table.as_slice());
        let (mut value, mut file) = (None, None);
        let mut slot = first_slot(slots, wanted);
        while let Some(at) = (slots[slot] as usize).checked_sub(1) {
            let variable = &variables[at];
            if variable.hash == wanted && variable.base() == base {
                let found = if variable.is_file { &mut file } else { &mut value };
                found.get_or_insert_with(|| variable.value());
            }
            slot = (slot + 1) & (slots.len() - 1);
        }
        (value, file)
    }

    /// The names, in the order of the environment.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> {
        let set = |variable: &&Variable| !variable.string.is_null();
        self.variables
            .as_slice()
            .iter()
            .take_while(set)
            .map(Variable::name)
    }
}

/// Where the name of a variable ends, if it has a name: a leading `=` belongs to it, as for std.
fn read(string: *mut c_char) -> Option<Variable> {
    // SAFETY: `string` is a variable of the process and ends with zero; if its first byte is not that, a second follows.
    let len = unsafe {
        if *string == 0 {
            return None;
        }
        1 + find_equals(string.add(1))?
    };
    // SAFETY: the byte was found inside the string.
    let name = unsafe { slice::from_raw_parts(string.cast::<u8>(), len) };
    let (base, is_file) = match name.strip_suffix(FILE.as_bytes()) {
        Some(base) => (base, true),
        None => (name, false),
    };
    Some(Variable {
        string,
        hash: hash(base),
        base: u32::try_from(base.len()).ok()?,
        is_file,
    })
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

fn first_slot(slots: &[u32], hash: u32) -> usize {
    hash as usize & (slots.len() - 1)
}

/// A hash of every byte, eight at a time. Who chooses the names of our variables needs no collisions to harm us.
fn hash(name: &[u8]) -> u32 {
    let mut state = name.len() as u64;
    let mut rest = name;
    while let Some((word, after)) = rest.split_first_chunk() {
        state = mix(state, u64::from_le_bytes(*word));
        rest = after;
    }
    let tail = match (name.last_chunk(), rest.split_first_chunk(), rest.last_chunk()) {
        _ if rest.is_empty() => 0,
        // The last eight bytes, some of them for the second time.
        (Some(last), _, _) => u64::from_le_bytes(*last),
        (None, Some((first, _)), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        _ => rest.iter().fold(0, |tail, &byte| tail << 8 | u64::from(byte)),
    };
    (mix(state, tail) >> 16) as u32
}

/// The two halves of a product, folded: every bit of the result depends on every bit of the word.
fn mix(state: u64, word: u64) -> u64 {
    let product = u128::from(state ^ word ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    product as u64 ^ (product >> 64) as u64
}

/// `N` values in place, or more on the heap.
enum Few<T, const N: usize> {
    Here([T; N]),
    Heap(Box<[T]>),
}

impl<T: Copy, const N: usize> Few<T, N> {
    /// At least `count` times `value`.
    fn new(value: T, count: usize) -> Self {
        if count <= N {
            Self::Here([value; N])
        } else {
            Self::Heap(vec![value; count].into_boxed_slice())
        }
    }

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
