//! Events of the service itself.

use super::{Context, emit::security};

/// The service started and takes requests. The server says this by itself.
pub fn sys_startup(context: &Context<'_>) {
    security!(SysStartup, context, "the service started");
}

/// The service ends as it should. The server says this by itself.
pub fn sys_shutdown(context: &Context<'_>) {
    security!(SysShutdown, context, "the service ends");
}

/// The service starts again.
pub fn sys_restart(context: &Context<'_>) {
    security!(SysRestart, context, "the service restarts");
}

/// The service ends as it should not. A panic that was caught is no crash.
pub fn sys_crash(context: &Context<'_>, reason: &str) {
    security!(SysCrash, context, "the service crashed", text reason = reason);
}

/// Something that watches, such as a scanner or the audit log, was turned off.
pub fn sys_monitor_disabled(context: &Context<'_>, monitor: &str) {
    security!(SysMonitorDisabled, context, "a monitor was turned off", name monitor = monitor);
}

/// Something that watches was turned on.
pub fn sys_monitor_enabled(context: &Context<'_>, monitor: &str) {
    security!(SysMonitorEnabled, context, "a monitor was turned on", name monitor = monitor);
}
