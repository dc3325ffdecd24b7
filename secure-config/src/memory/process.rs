//! What this process is: its threads and its user.

/// Whether this thread is the only one.
#[cfg(target_os = "linux")]
pub(super) fn is_single_threaded() -> bool {
    if cfg!(miri) {
        // Miri has no /proc. The library's own tests run one after another there, so that it sees the raw pass as well.
        return cfg!(test);
    }
    // The kernel counts a directory's links as two and one for each entry: one look, nothing read. Without /proc, and
    // where it counts otherwise, the answer is no.
    use std::os::linux::fs::MetadataExt;
    std::fs::metadata("/proc/self/task").is_ok_and(|task| task.st_nlink() == 3)
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
