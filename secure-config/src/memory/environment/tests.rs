//! The test harness has threads, so most tests here run again in a process of their own that forks: a forked child
//! has one thread.

use super::{Environment, EraseError, Value};
use crate::memory::Locked;

impl Value<'_> {
    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Owned(locked) => locked.as_bytes(),
        }
    }

    fn into_locked(self) -> Locked {
        match self {
            Self::Borrowed(bytes) => Locked::copy_of(bytes),
            Self::Owned(locked) => locked,
        }
    }
}

#[test]
#[cfg_attr(miri, ignore = "there, only the raw pass is of interest")]
fn std_answers_beside_threads() {
    std::thread::scope(|scope| {
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        scope.spawn(move || stopped.recv());
        let environment = Environment::of_process();
        let path = environment.get("PATH").expect("PATH is set");
        assert!(matches!(path, Value::Owned(_)));
        assert_eq!(
            path.as_bytes(),
            std::env::var_os("PATH").unwrap().as_encoded_bytes()
        );
        let (path, file) = environment.get_with_file("PATH");
        assert!(path.is_some() && file.is_none());
        let mut names = Vec::new();
        environment.for_each_name(&mut |name| names.push(name.to_vec()));
        assert!(names.contains(&b"PATH".to_vec()));
        let refused = if cfg!(target_os = "linux") {
            EraseError::Threads
        } else {
            EraseError::Platform
        };
        assert_eq!(environment.erase(&["PATH"]), Err(refused));
        assert!(std::env::var_os("PATH").is_some());
        drop(stop);
    });
}

