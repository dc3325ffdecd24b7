//! What a configuration is made of: static descriptors, written by the derive.

pub(crate) mod collide;

use crate::secret::Encoding;

/// The descriptor of a struct with `#[derive(SecureConfig)]`.
///
/// One driver, which knows no struct, walks it to load; the same descriptors feed the report and the generated documents.
#[derive(Debug)]
pub struct Schema {
    name: &'static str,
    doc: &'static str,
    prefix: &'static str,
    erase_env: bool,
    fields: &'static [Field],
    may_collide: bool,
}

impl Schema {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        prefix: &'static str,
        erase_env: bool,
        fields: &'static [Field],
    ) -> Self {
        Self {
            name,
            doc,
            prefix,
            erase_env,
            fields,
            may_collide: collide::may_collide(prefix, fields),
        }
    }

    /// The name of the struct.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its doc comment.
    #[must_use]
    pub const fn doc(&self) -> &'static str {
        self.doc
    }

    /// What the names of its variables begin with when it is loaded by itself; nested, the field that holds it says so instead.
    #[must_use]
    pub const fn prefix(&self) -> &'static str {
        self.prefix
    }

    /// Whether a load overwrites the secrets in the environment of the process.
    #[must_use]
    pub const fn erases_env(&self) -> bool {
        self.erase_env
    }

    /// Its fields, in the order of the struct.
    #[must_use]
    pub const fn fields(&self) -> &'static [Field] {
        self.fields
    }

    /// Returns true if any name depends on the prefix.
    const fn takes_prefix(&self) -> bool {
        let mut index = 0;
        while index < self.fields.len() {
            let field = &self.fields[index];
            let takes = match field.shape.kind {
                Kind::Nested(inner) => inner.takes_prefix(),
                _ => !field.absolute,
            };
            if takes {
                return true;
            }
            index += 1;
        }
        false
    }

    /// Whether two names may be equal, as far as hashes tell.
    pub(crate) const fn may_collide(&self) -> bool {
        self.may_collide
    }

    /// Calls `visit` with every field that reads a variable, nested ones included, and the prefix of its names.
    pub(crate) fn walk(&self, prefix: &str, visit: &mut dyn FnMut(&str, &'static Field)) {
        for field in self.fields {
            match field.shape.kind {
                Kind::Nested(inner) => inner.walk(&join(prefix, field), visit),
                _ => visit(prefix, field),
            }
        }
    }
}

/// The prefix of what `field` holds.
pub(crate) fn join(prefix: &str, field: &Field) -> String {
    let mut joined = String::with_capacity(prefix.len() + field.names[0].len());
    joined.push_str(prefix);
    joined.push_str(field.names[0]);
    joined
}

/// The descriptor of a field.
#[derive(Debug)]
pub struct Field {
    ident: &'static str,
    doc: &'static str,
    /// Of a nested field: the one prefix of its names.
    names: &'static [&'static str],
    absolute: bool,
    shape: Shape,
    default: Option<Default>,
    rules: &'static [Rule],
}

