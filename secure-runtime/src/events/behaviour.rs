//! Events of clients that behave as they should not.

use super::{Context, emit::security};

/// A rate limit of `limit` requests was exceeded. The rate limit says this by itself.
#[doc(alias = "rate_limit_exceeded")]
pub fn excess_rate_limit_exceeded(context: &Context<'_>, limit: u64) {
    security!(ExcessRateLimitExceeded, context, "a rate limit was exceeded", plain limit = limit);
}

/// A user has more than `limit` sessions.
pub fn excess_sessions_exceeded(context: &Context<'_>, limit: u64) {
    security!(ExcessSessionsExceeded, context, "too many sessions", plain limit = limit);
}

/// An input was refused. `fields` are the names of what was wrong, never its values.
pub fn input_validation_fail(context: &Context<'_>, fields: &str) {
    security!(InputValidationFail, context, "an input was refused", text fields = fields);
}

/// An input was none of the values it could have been: the page does not offer it, so someone made the request by hand.
pub fn input_validation_discrete_fail(context: &Context<'_>, field: &str) {
    security!(InputValidationDiscreteFail, context, "an input was none of its values", name field = field);
}

/// A client asked for much that is not there.
pub fn malicious_excess_404(context: &Context<'_>) {
    security!(
        MaliciousExcess404,
        context,
        "a client asks for much that is not there"
    );
}

/// A client sent an input that nobody asked for.
pub fn malicious_extraneous(context: &Context<'_>, input: &str) {
    security!(MaliciousExtraneous, context, "a client sent what nobody asked for", name input = input);
}

/// A client is a known tool for attacks.
pub fn malicious_attack_tool(context: &Context<'_>, tool: &str) {
    security!(MaliciousAttackTool, context, "a client is a tool for attacks", name tool = tool);
}

/// A client sent SQL in this parameter; `rule` found it.
pub fn malicious_sqli(context: &Context<'_>, parameter: &str, rule: &str) {
    security!(MaliciousSqli, context, "a client sent SQL", name parameter = parameter, name rule = rule);
}

/// A page of another origin asked.
pub fn malicious_cors(context: &Context<'_>, origin: &str) {
    security!(MaliciousCors, context, "a page of another origin asked", text origin = origin);
}

/// A client asked for an object by an id that it cannot know.
pub fn malicious_direct_reference(context: &Context<'_>) {
    security!(MaliciousDirectReference, context, "a client guesses at ids");
}

/// A request came without the token that its page would have sent.
pub fn malicious_csrf(context: &Context<'_>) {
    security!(MaliciousCsrf, context, "a request may be forged");
}

/// A browser reported a violation of the content security policy.
pub fn malicious_csp_violation(context: &Context<'_>, effective_directive: &str, blocked_uri: &str) {
    // What stands behind a `?` is the blocked page's, and may be a token.
    let blocked_uri = blocked_uri.split(['?', '#']).next().unwrap_or_default();
    security!(
        MaliciousCspViolation, context, "a content security policy was violated",
        name effective_directive = effective_directive, text blocked_uri = blocked_uri,
    );
}

/// A prompt tried to give instructions.
pub fn mcp_prompt_injection(context: &Context<'_>) {
    security!(McpPromptInjection, context, "a prompt tried to give instructions");
}

/// A tool was called until something was used up.
pub fn mcp_resource_exhaustion(context: &Context<'_>) {
    security!(McpResourceExhaustion, context, "a tool was called too often");
}

/// The description of a tool tried to give instructions.
pub fn mcp_tool_poisoning(context: &Context<'_>) {
    security!(McpToolPoisoning, context, "a tool tried to give instructions");
}

/// A step was taken before the one that it needs.
pub fn sequence_fail(context: &Context<'_>) {
    security!(SequenceFail, context, "a step was taken out of order");
}
