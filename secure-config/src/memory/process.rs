//! What this process is: its threads and its user.

/// Whether this thread is the only one, as far as the platform tells.
pub(crate) fn is_single_threaded() -> bool {
    // Miri has no /proc. The library's own tests run one after another there, so that it sees the raw pass as well.
    #[cfg(miri)]
    return cfg!(test);
    #[cfg(all(target_os = "linux", not(miri)))]
    {
        // The kernel counts a directory's links as two and one for each entry: one look, nothing read. Asked through
        // libc, since every load asks and std takes ten times the steps.
        let mut task = std::mem::MaybeUninit::<libc::stat>::uninit();
        // SAFETY: the path ends with zero, and there is room for what stat writes.
        let looked = unsafe { libc::stat(c"/proc/self/task".as_ptr(), task.as_mut_ptr()) };
        // SAFETY: stat has written it all when it returns zero.
        looked == 0 && unsafe { task.assume_init() }.st_nlink == 3
    }
    #[cfg(not(any(target_os = "linux", miri)))]
    false
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