impl Field {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        ident: &'static str,
        doc: &'static str,
        names: &'static [&'static str],
        absolute: bool,
        shape: Shape,
        default: Option<Default>,
        rules: &'static [Rule],
    ) -> Self {
        Self {
            ident,
            doc,
            names,
            absolute,
            shape,
            default,
            rules,
        }
    }

    /// The name of the field in the struct.
    #[must_use]
    pub const fn ident(&self) -> &'static str {
        self.ident
    }

    /// Its doc comment.
    #[must_use]
    pub const fn doc(&self) -> &'static str {
        self.doc
    }

    /// The names of its variable without the prefix: the current one, then old ones. Of a nested field: the prefix of what it holds.
    #[must_use]
    pub const fn names(&self) -> &'static [&'static str] {
        self.names
    }

    /// Whether its names stand as they are, whatever the prefix: they were given by `env = …`.
    #[must_use]
    pub const fn is_absolute(&self) -> bool {
        self.absolute
    }

    /// What its type looks like.
    #[must_use]
    pub const fn shape(&self) -> Shape {
        self.shape
    }

    /// Its default.
    #[must_use]
    pub const fn default(&self) -> Option<Default> {
        self.default
    }

    /// Whether a load is refused when the variable is not set.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.default.is_none() && !self.shape.optional
    }

    /// Its rules, in the order of its attributes.
    #[must_use]
    pub const fn rules(&self) -> &'static [Rule] {
        self.rules
    }

    /// The full name behind `prefix`.
    pub(crate) fn full_name(&self, prefix: &str, name: &str) -> String {
        if self.absolute {
            name.to_owned()
        } else {
            [prefix, name].concat()
        }
    }

    /// What lists of this field are separated by.
    pub(crate) fn delimiter(&self) -> char {
        self.find(|rule| match rule {
            Rule::Delimiter(delimiter) => Some(*delimiter),
            _ => None,
        })
        .unwrap_or(',')
    }

    /// The first rule that `pick` takes.
    pub(crate) fn find<T>(&self, pick: impl FnMut(&'static Rule) -> Option<T>) -> Option<T> {
        self.rules.iter().find_map(pick)
    }

    /// Whether its values must not be shown, whatever its type is: its name says secret.
    pub(crate) fn is_sensitive(&self) -> bool {
        matches!(self.shape.kind, Kind::Secret(_)) || self.rules.contains(&Rule::Sensitive)
    }
}

/// The value of a field whose variable is not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Default {
    /// A text, read as the variable's would be.
    Text(&'static str),
    /// What an expression of the program makes, as it is written there.
    Code(&'static str),
}

/// What the type of a field looks like.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Shape {
    /// The kind of one value.
    pub kind: Kind,
    /// Whether it is an `Option`.
    pub optional: bool,
    /// Whether it is a list.
    pub list: bool,
    /// Whether its items are single values: no lists, no options.
    flat: bool,
}

