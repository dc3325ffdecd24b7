//! PEM as people and tools write it, and a clear reason where it is not PEM.
//!
//! The parser of rustls takes lines that begin with `-----BEGIN`; everything else is skipped. A byte order mark or an indented line
//! would then hide a certificate without a word, so lines are trimmed here first.

use std::fmt;

use tokio_rustls::rustls::pki_types::pem::PemObject;
use zeroize::Zeroizing;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const BOM: &[u8] = "\u{feff}".as_bytes();

/// The sections of a PEM file.
pub(super) struct Pem {
    text: Zeroizing<Vec<u8>>,
    labels: Vec<Label>,
    has_encrypted: bool,
}

/// The label of a section, and whether the section has an end.
struct Label {
    text: String,
    is_closed: bool,
}

/// The reason why a file is not PEM, or holds nothing of use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) enum Flaw {
    Empty,
    Utf16,
    Der,
    Pkcs12,
    /// Line ends are written as the two characters `\n`.
    EscapedLineEnds,
    /// Something stands before `-----BEGIN` in this line.
    TextBefore(usize),
    NotPem,
    /// It has sections, and none that counts; this is the label of the first one.
    Holds(String),
    /// This section that counts cannot be decoded.
    Damaged(usize),
    /// This certificate is of X.509 version 1 or 2.
    OldVersion(u8),
    Encrypted,
    /// The key cannot be used: it is damaged or of another kind.
    Unsupported,
}

impl Pem {
    /// Reads the labels of all sections.
    pub(super) fn read(content: &[u8]) -> Result<Self, Flaw> {
        if content.iter().all(u8::is_ascii_whitespace) {
            return Err(Flaw::Empty);
        }
        if let Some(flaw) = other_format(content) {
            return Err(flaw);
        }
        // Room for all of it: a buffer that grows leaves copies of a key behind.
        let mut text = Zeroizing::new(Vec::with_capacity(content.len() + 1));
        let (mut labels, mut has_encrypted) = (Vec::new(), false);
        for (number, line) in content.split(|byte| *byte == b'\n').enumerate() {
            // Files of old Macs end their lines with CR alone.
            for line in line.split(|byte| *byte == b'\r') {
                let mut line = line.trim_ascii();
                while let Some(rest) = line.strip_prefix(BOM) {
                    line = rest.trim_ascii_start();
                }
                if line.is_empty() {
                    continue;
                }
                if let Some(label) = line.strip_prefix(BEGIN) {
                    if contains(line, b"-----\\n") {
                        return Err(Flaw::EscapedLineEnds);
                    }
                    labels.push(Label {
                        text: label_of(label),
                        is_closed: false,
                    });
                } else if line.starts_with(END) {
                    labels
                        .last_mut()
                        .into_iter()
                        .for_each(|label| label.is_closed = true);
                    if contains(line, BEGIN) {
                        return Err(Flaw::TextBefore(number + 1));
                    }
                } else if line.starts_with(b"#") {
                    // A comment may hold whole certificates.
                    continue;
                } else if contains(line, BEGIN) {
                    return Err(Flaw::TextBefore(number + 1));
                }
                has_encrypted |= line.starts_with(b"Proc-Type:") && line.ends_with(b"ENCRYPTED");
                text.extend_from_slice(line);
                text.push(b'\n');
            }
        }
        if labels.is_empty() {
            return Err(Flaw::NotPem);
        }
        Ok(Self {
            text,
            labels,
            has_encrypted,
        })
    }

