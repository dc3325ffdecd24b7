//! Checks of several fields, at reloads.

use secure_config::{Check, SecureConfig};
use tests::{Scratch, problems};

use crate::{dotenv, write};

#[derive(Debug, SecureConfig)]
#[secure(check = Pool::consistent)]
struct Pool {
    #[secure(default = 1)]
    least: u32,
    #[secure(default = 10, needs_restart)]
    most: u32,
}

impl Pool {
    fn consistent(&self, check: &mut Check<'_>) {
        if self.least > self.most {
            check.refuse("least", "is more than the most");
        }
        if check.is_reload() && self.least == 7 {
            check.refuse("most", "comes too late");
        }
    }
}

#[derive(Debug, SecureConfig)]
struct Settings {
    #[secure(nested)]
    pool: Pool,
}

#[test]
fn a_set_that_a_check_refuses_does_not_come_into_force() {
    let scratch = Scratch::new();
    let path = write(&scratch, "POOL_LEAST=2\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    write(&scratch, "POOL_LEAST=11\n");
    let reloaded = live.reload();
    assert_eq!(problems(&reloaded), [("POOL_LEAST", "invalid")]);
    assert_eq!(live.read().pool.least, 2);
    write(&scratch, "POOL_LEAST=3\n");
    assert_eq!(live.reload().unwrap().changed(), ["POOL_LEAST"]);
}

#[test]
fn the_set_in_force_is_checked_as_well_as_the_new_one() {
    let scratch = Scratch::new();
    let path = write(&scratch, "POOL_LEAST=2\nPOOL_MOST=10\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    // Sound as a set of its own, but the most stays 10 until a restart.
    write(&scratch, "POOL_LEAST=15\nPOOL_MOST=20\n");
    let reloaded = live.reload();
    assert_eq!(problems(&reloaded), [("POOL_LEAST", "invalid")]);
    assert_eq!(live.read().pool.least, 2);
}

#[test]
fn a_check_sees_whether_an_earlier_set_is_in_force() {
    let scratch = Scratch::new();
    let path = write(&scratch, "POOL_LEAST=7\n");
    let (live, _) = dotenv::<Settings>(&path).live().unwrap();
    write(&scratch, "POOL_LEAST=2\n");
    assert_eq!(live.reload().unwrap().changed(), ["POOL_LEAST"]);
    write(&scratch, "POOL_LEAST=7\n");
    assert_eq!(problems(&live.reload()), [("POOL_MOST", "invalid")]);
}