impl Shape {
    #[doc(hidden)]
    #[must_use]
    pub const fn one(kind: Kind) -> Self {
        Self {
            kind,
            optional: false,
            list: false,
            flat: true,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn list(mut self) -> Self {
        self.flat = !self.list && !self.optional;
        self.list = true;
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self.kind, Kind::Secret(_))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn is_nested(self) -> bool {
        matches!(self.kind, Kind::Nested(_))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn is_flat(self) -> bool {
        self.flat
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn is_secret_bytes(self) -> bool {
        matches!(self.kind, Kind::Secret(SecretKind::Bytes))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn is_secret_url(self) -> bool {
        matches!(self.kind, Kind::Secret(SecretKind::Url))
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn has_length(self) -> bool {
        matches!(self.kind, Kind::Secret(_) | Kind::Text)
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self.kind, Kind::Integer { .. } | Kind::Float)
    }

    /// The shape of a tuple.
    #[doc(hidden)]
    #[must_use]
    pub const fn tuple(items: &[Self]) -> Self {
        let mut tuple = Self::one(Kind::Other).list();
        let mut index = 0;
        while index < items.len() {
            let item = items[index];
            tuple.flat &= !item.list && !item.optional && !item.is_secret();
            index += 1;
        }
        tuple
    }

    /// Returns true if a prefix reaches a variable of the struct; true for any other type.
    #[doc(hidden)]
    #[must_use]
    pub const fn takes_prefix(self) -> bool {
        match self.kind {
            Kind::Nested(schema) => schema.takes_prefix(),
            _ => true,
        }
    }

    /// Returns the same shape, with the flags of a type that serde or `FromStr` reads.
    #[doc(hidden)]
    #[must_use]
    pub const fn or_known(mut self, optional: bool, list: bool) -> Self {
        if matches!(self.kind, Kind::Other) {
            self.optional |= optional;
            self.list |= list;
        }
        self
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn takes_int(self, number: i128) -> bool {
        match self.kind {
            Kind::Integer { least, most } => least <= number && number <= most,
            Kind::Duration => number == 0,
            Kind::Float | Kind::Other => true,
            _ => false,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn takes_float(self) -> bool {
        matches!(self.kind, Kind::Float | Kind::Other)
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn takes_bool(self) -> bool {
        matches!(self.kind, Kind::Bool | Kind::Other)
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn takes_char(self) -> bool {
        matches!(self.kind, Kind::Char | Kind::Other)
    }

    /// Whether a value of this kind could be a secret's text, were the field named like one.
    #[doc(hidden)]
    #[must_use]
    pub const fn may_hold_secret(self) -> bool {
        matches!(self.kind, Kind::Text | Kind::Other)
    }
}

/// The kind of one value.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// A secret.
    Secret(SecretKind),
    /// Any text.
    Text,
    /// A whole number.
    Integer {
        /// The least that the type holds.
        least: i128,
        /// The most that the type holds; a `u128` says the most of an `i128`.
        most: i128,
    },
    /// A number with a fraction.
    Float,
    /// Yes or no.
    Bool,
    /// One character.
    Char,
    /// A length of time.
    Duration,
    /// An IP address, with or without a port.
    Address,
    /// A path of the file system.
    Path,
    /// What a type of the service makes of a text.
    Other,
    /// A struct of its own.
    Nested(&'static Schema),
}

/// The kind of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretKind {
    /// `SecretString`.
    Text,
    /// `SecretBytes`.
    Bytes,
    /// `SecretUrl`.
    Url,
}

/// What a secret is for, and so how strong it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// Signs or encrypts: at least 32 bytes, made by a machine.
    Key,
    /// Words that a person remembers.
    Passphrase,
    /// Opens an account: at least 16 bytes.
    Password,
    /// Issued by somebody else, in their form: at least 16 bytes.
    Token,
}

/// A rule that an attribute of the field states.
#[derive(Debug, PartialEq)]
#[non_exhaustive]
pub enum Rule {
    /// The field that it must not be more than.
    AtMost(&'static str),
    /// What separates the items of a list.
    Delimiter(char),
    /// Fields that the secret must differ from.
    DiffersFrom(&'static [&'static str]),
    /// How the variable spells the bytes.
    Encoding(Encoding),
    /// A missing secret is made up in the development profile.
    GenerateInDev,
    /// The one value allowed in production, as text.
    InProduction(&'static str),
    /// Exactly how many bytes, decoded.
    Len(usize),
    /// At most how many bytes, as used.
    MaxLen(usize),
    /// At least how many bits an attacker must guess.
    MinBits(u32),
    /// At least how many bytes, as used.
    MinLen(usize),
    /// A change of its variable counts from the next start on: what it was at the start stays in force until then.
    NeedsRestart,
    /// The texts allowed.
    OneOf(&'static [&'static str]),
    /// What the secret is for.
    Purpose(Purpose),
    /// The smallest and the largest number allowed.
    Range(Option<Bound>, Option<Bound>),
    /// Texts refused, compared without case and separators.
    Reject(&'static [&'static str]),
    /// Its name says secret: its value is never shown.
    Sensitive,
    /// A function of the service checks the value.
    Validate(&'static str),
}

/// An end of a range, for whole numbers and for others.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Bound {
    /// The end, for whole numbers.
    pub int: i128,
    /// The end, for others.
    pub float: f64,
    /// How the attribute spells it.
    pub text: &'static str,
}

impl Bound {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(int: i128, float: f64, text: &'static str) -> Self {
        Self { int, float, text }
    }

    /// Returns the end of a range of whole numbers, also where the attribute names a constant.
    pub(crate) fn whole(&self) -> String {
        self.literal().map_or_else(|| self.int.to_string(), str::to_owned)
    }

    /// Returns the same for other numbers. Apart, so that a program without them does not carry the code that writes them.
    pub(crate) fn fraction(&self) -> String {
        self.literal()
            .map_or_else(|| self.float.to_string(), str::to_owned)
    }

    /// The text, if it is a number and not the name of one.
    fn literal(&self) -> Option<&'static str> {
        let digits = self.text.strip_prefix('-').unwrap_or(self.text);
        let is_number = digits.starts_with(|first: char| first.is_ascii_digit())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        is_number.then_some(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Bound;

    #[test]
    fn constants_are_shown_as_numbers() {
        assert_eq!(Bound::new(64, 64.0, "crate::MOST").whole(), "64");
        assert_eq!(Bound::new(0, 0.5, "HALF").fraction(), "0.5");
        assert_eq!(Bound::new(-5, -5.0, "-5").whole(), "-5");
        assert_eq!(Bound::new(1, 1.0, "1.0").fraction(), "1.0");
    }
}