    /// Returns the sections that `is_wanted` by their kind.
    ///
    /// # Errors
    ///
    /// There is none, or one of them cannot be decoded.
    pub(super) fn sections<T: PemObject>(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<T>, Flaw> {
        let labels: Vec<_> = self
            .labels
            .iter()
            .filter(|label| is_wanted(&label.text))
            .collect();
        let wanted = labels.len();
        if wanted == 0 {
            let first = self.labels.first().map(|label| label.text.clone());
            return Err(Flaw::Holds(first.unwrap_or_default()));
        }
        if let Some(open) = labels.iter().position(|label| !label.is_closed) {
            return Err(Flaw::Damaged(open + 1));
        }
        let mut found = Vec::with_capacity(wanted);
        for section in T::pem_slice_iter(&self.text) {
            // The parser's error may quote what it could not read.
            found.push(section.map_err(|_| Flaw::Damaged(found.len() + 1))?);
        }
        // An end that belongs to another label ends nothing.
        if found.len() == wanted {
            Ok(found)
        } else {
            Err(Flaw::Damaged(found.len() + 1))
        }
    }

    /// Returns `true` if a key is encrypted with a passphrase.
    pub(super) fn has_encrypted_key(&self) -> bool {
        self.has_encrypted
            || self
                .labels
                .iter()
                .any(|label| label.text == "ENCRYPTED PRIVATE KEY")
    }
}

/// Returns `true` for the label of certificates.
pub(super) fn is_certificate(label: &str) -> bool {
    label == "CERTIFICATE"
}

/// Returns `true` for the labels of private keys that rustls reads.
pub(super) fn is_private_key(label: &str) -> bool {
    matches!(label, "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY")
}

fn contains(line: &[u8], part: &[u8]) -> bool {
    line.windows(part.len()).any(|window| window == part)
}

/// Returns the label of a line after `-----BEGIN `, which is shown only if it looks like one.
fn label_of(rest: &[u8]) -> String {
    let label = rest.strip_suffix(b"-----").unwrap_or(rest);
    let is_plain = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" #-".contains(byte);
    if (1..=40).contains(&label.len()) && label.iter().all(is_plain) {
        String::from_utf8_lossy(label).into_owned()
    } else {
        "something else".to_owned()
    }
}

/// Recognizes what else certificates and keys are kept in.
fn other_format(content: &[u8]) -> Option<Flaw> {
    if content.starts_with(&[0xff, 0xfe]) || content.starts_with(&[0xfe, 0xff]) {
        return Some(Flaw::Utf16);
    }
    // A SEQUENCE with a length of two or three bytes, as everything of more than 127 bytes has.
    let inner = match content {
        [0x30, 0x81, _, inner @ ..] | [0x30, 0x82, _, _, inner @ ..] | [0x30, 0x83, _, _, _, inner @ ..] => {
            inner
        }
        // An Ed25519 key is that short.
        [0x30, length, inner @ ..] if usize::from(*length) == inner.len() => inner,
        _ => return None,
    };
    Some(if inner.starts_with(&[2, 1, 3, 0x30]) {
        Flaw::Pkcs12
    } else {
        Flaw::Der
    })
}

/// A flaw of the file with certificates, in words.
pub(super) struct OfCertificate<'a>(pub(super) &'a Flaw);

impl fmt::Display for OfCertificate<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the certificate file ")?;
        match self.0 {
            Flaw::Der => f.write_str(
                "is DER, not PEM: convert it with `openssl x509 -inform der -in FILE -out NEW`",
            ),
            Flaw::Pkcs12 => f.write_str(
                "is PKCS#12, not PEM: take the certificates out with `openssl pkcs12 -nokeys -in FILE -out NEW`",
            ),
            Flaw::Holds(label) if label.ends_with("PRIVATE KEY") => write!(
                f,
                "holds {label} and no certificate: check that the paths of the certificate and of the key are not swapped"
            ),
            Flaw::Holds(label) if label.ends_with("CERTIFICATE REQUEST") => write!(
                f,
                "holds {label}, which is what an authority makes a certificate of: use the certificate that it returned"
            ),
            Flaw::Holds(label) if matches!(label.as_str(), "TRUSTED CERTIFICATE" | "X509 CERTIFICATE") => write!(
                f,
                "holds {label}, which is another format: convert it with `openssl x509 -in FILE -out NEW`"
            ),
            Flaw::Holds(label) if matches!(label.as_str(), "PKCS7" | "CMS" | "PKCS #7 SIGNED DATA") => write!(
                f,
                "holds {label}, which is another format: take the certificates out with `openssl pkcs7 -print_certs -in FILE -out NEW`"
            ),
            Flaw::Holds(label) => write!(f, "holds {label} and no CERTIFICATE: use the certificate chain, leaf first"),
            Flaw::Damaged(number) => write!(f, "is damaged: certificate {number} cannot be decoded; copy the file again"),
            Flaw::OldVersion(version) => write!(
                f,
                "begins with a certificate of X.509 version {version}, which TLS clients refuse: issue it as version 3, with the host's \
                 name as subjectAltName"
            ),
            other => other.of_any(f, "CERTIFICATE"),
        }
    }
}

/// A flaw of the file with the key, in words.
pub(super) struct OfKey<'a>(pub(super) &'a Flaw);

