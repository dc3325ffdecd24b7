//! Which control groups this process is in: `/proc/self/cgroup`, cgroups(7).

/// The groups of a process, one for each hierarchy of version 1 and one for version 2.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Membership<'a> {
    first: Vec<(&'a str, &'a str)>,
    second: Option<&'a str>,
}

impl<'a> Membership<'a> {
    /// Parses lines of `hierarchy:controllers:path`; others are passed over.
    pub(super) fn parse(text: &'a str) -> Self {
        let mut membership = Self::default();
        for line in text.lines() {
            // A path may hold colons.
            let mut columns = line.splitn(3, ':');
            let (Some(id), Some(controllers), Some(path)) = (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            if id == "0" && controllers.is_empty() {
                membership.second = Some(path);
            } else {
                membership.first.push((controllers, path));
            }
        }
        membership
    }

    /// The path of the version 1 group that `controller` watches the process in.
    pub(super) fn first(&self, controller: &str) -> Option<&'a str> {
        let holds = |list: &str| list.split(',').any(|name| name == controller);
        self.first
            .iter()
            .find(|(controllers, _)| holds(controllers))
            .map(|&(_, path)| path)
    }

    /// The path of the version 2 group.
    pub(super) fn second(&self) -> Option<&'a str> {
        self.second
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Membership;

    #[test]
    fn both_versions() {
        let text =
            "12:cpu,cpuacct:/user.slice\n4:memory:/a:b\n1:name=systemd:/\n0::/system.slice/app.service\n";
        let membership = Membership::parse(text);
        assert_eq!(membership.first("cpuacct"), Some("/user.slice"));
        assert_eq!(membership.first("memory"), Some("/a:b"));
        assert_eq!(membership.first("cpuset"), None);
        assert_eq!(membership.first("mem"), None);
        assert_eq!(membership.second(), Some("/system.slice/app.service"));
    }

    proptest! {
        #[test]
        fn only_what_is_written_is_found(text in "([0-9]{0,2}:?(memory|cpu|,){0,3}:?[/a:é ]{0,8}\n?){0,6}|.{0,60}") {
            let membership = Membership::parse(&text);
            let second = text.lines().rev().find_map(|line| line.strip_prefix("0::"));
            prop_assert_eq!(membership.second(), second);
            if let Some(path) = membership.first("memory") {
                let is_line = |line: &str| line.ends_with(&format!(":{path}")) && line.contains("memory");
                prop_assert!(text.lines().any(is_line), "{}", path);
            }
        }

        #[test]
        fn a_written_group_is_found(path in "/[^\n]{0,40}", others in proptest::collection::vec("[a-l]{1,9}", 0..6)) {
            let mut text: String = others.iter().map(|name| format!("9:{name}:/other\n")).collect();
            text += &format!("4:{},memory:{path}\n0::{path}\n", "pids");
            let membership = Membership::parse(&text);
            // `lines` takes a carriage return before the newline as part of the line's end.
            let path = path.strip_suffix('\r').unwrap_or(&path);
            prop_assert_eq!(membership.first("memory"), Some(path));
            prop_assert_eq!(membership.second(), Some(path));
        }
    }
}
