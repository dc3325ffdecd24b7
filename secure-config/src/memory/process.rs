//! What this process is: its threads and its user.

/// Returns `true` if this thread is known to be the only one.
#[cfg(target_os = "linux")]
pub(super) fn is_single_threaded() -> bool {
    threads() == Some(1)
}

/// Returns the number of threads of this process; `None` if it cannot be counted, as without `/proc`.
#[cfg(target_os = "linux")]
pub(super) fn threads() -> Option<u64> {
    if cfg!(miri) {
        // Miri has no /proc. The library's own tests run one after another there, so that it sees the raw pass as well.
        return cfg!(test).then_some(1);
    }
    // The kernel counts a directory's links as two and one for each entry: one look, nothing read. Asked through libc, since every load asks
    // and std takes ten times the steps.
    let mut task = std::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: the path ends with zero, and there is room for what stat writes.
    let looked = unsafe { libc::stat(c"/proc/self/task".as_ptr(), task.as_mut_ptr()) };
    if looked != 0 {
        return None;
    }
    // SAFETY: stat has written it all when it returns zero.
    of_links(unsafe { task.assume_init() }.st_nlink)
}

/// Returns the number of threads by the links of their directory; file systems that do not count have one or two of them.
#[cfg(target_os = "linux")]
#[allow(clippy::useless_conversion, reason = "the type of st_nlink differs by target")]
fn of_links(links: libc::nlink_t) -> Option<u64> {
    u64::from(links).checked_sub(2).filter(|threads| *threads > 0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::of_links;

    #[test]
    fn what_is_not_counted_is_not_known() {
        assert_eq!(
            [0, 1, 2, 3, 4].map(of_links),
            [None, None, None, Some(1), Some(2)]
        );
    }
}

/// The user whose rights this process has, where the platform has such users.
pub(crate) fn effective_user() -> Option<u32> {
    #[cfg(unix)]
    {
        // SAFETY: geteuid reads the credentials of the caller; it takes no pointer and cannot fail.
        Some(unsafe { libc::geteuid() })
    }
    #[cfg(not(unix))]
    None
}

/// Whether the file lies on a mount that is read-only for this process.
pub(crate) fn is_read_only(file: &std::fs::File) -> bool {
    #[cfg(unix)]
    {
        use std::os::fd::AsRawFd;
        let mut mount = std::mem::MaybeUninit::<libc::statvfs>::uninit();
        // SAFETY: the descriptor is open as long as `file` is borrowed, and there is room for what fstatvfs writes.
        let asked = unsafe { libc::fstatvfs(file.as_raw_fd(), mount.as_mut_ptr()) };
        // SAFETY: fstatvfs has written it all when it returns zero.
        asked == 0 && unsafe { mount.assume_init() }.f_flag & libc::ST_RDONLY != 0
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        false
    }
}
