//! Where the hierarchies of control groups are mounted: `/proc/self/mountinfo`, proc_pid_mountinfo(5).

use std::path::{Component, Path, PathBuf};

/// A host has one mount for each controller; a hundred is a mistake or an attack.
const MAX_MOUNTS: usize = 64;

/// A mounted hierarchy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// The group that the mount point shows.
    root: String,
    point: String,
    /// The mount's options, which name the controllers of version 1; `None` for version 2.
    controllers: Option<String>,
}

impl Mount {
    /// The cgroup mounts among the lines of `mountinfo`.
    pub(super) fn parse(text: &str) -> Vec<Self> {
        text.lines().filter_map(Self::line).take(MAX_MOUNTS).collect()
    }

    /// `36 35 98:0 /root /point rw master:1 - cgroup2 source options`, with any number of fields before the dash.
    fn line(line: &str) -> Option<Self> {
        let (before, after) = line.split_once(" - ")?;
        let mut after = after.split(' ');
        let controllers = match after.next()? {
            "cgroup" => Some(after.nth(1)?.to_owned()),
            "cgroup2" => None,
            _ => return None,
        };
        let mut before = before.split(' ').skip(3);
        Some(Self {
            root: unescape(before.next()?),
            point: unescape(before.next()?),
            controllers,
        })
    }

    /// Whether this is the version 1 hierarchy of `controller`.
    pub(super) fn is_first(&self, controller: &str) -> bool {
        self.controllers
            .as_deref()
            .is_some_and(|list| list.split(',').any(|name| name == controller))
    }

    /// Whether this is the version 2 hierarchy.
    pub(super) fn is_second(&self) -> bool {
        self.controllers.is_none()
    }

    /// The folder of the group at `path`, then those of its parents, as far up as the mount shows them.
    ///
    /// A group that the mount does not show (a container that sees its own group only, or a path with `..` in it) counts as the
    /// mount point.
    pub(super) fn levels(&self, path: &str, system_root: &Path) -> Vec<PathBuf> {
        let point = system_root.join(self.point.trim_start_matches('/'));
        let below = Path::new(path).strip_prefix(&self.root).unwrap_or(Path::new(""));
        let plain = |component| matches!(component, Component::Normal(_));
        if !below.components().all(plain) {
            return vec![point];
        }
        let leaf = point.join(below);
        leaf.ancestors()
            .take_while(|folder| folder.starts_with(&point))
            .map(Path::to_owned)
            .collect()
    }
}

/// Undoes the kernel's escapes: a backslash and three octal digits for blank, tab, newline and backslash.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let digits = rest
            .get(at + 1..at + 4)
            .filter(|digits| digits.bytes().all(|b| matches!(b, b'0'..=b'7')));
        match digits
            .and_then(|digits| u8::from_str_radix(digits, 8).ok())
            .filter(u8::is_ascii)
        {
            Some(byte) => {
                out.push(char::from(byte));
                rest = &rest[at + 4..];
            }
            None => {
                out.push('\\');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DOCKER: &str = "\
        1 2 0:3 / / rw,relatime - overlay overlay rw\n\
        732 731 0:30 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro,nosuid master:11 shared:2 - cgroup cgroup rw,cpu,cpuacct\n\
        733 731 0:31 / /sys/fs/my\\040cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n";

    #[test]
    fn mounts_of_both_versions() {
        let mounts = Mount::parse(DOCKER);
        assert_eq!(mounts.len(), 2);
        assert!(mounts[0].is_first("cpuacct") && !mounts[0].is_first("memory") && !mounts[0].is_second());
        assert_eq!(mounts[0].root, "/docker/abc");
        assert!(mounts[1].is_second());
        assert_eq!(mounts[1].point, "/sys/fs/my cgroup");
    }

    #[test]
    fn levels_end_at_the_mount_point() {
        let mounts = Mount::parse(DOCKER);
        let levels = |index: usize, path| mounts[index].levels(path, Path::new("/host"));
        let own = Path::new("/host/sys/fs/cgroup/cpu,cpuacct");
        assert_eq!(levels(0, "/docker/abc"), [own]);
        assert_eq!(
            levels(0, "/docker/abc/inner"),
            [own.join("inner"), own.to_owned()]
        );
        assert_eq!(levels(0, "/elsewhere"), [own]);
        let point = Path::new("/host/sys/fs/my cgroup");
        assert_eq!(
            levels(1, "/a/b"),
            [point.join("a/b"), point.join("a"), point.to_owned()]
        );
        assert_eq!(levels(1, "/../../etc"), [point]);
        assert_eq!(levels(1, "/"), [point]);
    }

    #[test]
    fn escapes() {
        assert_eq!(unescape(r"a\040b\134c\012"), "a b\\c\n");
        assert_eq!(unescape(r"\9\04\377é\"), r"\9\04\377é\");
    }

    proptest! {
        #[test]
        fn whatever_is_mounted_is_not_left(
            (root, point) in ("/?[a-c./\\\\0-4]{0,12}", "[a-c./\\\\0-4]{1,12}"),
            (path, noise) in ("(/|[.]{1,2}|[a-c]){0,12}|.{0,30}", ".{0,60}"),
        ) {
            prop_assert!(unescape(&noise).len() <= noise.len());
            let line = format!("1 2 0:3 {root} {point} rw - cgroup2 cgroup2 rw\n");
            let mounts = Mount::parse(&format!("{noise}\n{line}{noise}\n"));
            prop_assert!(!mounts.is_empty());
            // Below what the mount shows, so that it has something to leave.
            let path = format!("{}/{path}", unescape(&root));
            for mount in mounts {
                let point = Path::new("/host").join(mount.point.trim_start_matches('/'));
                for level in mount.levels(&path, Path::new("/host")) {
                    let below = level.strip_prefix(&point);
                    let is_below = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
                    prop_assert!(below.is_ok_and(is_below), "{:?} of {:?}", level, point);
                }
            }
        }

        #[test]
        fn no_level_is_outside_of_the_mount(
            root in "/[a-c./]{0,12}",
            point in "/[a-c /]{1,12}",
            path in "/[a-c./]{0,40}",
        ) {
            let mount = Mount { root, point: point.clone(), controllers: None };
            let levels = mount.levels(&path, Path::new("/host"));
            prop_assert!(!levels.is_empty());
            for level in levels {
                prop_assert!(level.starts_with(Path::new("/host").join(point.trim_start_matches('/'))));
                prop_assert!(!level.components().any(|part| matches!(part, Component::ParentDir)));
            }
        }

        #[test]
        fn an_escaped_path_comes_back(path in "[a-z \\\\\t]{0,20}") {
            let escaped: String = path
                .chars()
                .map(|c| if matches!(c, ' ' | '\\' | '\t') { format!("\\{:03o}", c as u32) } else { c.to_string() })
                .collect();
            prop_assert_eq!(unescape(&escaped), path);
        }
    }
}