#[test]
fn what_was_erased_is_answered_while_it_is_held() {
    let name = "ENVIRONMENT_TEST_CARRIED";
    let environment = Environment::of_process();
    assert!(environment.get(name).is_none() && !super::was_erased(name));
    let held = Locked::copy_of(b"carried");
    held.carry_as(name);
    assert_eq!(environment.get(name).expect("held").as_bytes(), b"carried");
    let (value, file) = environment.get_with_file(name);
    assert_eq!(value.expect("held").into_locked().as_bytes(), b"carried");
    assert!(file.is_none());
    drop(held);
    assert!(environment.get(name).is_none());
    assert!(super::was_erased(name));
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod alone {
    use std::ffi::{CString, c_char};
    use std::sync::Mutex;

    use super::super::{Environment, EraseError, Value};
    use crate::memory::Locked;
    use crate::memory::process::is_single_threaded;

    unsafe extern "C" {
        static mut environ: *mut *mut c_char;
    }

    const AGAIN: &str = "SECURE_CONFIG_TEST_ALONE";

    /// Runs `body` in a process with one thread.
    fn alone(test: &str, body: fn()) {
        if cfg!(miri) {
            return body();
        }
        if std::env::var_os(AGAIN).is_none() {
            let name = format!("memory::environment::tests::alone::{test}");
            let output = std::process::Command::new(std::env::current_exe().unwrap())
                .args([&name, "--exact", "--test-threads=1", "--nocapture"])
                .env(AGAIN, "1")
                .output()
                .unwrap();
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && text.contains("1 passed"), "{output:?}");
            return;
        }
        // SAFETY: the other thread of this process is the harness's, which waits and holds no lock.
        match unsafe { libc::fork() } {
            0 => {
                let passed = is_single_threaded() && std::panic::catch_unwind(body).is_ok();
                // SAFETY: ends the child without running what belongs to the parent.
                unsafe { libc::_exit(i32::from(!passed)) }
            }
            child => {
                let mut status = 0;
                // SAFETY: waits for the child just made and writes to `status`.
                assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
                assert_eq!(status, 0, "the child failed");
            }
        }
    }

    /// Replaces the environment of the process, for good.
    fn set_environment(strings: &[&[u8]]) {
        #[expect(dead_code, reason = "tells Miri that the array and the strings are no leak")]
        struct Kept(*mut *mut c_char, Vec<*mut c_char>);
        // SAFETY: nothing reads what is kept.
        unsafe impl Send for Kept {}
        static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

        let owned = strings
            .iter()
            .map(|string| CString::new(*string).unwrap().into_raw());
        let array: Vec<*mut c_char> = owned.chain([std::ptr::null_mut()]).collect();
        let strings = array.clone();
        let array = array.leak().as_mut_ptr();
        KEPT.lock().unwrap().push(Kept(array, strings));
        // SAFETY: this thread is the only one; array and strings live for ever and can be written.
        unsafe { environ = array };
    }

    fn borrowed(environment: &Environment, name: &str) -> Option<Vec<u8>> {
        environment.get(name).map(|value| match value {
            Value::Borrowed(bytes) => bytes.to_vec(),
            Value::Owned(_) => panic!("{name} was copied"),
        })
    }

    #[test]
    fn look_ups() {
        alone("look_ups", || {
            set_environment(&[
                b"A=1",
                b"EMPTY=",
                b"NO_EQUALS_SIGN",
                b"",
                b"=",
                b"=C:=drive",
                b"A=2",
                b"TWICE==x=y",
                b"B_FILE=/b",
                b"B=b",
                b"_FILE=odd",
                b"C_FILE=/c",
                b"NAME_OF_EIGHT_AND_MORE=long",
                b"NAME_OF_EIGHT_AND_MOR=short",
                b"BYTES\xFF=\xFE",
            ]);
            let environment = Environment::of_process();
            let get = |name| borrowed(&environment, name);
            assert_eq!(get("A").unwrap(), b"1", "the first counts, as for getenv");
            assert_eq!(get("EMPTY").unwrap(), b"");
            assert_eq!(get("TWICE").unwrap(), b"=x=y");
            assert_eq!(get("B").unwrap(), b"b");
            assert_eq!(get("B_FILE").unwrap(), b"/b");
            assert_eq!(get("_FILE").unwrap(), b"odd");
            assert_eq!(get("C_FILE").unwrap(), b"/c");
            assert_eq!(get("NAME_OF_EIGHT_AND_MORE").unwrap(), b"long");
            assert_eq!(get("NAME_OF_EIGHT_AND_MOR").unwrap(), b"short");
            assert_eq!(get("=C:").unwrap(), b"drive");
            for unset in ["", "C", "a", "A_FILE", "NO_EQUALS_SIGN", "NAME_OF_EIGHT", "="] {
                assert!(get(unset).is_none(), "{unset}");
            }
            let (value, file) = environment.get_with_file("B");
            assert_eq!(value.unwrap().as_bytes(), b"b");
            assert_eq!(file.unwrap().as_bytes(), b"/b");
            let (value, file) = environment.get_with_file("C");
            assert!(value.is_none());
            assert_eq!(file.unwrap().as_bytes(), b"/c");
            let mut names = Vec::new();
            environment.for_each_name(&mut |name| names.push(name.to_vec()));
            assert_eq!(
                names,
                [
                    &b"A"[..],
                    b"EMPTY",
                    b"=C:",
                    b"A",
                    b"TWICE",
                    b"B_FILE",
                    b"B",
                    b"_FILE",
                    b"C_FILE",
                    b"NAME_OF_EIGHT_AND_MORE",
                    b"NAME_OF_EIGHT_AND_MOR",
                    b"BYTES\xFF",
                ]
            );
        });
    }

    #[test]
    fn any_number_of_variables() {
        alone("any_number_of_variables", || {
            for count in [0, 1, 63, 64, 65, 128, if cfg!(miri) { 150 } else { 5_000 }] {
                let strings: Vec<_> = (0..count).map(|n| format!("NAME_{n}=value {n}")).collect();
                let strings: Vec<_> = strings.iter().map(|string| string.as_bytes()).collect();
                set_environment(&strings);
                let environment = Environment::of_process();
                for n in 0..count {
                    let value = borrowed(&environment, &format!("NAME_{n}"));
                    assert_eq!(value.unwrap(), format!("value {n}").into_bytes());
                }
                assert!(environment.get(&format!("NAME_{count}")).is_none());
            }
            // SAFETY: this thread is the only one.
            unsafe { environ = std::ptr::null_mut() };
            assert!(Environment::of_process().get("NAME_0").is_none());
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has an environment of its own and no processes")]
    fn values_stay_while_they_are_lent() {
        alone("values_stay_while_they_are_lent", || {
            set_environment(&[b"PLAIN=first"]);
            // SAFETY: this thread is the only one.
            unsafe { std::env::set_var("PLAIN", "second") };
            let environment = Environment::of_process();
            let lent = environment.get("PLAIN").unwrap();
            for n in 0..100 {
                // SAFETY: as above; this is what a validator may do.
                unsafe {
                    std::env::set_var("PLAIN", format!("third {n}"));
                    std::env::set_var(format!("MORE_{n}"), "x");
                }
            }
            // SAFETY: as above.
            unsafe { std::env::remove_var("PLAIN") };
            assert_eq!(lent.as_bytes(), b"second");
            assert_eq!(borrowed(&environment, "PLAIN").unwrap(), b"second");
        });
    }

    #[test]
    fn erased_values_are_zeros_where_they_stood() {
        alone("erased_values_are_zeros_where_they_stood", || {
            set_environment(&[
                b"KEEP=kept",
                b"SECRET=one",
                b"SECRETS=other",
                b"SECRET=two",
                b"NOT=A NAME=x",
                b"=odd",
            ]);
            // SAFETY: this thread is the only one, and the array has so many strings.
            let places = unsafe { [1, 3].map(|at| (*environ.add(at)).cast::<u8>().add(7)) };
            let environment = Environment::of_process();
            let held = environment.get("SECRET").unwrap().into_locked();
            held.carry_as("SECRET");
            assert_eq!(
                environment.erase(&["SECRET", "UNSET", "", "NOT=A NAME", "KEEP=kept\0"]),
                Ok(())
            );
            for place in places {
                // SAFETY: `set_environment` leaked the strings.
                assert_eq!(unsafe { std::slice::from_raw_parts(place, 3) }, [0; 3]);
            }
            let again = Environment::of_process();
            let mut names = Vec::new();
            again.for_each_name(&mut |name| names.push(name.to_vec()));
            assert_eq!(names, [&b"KEEP"[..], b"SECRETS", b"NOT"]);
            assert_eq!(borrowed(&again, "KEEP").unwrap(), b"kept");
            assert_eq!(borrowed(&again, "SECRETS").unwrap(), b"other");
            assert_eq!(borrowed(&again, "NOT").unwrap(), b"A NAME=x");
            assert_eq!(again.get("SECRET").unwrap().as_bytes(), b"one");
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has an environment of its own and no processes")]
    fn what_is_set_again_counts() {
        alone("what_is_set_again_counts", || {
            set_environment(&[b"SECRET=old"]);
            let environment = Environment::of_process();
            let held = environment.get("SECRET").unwrap().into_locked();
            held.carry_as("SECRET");
            assert_eq!(environment.erase(&["SECRET"]), Ok(()));
            assert!(std::env::var_os("SECRET").is_none());
            // SAFETY: this thread is the only one.
            unsafe { std::env::set_var("SECRET", "new") };
            assert_eq!(borrowed(&Environment::of_process(), "SECRET").unwrap(), b"new");
            assert_eq!(held.as_bytes(), b"old");
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has an environment of its own and no processes")]
    fn a_load_inside_a_load_neither_borrows_nor_erases() {
        alone("a_load_inside_a_load_neither_borrows_nor_erases", || {
            set_environment(&[b"SECRET=lent"]);
            let outer = Environment::of_process();
            let lent = outer.get("SECRET").unwrap();
            let inner = Environment::of_process();
            assert!(matches!(inner.get("SECRET"), Some(Value::Owned(_))));
            assert_eq!(inner.erase(&["SECRET"]), Err(EraseError::Nested));
            assert_eq!(lent.as_bytes(), b"lent");
            assert_eq!(outer.erase(&["SECRET"]), Ok(()));
            assert!(std::env::var_os("SECRET").is_none());
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has an environment of its own and no processes")]
    fn a_thread_that_started_meanwhile_stops_the_wipe() {
        alone("a_thread_that_started_meanwhile_stops_the_wipe", || {
            set_environment(&[b"SECRET=lent"]);
            let environment = Environment::of_process();
            let (stop, stopped) = std::sync::mpsc::channel::<()>();
            let thread = std::thread::spawn(move || stopped.recv());
            assert_eq!(environment.erase(&["SECRET"]), Err(EraseError::Threads));
            assert!(std::env::var_os("SECRET").is_some());
            drop(stop);
            assert!(thread.join().unwrap().is_err());
        });
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri has an environment of its own and no processes")]
    fn a_forked_child_still_reads_its_secrets() {
        alone("a_forked_child_still_reads_its_secrets", || {
            let secret = Locked::copy_of(b"shared with the child");
            // SAFETY: this thread is the only one.
            match unsafe { libc::fork() } {
                0 => {
                    let whole = secret.as_bytes() == b"shared with the child";
                    drop(secret);
                    let own = Locked::copy_of(b"own").as_bytes() == b"own";
                    // SAFETY: ends the child.
                    unsafe { libc::_exit(i32::from(!(whole && own))) }
                }
                child => {
                    let mut status = 0;
                    // SAFETY: waits for the child just made and writes to `status`.
                    unsafe { libc::waitpid(child, &raw mut status, 0) };
                    assert_eq!(status, 0);
                    assert_eq!(secret.as_bytes(), b"shared with the child");
                }
            }
        });
    }
}
