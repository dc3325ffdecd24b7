//! What all events have in common: the counter, the target, the fields of the context.

/// The target of the lines.
pub(super) const TARGET: &str = "security";

/// Counts an event and writes its line. Fields beyond those of the context are text from outside: `name = …` is bounded
/// as an id, `text = …` as text and goes through the log's net for secrets, `plain = …` is a number.
macro_rules! security {
    ($event:ident, $context:expr, $message:literal $(, $kind:ident $field:ident = $value:expr)* $(,)?) => {{
        const EVENT: $crate::events::Event = $crate::events::Event::$event;
        const LEVEL: tracing::Level = EVENT.level();
        $crate::events::emit::security!(@ EVENT, LEVEL, $context, $message $(, $kind $field = $value)*)
    }};
    (@ $event:ident, $level:ident, $context:expr, $message:literal $(, $kind:ident $field:ident = $value:expr)*) => {{
        $event.add_one();
        let context: &$crate::events::Context<'_> = $context;
        tracing::event!(
            target: $crate::events::emit::TARGET,
            $level,
            event = $event.name(),
            user_id = context.user_field(),
            ip_address = context.ip_field().as_ref().map($crate::client::text::ClientText::as_str),
            user_agent = context.agent_field().as_deref(),
            $($field = $crate::events::emit::field!($kind $value),)*
            $message
        )
    }};
}

macro_rules! field {
    (name $value:expr) => {
        $crate::events::text::name($value)
    };
    (text $value:expr) => {
        // What is formatted is looked through, what is a string is not.
        tracing::field::display($crate::events::text::text($value))
    };
    (plain $value:expr) => {
        $value
    };
}

pub(super) use {field, security};