impl fmt::Display for OfKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key file ")?;
        match self.0 {
            Flaw::Der => f.write_str("is DER, not PEM: convert it with `openssl pkey -inform der -in FILE -out NEW`"),
            Flaw::Pkcs12 => f.write_str(
                "is PKCS#12, not PEM: take the key out with `openssl pkcs12 -nocerts -noenc -in FILE -out NEW`",
            ),
            Flaw::Encrypted => f.write_str(
                "holds an encrypted key, and nobody is there to type its passphrase: decrypt it with `openssl pkey -in FILE -out NEW`",
            ),
            Flaw::Holds(label) if label == "OPENSSH PRIVATE KEY" => write!(
                f,
                "holds {label}, which is another format: convert it with `ssh-keygen -p -m pkcs8 -f FILE`"
            ),
            Flaw::Holds(label) if label.ends_with("CERTIFICATE") => write!(
                f,
                "holds {label} and no private key: check that the paths of the certificate and of the key are not swapped"
            ),
            Flaw::Holds(label) => write!(f, "holds {label} and no private key: use the key that the certificate was made with"),
            Flaw::Damaged(_) => f.write_str("is damaged: the private key cannot be decoded; copy the file again"),
            Flaw::Unsupported => f.write_str(
                "holds a private key that is damaged or of another kind: use RSA of 2048 to 4096 bits, ECDSA with P-256 or P-384, or Ed25519",
            ),
            other => other.of_any(f, "PRIVATE KEY"),
        }
    }
}

impl Flaw {
    fn of_any(&self, f: &mut fmt::Formatter<'_>, label: &str) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::Utf16 => f.write_str("is UTF-16: save it as plain text (ASCII or UTF-8)"),
            Self::EscapedLineEnds => f.write_str("has \\n where lines should end: write it with line ends"),
            Self::TextBefore(line) => {
                write!(
                    f,
                    "has something before -----BEGIN in line {line}: begin a new line there"
                )
            }
            _ => write!(
                f,
                "is not PEM: it has no line that begins with -----BEGIN {label}-----"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::pki_types::CertificateDer;

    use super::*;

    fn certificates(content: &[u8]) -> Result<Vec<CertificateDer<'static>>, Flaw> {
        Pem::read(content)?.sections(is_certificate)
    }

    const ONE: &str = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";
    const TWO: &str = "-----BEGIN CERTIFICATE-----\nBAUG\n-----END CERTIFICATE-----\n";

    #[test]
    fn reads_what_editors_and_tools_write() {
        let plain = format!("{ONE}{TWO}");
        let indented: String = plain.lines().map(|line| format!("    {line}\n")).collect();
        for text in [
            plain.clone(),
            plain.replace('\n', "\r\n"),
            plain.replace('\n', "\r"),
            format!("\u{feff}{plain}"),
            // Two files, each with its mark, joined by `cat`.
            format!("\u{feff}{ONE}\u{feff}{TWO}"),
            format!("\u{feff}\r\n\n  {ONE}\n\n\n{TWO}\n\n"),
            format!("Bag Attributes\n    friendlyName: a\nsubject=CN = a\n{plain}"),
            format!("-----BEGIN EC PARAMETERS-----\nAQID\n-----END EC PARAMETERS-----\n{plain}"),
            format!(
                "{plain}{}",
                ONE.replace("-----BEGIN", "# -----BEGIN").replace("AQID", "# A?")
            ),
            indented,
            plain.trim_end().to_owned(),
            plain.replace("-----\n", "-----  \n"),
        ] {
            let read = certificates(text.as_bytes()).unwrap();
            assert_eq!(read, [vec![1, 2, 3].into(), vec![4, 5, 6].into()], "{text:?}");
        }
    }

    #[test]
    fn each_flaw_has_its_name() {
        let utf16: Vec<u8> = ONE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (content, flaw) in [
            (&b""[..], Flaw::Empty),
            (b" \r\n", Flaw::Empty),
            (b"none of it", Flaw::NotPem),
            (&[&[0xff, 0xfe], &utf16[..]].concat(), Flaw::Utf16),
            (&[&[0x30, 0x82, 1, 0], &[2; 256][..]].concat(), Flaw::Der),
            (&[0x30, 0x82, 1, 0, 2, 1, 3, 0x30], Flaw::Pkcs12),
            (ONE.replace('\n', "\\n").as_bytes(), Flaw::EscapedLineEnds),
            (format!("\ncert: {ONE}").as_bytes(), Flaw::TextBefore(2)),
            (format!("{}{TWO}", ONE.trim_end()).as_bytes(), Flaw::TextBefore(3)),
            (
                b"-----BEGIN RSA PRIVATE KEY-----",
                Flaw::Holds("RSA PRIVATE KEY".to_owned()),
            ),
            (
                b"-----BEGIN hunter2-----",
                Flaw::Holds("something else".to_owned()),
            ),
            (ONE.replace("AQID", "A?ID").as_bytes(), Flaw::Damaged(1)),
            (format!("{ONE}{}", &TWO[..35]).as_bytes(), Flaw::Damaged(2)),
            (format!("{}{TWO}", &ONE[..33]).as_bytes(), Flaw::Damaged(1)),
            (TWO.replace("END CERT", "END X").as_bytes(), Flaw::Damaged(1)),
        ] {
            assert_eq!(
                certificates(content),
                Err(flaw),
                "{:?}",
                String::from_utf8_lossy(content)
            );
        }
    }
}
