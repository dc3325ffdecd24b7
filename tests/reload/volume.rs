//! A volume of Kubernetes: files that are links to `..data/…`, and `..data` a link that is exchanged in one step.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use secure_config::reload::Polled;
use secure_config::{SecretString, SecureConfig};
use tests::{STRONG, Scratch, set_mode};

use crate::exchanged;

/// A volume as the kubelet's atomic writer makes it.
pub(crate) struct Volume {
    path: PathBuf,
    generation: u32,
}

impl Volume {
    pub(crate) fn new(scratch: &Scratch, files: &[(&str, String)]) -> Self {
        let path = scratch.join("volume");
        fs::create_dir(&path).unwrap();
        let mut volume = Self { path, generation: 0 };
        volume.exchange(files);
        for (name, _) in files {
            symlink(Path::new("..data").join(name), volume.path.join(name)).unwrap();
        }
        volume
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes all files into a new folder, lets `..data` lead there by one rename, and removes the old folder.
    pub(crate) fn exchange(&mut self, files: &[(&str, String)]) {
        self.generation += 1;
        let folder = |generation| format!("..2026_11_28_{generation}");
        let new = self.path.join(folder(self.generation));
        fs::create_dir(&new).unwrap();
        for (name, content) in files {
            fs::write(new.join(name), content).unwrap();
            // As Kubernetes mounts them, whatever the umask is.
            set_mode(&new.join(name), 0o644);
        }
        let link = self.path.join("..data_tmp");
        symlink(folder(self.generation), &link).unwrap();
        fs::rename(link, self.path.join("..data")).unwrap();
        if self.generation > 1 {
            fs::remove_dir_all(self.path.join(folder(self.generation - 1))).unwrap();
        }
    }
}

#[derive(Debug, SecureConfig)]
struct Settings {
    token_secret: SecretString,
    number: u32,
}

#[test]
fn an_exchange_of_data_is_noticed() {
    let files = |secret: &str, number: u32| {
        [
            ("TOKEN_SECRET", secret.to_owned()),
            ("NUMBER", number.to_string()),
        ]
    };
    let scratch = Scratch::new();
    let mut volume = Volume::new(&scratch, &files(STRONG[0], 1));
    let none: [(&str, &str); 0] = [];
    let (live, _) = Settings::loader()
        .vars(none)
        .secrets_dir(volume.path())
        .live()
        .unwrap();
    assert!(matches!(live.poll(), Polled::Unchanged));
    // The links themselves and their times stay.
    let before = fs::symlink_metadata(volume.path().join("NUMBER"))
        .unwrap()
        .modified()
        .unwrap();
    for number in 2..5 {
        volume.exchange(&files(STRONG[number as usize], number));
        assert_eq!(exchanged(&live), ["NUMBER", "TOKEN_SECRET"]);
        let now = live.read();
        assert_eq!(now.number, number);
        assert!(now.token_secret.ct_eq(STRONG[number as usize]));
    }
    let after = fs::symlink_metadata(volume.path().join("NUMBER"))
        .unwrap()
        .modified()
        .unwrap();
    assert_eq!(before, after);
    volume.exchange(&files(STRONG[4], 4));
    assert!(
        matches!(live.poll(), Polled::Unchanged),
        "another folder, the same content"
    );
}
