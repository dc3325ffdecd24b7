//! The environment block of the process, while this thread is the only one and no one else lent parts of it.

use std::ffi::{CStr, c_char};
use std::marker::PhantomData;
use std::ptr;
use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};

use zeroize::Zeroize;

unsafe extern "C" {
    /// The variables, ended by null (environ(7)); glibc and musl both have it.
    static environ: *mut *mut c_char;
}

/// Whether an [`Alone`] exists.
static CLAIMED: AtomicBool = AtomicBool::new(false);

/// Proof that this thread was the only one when the block was claimed, and the one claim there is.
///
/// Stays on its thread. While it exists, nothing of this crate changes the block but [`Alone::erase`], which
/// ends every borrow first.
pub(super) struct Alone(PhantomData<*const ()>);

impl Alone {
    /// The claim, if this thread is the only one and has no claim further up on its stack.
    pub(super) fn claim() -> Option<Self> {
        let alone = crate::memory::process::is_single_threaded();
        // Made only when the claim is: dropping one gives it up.
        (alone && !CLAIMED.swap(true, Ordering::Acquire)).then(|| Self(PhantomData))
    }

    /// The variables: strings that end with a zero byte.
    pub(super) fn strings(&self) -> impl Iterator<Item = *mut c_char> {
        // SAFETY: there is no other thread that could replace the array while this reads the pointer.
        let mut next = unsafe { environ };
        std::iter::from_fn(move || {
            if next.is_null() {
                return None; // clearenv(3)
            }
            // SAFETY: the array ends with null, and this does not go beyond: `next` stays there. `erase` writes only
            // what was read already.
            let string = unsafe { *next };
            if string.is_null() {
                return None;
            }
            // SAFETY: null was not reached.
            next = unsafe { next.add(1) };
            Some(string)
        })
    }

    /// Overwrites the values of `names` where they stand and takes the variables out of the environment.
    pub(super) fn erase<S: AsRef<str>>(&self, names: &[S]) {
        // SAFETY: as in `strings`.
        let array = unsafe { environ };
        // No variable can have another name: `value_of` would run into the value, or beyond it.
        let names = || {
            names
                .iter()
                .map(AsRef::as_ref)
                .filter(|name| !name.is_empty() && !name.contains(['=', '\0']))
        };
        let mut kept = 0;
        for string in self.strings() {
            let value = names().find_map(|name: &str| value_of(string, name.as_bytes()));
            if let Some(value) = value {
                // SAFETY: a value is a string; it stands on the stack, where the kernel put it, or on the heap, where
                // setenv did: both can be written. putenv(3) lets C code add a string in read-only memory; such code
                // would crash here, at start, and a secret in the text of a program is none.
                // Nothing refers to it: this is the one claim, and the index that lent parts of it is gone.
                let bytes = unsafe {
                    let len = CStr::from_ptr(value).to_bytes().len();
                    slice::from_raw_parts_mut(value.cast::<u8>(), len)
                };
                bytes.zeroize();
            } else {
                // SAFETY: `strings` has read at least as many entries as were kept; this is what unsetenv does too.
                unsafe { *array.add(kept) = string };
                kept += 1;
            }
        }
        if !array.is_null() {
            // SAFETY: the array has at least one entry more than were kept: the null at its end.
            unsafe { *array.add(kept) = ptr::null_mut() };
        }
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        CLAIMED.store(false, Ordering::Release);
    }
}

/// Where the value stands, if `string` is the variable `name`.
fn value_of(string: *mut c_char, name: &[u8]) -> Option<*mut c_char> {
    for (at, &byte) in name.iter().enumerate() {
        // SAFETY: all bytes before this one were those of `name`, which has no zero: the string goes on.
        if unsafe { *string.cast::<u8>().add(at) } != byte {
            return None;
        }
    }
    // SAFETY: as above.
    let end = unsafe { string.add(name.len()) };
    // SAFETY: as above; behind `=` there is at least the zero at the end.
    unsafe { (*end.cast::<u8>() == b'=').then(|| end.add(1)) }
}
