//! A text with braces is a text: in defaults, lists, docs and code.

use secure_config::SecureConfig;

const BRACES: &str = "{0}";

/// Holds {braces}, {} and {:?}.
#[derive(Debug, SecureConfig)]
struct Settings {
    /// An {id} in its doc.
    #[secure(default = "{}")]
    json: String,
    #[secure(default = "https://x/{id}/icon.png", validate = |text: &str| {
        if text.contains("{id}") { Ok(()) } else { Err("has no {id}") }
    })]
    icon: String,
    #[secure(default = "{a}", one_of = ["{a}", "{b}", "{"])]
    form: String,
    #[secure(default = '{')]
    open: char,
    #[secure(default = "{x},}")]
    list: Vec<String>,
    #[secure(default, in_production = { "{}" })]
    checked: String,
    #[secure(default = 5, range = { 1 }..={ 9 })]
    number: u8,
    #[secure(default = BRACES.to_owned() + &format!("{}{{", 1))]
    code: String,
    #[secure(default = "{}", delimiter = '}')]
    parts: Vec<String>,
    #[secure(default = "{", parse = |text: &str| if text == "{" { Ok(1) } else { Err("is no {") })]
    parsed: u8,
    #[secure(default = "{}")]
    other: std::borrow::Cow<'static, str>,
}

fn main() {
    let settings = Settings::loader().vars([("APP_ENV", "dev")]).load().unwrap();
    assert_eq!((settings.json.as_str(), settings.icon.as_str()), ("{}", "https://x/{id}/icon.png"));
    assert_eq!((settings.form.as_str(), settings.open, settings.list), ("{a}", '{', vec!["{x}".into(), "}".into()]));
    assert_eq!((settings.checked.as_str(), settings.number, settings.code.as_str()), ("", 5, "{0}1{"));
    assert_eq!((settings.parts, settings.parsed, &*settings.other), (vec!["{".to_owned()], 1, "{}"));
    let refused = Settings::loader().vars([("FORM", "{c}")]).load().unwrap_err().to_string();
    assert!(refused.contains("\"{c}\" is not one of {a}, {b}, {"), "{refused}");
}
