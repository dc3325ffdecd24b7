//! What all events have in common: the counter, the target, the fields of the context.

/// The target of the lines.
pub(super) const TARGET: &str = "security";

/// Counts an event and writes its line. Fields beyond those of the context are text from outside: `name = …` is bounded
/// as an id, `text = …` as text, `plain = …` is a number or the service's own.
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
            user_id = context.user_field().map(tracing::field::display),
            ip_address = context.ip_field().map(tracing::field::display),
            user_agent = context.agent_field().map(tracing::field::display),
            $($field = $crate::events::emit::field!($kind $value),)*
            $message
        )
    }};
}

macro_rules! field {
    (name $value:expr) => {
        tracing::field::display($crate::events::text::Bounded::name($value))
    };
    (text $value:expr) => {
        tracing::field::display($crate::events::text::Bounded::text($value))
    };
    (plain $value:expr) => {
        $value
    };
}

pub(super) use {field, security};
