//! What this process is: its threads and its user.

/// Whether this thread is the only one, as far as the platform tells.
pub(crate) fn is_single_threaded() -> bool {
    #[cfg(target_os = "linux")]
    {
        // The kernel counts a directory's links as two and one for each entry: one look, nothing read.
        use std::os::linux::fs::MetadataExt;
        std::fs::metadata("/proc/self/task").is_ok_and(|task| task.st_nlink() == 3)
    }
    #[cfg(not(target_os = "linux"))]
    false
}

/// The user whose rights this process has, where the platform has such users.
pub(crate) fn effective_user() -> Option<u32> {
    #[cfg(unix)]
    {
        // SAFETY: geteuid reads the credentials of the caller; it takes no pointer and cannot fail.
        #[allow(unsafe_code, reason = "std has no way to ask")]
        Some(unsafe { libc::geteuid() })
    }
    #[cfg(not(unix))]
    None
}
