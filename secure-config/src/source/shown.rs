//! How much of a path a report may show.

use std::path::{Component, Path};

/// The path of a file that could not be read, as far as it can be shown: it may be the secret itself, written where its file should be named.
///
/// A path leads somewhere. What it has in common with the file system is no secret, and neither is a name made of plain words below the
/// root; what is left becomes `…`. `None`: nothing of it can be shown.
pub(super) fn shown(path: &Path) -> Option<String> {
    const LONGEST: usize = 256;
    if path.as_os_str().len() > LONGEST {
        return None;
    }
    let is_somewhere = |place: &&Path| match place.parent() {
        None => false,
        Some(parent) if parent.as_os_str().is_empty() => place.is_dir(),
        Some(_) => place.symlink_metadata().is_ok(),
    };
    let place = path.ancestors().find(is_somewhere);
    let rest = place.map_or(path, |place| path.strip_prefix(place).unwrap_or(path));
    let is_plain = (place.is_some() || path.is_absolute())
        && rest.components().all(|part| match part {
            Component::Normal(name) => name.to_str().is_some_and(is_plain_name),
            _ => true,
        });
    if is_plain {
        return Some(path.to_string_lossy().into_owned());
    }
    place.map(|place| place.join("…").to_string_lossy().into_owned())
}

/// Whether the name of a file is made of words and short numbers, as no random value is: `jwt_access_secret`, `tls-2026.key`.
fn is_plain_name(name: &str) -> bool {
    const LONGEST_WORD: usize = 16;
    let is_word = |word: &str| {
        let letters = word.trim_end_matches(|last: char| last.is_ascii_digit());
        let is_one_case = |is: fn(&u8) -> bool| letters.bytes().all(|byte| is(&byte));
        let is_capitalized = || letters.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
        letters.len() <= LONGEST_WORD
            && word.len() - letters.len() <= 4
            && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
            && (is_one_case(u8::is_ascii_lowercase)
                || is_one_case(u8::is_ascii_uppercase)
                || is_capitalized())
    };
    name.len() <= 64 && name.split(['.', '-', '_']).all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_words() {
        for name in [
            "jwt_access_secret",
            "JWT_ACCESS_SECRET",
            "tls-2026.key",
            "..data",
            "Vault",
            "key1",
            "app",
        ] {
            assert!(is_plain_name(name), "{name}");
        }
        for name in [
            "hunter2hunter2hunter2",
            "k7JmQx2ZpB",
            "5f4dcc3b5aa765d61d8327deb882cf99",
            "correcthorsebatterystaple",
            "9fK2",
            "4111111111111111",
            "a b",
            "p%ss",
        ] {
            assert!(!is_plain_name(name), "{name}");
        }
    }

    #[test]
    fn a_path_is_shown_as_far_as_it_leads() {
        let somewhere = std::env::temp_dir();
        let below = |name: &str| shown(&somewhere.join("not there").join(name));
        let folder = somewhere.join("…").to_string_lossy().into_owned();
        assert_eq!(below("x"), Some(folder), "a blank is no part of a plain name");
        let path = "/nowhere/of/this/machine/jwt_secret";
        assert_eq!(shown(Path::new(path)).as_deref(), Some(path));
        assert_eq!(shown(Path::new("/k7JmQx2ZpB9vTn4LcWs8")), None);
        assert_eq!(shown(Path::new("correct-horse-battery-staple")), None);
        assert_eq!(shown(Path::new(&"/a".repeat(200))), None);
    }
}
