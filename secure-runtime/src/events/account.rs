//! Events of accounts: logins, tokens, sessions, rights.

use super::{Context, emit::security};

/// A user logged in.
pub fn authn_login_success(context: &Context<'_>) {
    security!(AuthnLoginSuccess, context, "login succeeded");
}

/// A user logged in after this many failures.
pub fn authn_login_successafterfail(context: &Context<'_>, retries: u64) {
    security!(AuthnLoginSuccessafterfail, context, "login succeeded after failures", plain retries = retries);
}

/// A login failed. The admin listener says this of callers without its token.
pub fn authn_login_fail(context: &Context<'_>) {
    security!(AuthnLoginFail, context, "login failed");
}

/// A login failed for the last of `limit` times that are allowed.
pub fn authn_login_fail_max(context: &Context<'_>, limit: u64) {
    security!(AuthnLoginFailMax, context, "login failed too often", plain limit = limit);
}

/// An account was locked.
pub fn authn_login_lock(context: &Context<'_>, reason: &str) {
    security!(AuthnLoginLock, context, "an account was locked", text reason = reason);
}

/// A password was changed.
pub fn authn_password_change(context: &Context<'_>) {
    security!(AuthnPasswordChange, context, "a password was changed");
}

/// A password was to be changed and was not.
pub fn authn_password_change_fail(context: &Context<'_>) {
    security!(AuthnPasswordChangeFail, context, "a password was not changed");
}

/// A user is in two regions too far apart for the time between.
pub fn authn_impossible_travel(context: &Context<'_>, from: &str, to: &str) {
    security!(AuthnImpossibleTravel, context, "a user travels too fast", name from = from, name to = to);
}

/// A token was made that allows this.
pub fn authn_token_created(context: &Context<'_>, entitlements: &str) {
    security!(AuthnTokenCreated, context, "a token was made", text entitlements = entitlements);
}

/// A token was revoked. `token_id` names it and is not the token.
pub fn authn_token_revoked(context: &Context<'_>, token_id: &str) {
    security!(AuthnTokenRevoked, context, "a token was revoked", name token_id = token_id);
}

/// A token that was revoked or used up was presented: someone has a copy of it.
pub fn authn_token_reuse(context: &Context<'_>, token_id: &str) {
    security!(AuthnTokenReuse, context, "a token was used again", name token_id = token_id);
}

/// The token of an application was deleted.
pub fn authn_token_delete(context: &Context<'_>, app_id: &str) {
    security!(AuthnTokenDelete, context, "a token was deleted", name app_id = app_id);
}

/// A user asked for what he may not have. The resource is a route's template or a name, not the target of the request.
pub fn authz_fail(context: &Context<'_>, resource: &str) {
    security!(AuthzFail, context, "access was refused", text resource = resource);
}

/// What a user may do was changed.
pub fn authz_change(context: &Context<'_>, from: &str, to: &str) {
    security!(AuthzChange, context, "a user's rights were changed", name from = from, name to = to);
}

/// An administrator did this.
pub fn authz_admin(context: &Context<'_>, action: &str) {
    security!(AuthzAdmin, context, "an administrator did something", text action = action);
}

/// What a user may do with an object was changed.
pub fn privilege_permissions_changed(context: &Context<'_>, object: &str, from: &str, to: &str) {
    security!(
        PrivilegePermissionsChanged, context, "the permissions of an object were changed",
        text object = object, name from = from, name to = to,
    );
}

/// A session began.
pub fn session_created(context: &Context<'_>) {
    security!(SessionCreated, context, "a session began");
}

/// A session was prolonged.
pub fn session_renewed(context: &Context<'_>) {
    security!(SessionRenewed, context, "a session was prolonged");
}

/// A session ended by itself.
pub fn session_expired(context: &Context<'_>, reason: &str) {
    security!(SessionExpired, context, "a session expired", text reason = reason);
}

/// A user ended a session.
pub fn session_logout(context: &Context<'_>) {
    security!(SessionLogout, context, "a user logged out");
}

/// A session was used after its end.
pub fn session_use_after_expire(context: &Context<'_>) {
    security!(SessionUseAfterExpire, context, "a session was used after its end");
}

/// The user of the context created this user.
pub fn user_created(context: &Context<'_>, new_user: &str, attributes: &str) {
    security!(UserCreated, context, "a user was created", name on_user_id = new_user, text attributes = attributes);
}

/// The user of the context changed these attributes of a user. They are names, not values.
pub fn user_updated(context: &Context<'_>, on_user: &str, attributes: &str) {
    security!(UserUpdated, context, "a user was changed", name on_user_id = on_user, text attributes = attributes);
}

/// The user of the context put a user away.
pub fn user_archived(context: &Context<'_>, on_user: &str) {
    security!(UserArchived, context, "a user was archived", name on_user_id = on_user);
}

/// The user of the context deleted a user.
pub fn user_deleted(context: &Context<'_>, on_user: &str) {
    security!(UserDeleted, context, "a user was deleted", name on_user_id = on_user);
}
