//! Ciphertext and references: what a tool should have turned into the secret before the service started.

use super::{find, starts_with};
use crate::gate::{Reason, estimate::estimate};

/// What the ciphertext of a tool starts with.
const CIPHERTEXT: [(&[u8], &str); 28] = [
    (b"encrypted:", "dotenvx"),
    (b"ENC[AES256_GCM,", "SOPS"),
    (b"ENC[PKCS7,", "eyaml"),
    (b"ENC[GPG,", "eyaml"),
    (b"ENC[", "a tool"),
    (b"ENC(", "Jasypt"),
    (b"DEC::", "eyaml"),
    (b"$ANSIBLE_VAULT;", "Ansible Vault"),
    (b"!vault |", "Ansible Vault"),
    (b"age-encryption.org/v1", "age"),
    (b"\0GITCRYPT\0", "git-crypt"),
    (b"@GITCRYPT@", "git-crypt"),
    (b"AQICAH", "AWS KMS"),
    (b"AQIDAH", "AWS KMS"),
    (b"AQECAH", "AWS KMS"),
    (b"CiQA", "Google Cloud KMS"),
    (b"{cipher}", "Spring Cloud Config"),
    (b"{aes}", "a tool"),
    (b"k8s:enc:", "Kubernetes"),
    (b"gAAAAAB", "Fernet"),
    (b"gAAAAAC", "Fernet"),
    (b"U2FsdGVkX1", "OpenSSL"),
    (b"Salted__", "OpenSSL"),
    (b"eyJpdiI6", "Laravel"),
    (b"eyJjaXBoZXJ0ZXh0Ijo", "a tool"),
    (b"YWdlLWVuY3J5cHRpb24ub3Jn", "age"),
    (b"JEFOU0lCTEVfVkFVTFQ7", "Ansible Vault"),
    (b"secure:v1:", "Pulumi"),
];

/// What a reference starts with, in lower case, and who resolves it.
const REFERENCES: [(&[u8], Option<&str>); 66] = [
    (b"op://", Some("1Password")),
    (b"arn:aws", Some("AWS")),
    (b"{{resolve:", Some("AWS CloudFormation")),
    (b"aws-secretsmanager:", Some("AWS Secrets Manager")),
    (b"awssecretsmanager:", Some("AWS Secrets Manager")),
    (b"aws-sm:", Some("AWS Secrets Manager")),
    (b"awssm:", Some("AWS Secrets Manager")),
    (b"awsssm:", Some("AWS Systems Manager")),
    (b"aws-ssm:", Some("AWS Systems Manager")),
    (b"awskms:", Some("AWS KMS")),
    (b"secretsmanager:", Some("AWS Secrets Manager")),
    (b"secretsmanager/", Some("AWS Secrets Manager")),
    (b"asm://", Some("AWS Secrets Manager")),
    (b"ssm:", Some("AWS Systems Manager")),
    (b"ssm-secure:", Some("AWS Systems Manager")),
    (b"parameterstore:", Some("AWS Systems Manager")),
    (b"chamber:", Some("chamber")),
    (b"sm://", Some("Google Secret Manager")),
    (b"gsm:", Some("Google Secret Manager")),
    (b"gcp:///", Some("Google Secret Manager")),
    (b"gcp://", Some("Google Secret Manager")),
    (b"gcpsm:", Some("Google Secret Manager")),
    (b"gcp-sm:", Some("Google Secret Manager")),
    (b"gcpsecretmanager:", Some("Google Secret Manager")),
    (b"gcpkms:", Some("Google Cloud KMS")),
    (b"berglas://", Some("Berglas")),
    (b"@microsoft.keyvault(", Some("Azure Key Vault")),
    (b"@microsoft.appconfiguration(", Some("Azure App Configuration")),
    (b"azurekeyvault:", Some("Azure Key Vault")),
    (b"azure-keyvault:", Some("Azure Key Vault")),
    (b"azurekv:", Some("Azure Key Vault")),
    (b"azurekms:", Some("Azure Key Vault")),
    (b"keyvault:", Some("Azure Key Vault")),
    (b"keyvaultref:", Some("Azure Key Vault")),
    (b"keyvaultref(", Some("Azure Key Vault")),
    (b"akv://", Some("Azure Key Vault")),
    (b"akvs://", Some("Azure Key Vault")),
    (b"doppler:", Some("Doppler")),
    (b"infisical:", Some("Infisical")),
    (b"bws:", Some("Bitwarden")),
    (b"bw://", Some("Bitwarden")),
    (b"bitwarden:", Some("Bitwarden")),
    (b"keeper://", Some("Keeper")),
    (b"akeyless:", Some("Akeyless")),
    (b"conjur:", Some("Conjur")),
    (b"!var ", Some("Conjur")),
    (b"vault://", Some("Vault")),
    (b"vault+", Some("Vault")),
    (b"hashivault:", Some("Vault")),
    (b"bao://", Some("OpenBao")),
    (b"openbao:", Some("OpenBao")),
    (b"vault:", Some("Vault")),
    (b">>vault:", Some("Vault")),
    (b"<path:", Some("Argo CD Vault Plugin")),
    (b"ref+", Some("vals")),
    (b"secretref+", Some("vals")),
    (b"secretref:", None),
    (b"secretkeyref:", None),
    (b"valuefrom:", None),
    (b"!secret ", Some("Home Assistant")),
    (b"!ref ", Some("AWS CloudFormation")),
    (b"!sub ", Some("AWS CloudFormation")),
    (b"keychain:", None),
    (b"keyring:", None),
    (b"secret://", None),
    (b"secrets://", None),
];

/// What points to a file or a variable; what follows must not be noise.
const POINTERS: [&[u8]; 12] = [
    b"env:",
    b"env.",
    b"file:",
    b"secret:",
    b"secrets:",
    b"secrets.",
    b"cmd:",
    b"exec:",
    b"pass:",
    b"process.env.",
    b"env::var(",
    b"os.environ[",
];

/// The addresses of secrets in the consoles and interfaces of clouds.
const ADDRESSES: [(&[u8], &str); 4] = [
    (b".vault.azure.net/secrets/", "Azure Key Vault"),
    (b".vault.azure.cn/secrets/", "Azure Key Vault"),
    (
        b"secretmanager.googleapis.com/v1/projects/",
        "Google Secret Manager",
    ),
    (b"start.1password.com/", "1Password"),
];

/// The directories in which secrets and other files are mounted.
const DIRECTORIES: [&[u8]; 18] = [
    b"/run/",
    b"/etc/",
    b"/var/",
    b"/home/",
    b"/root/",
    b"/tmp/",
    b"/opt/",
    b"/usr/",
    b"/mnt/",
    b"/srv/",
    b"/secrets/",
    b"/secret/",
    b"/vault/",
    b"/app/",
    b"/data/",
    b"/dev/",
    b"/proc/",
    b"/users/",
];

pub(super) fn check(text: &[u8]) -> Option<Reason> {
    let text = text.trim_ascii();
    ciphertext(text)
        .map(|tool| Reason::Encrypted { tool })
        .or_else(|| reference(text).map(|tool| Reason::Reference { tool }))
        .or_else(|| is_path(text).then_some(Reason::Path))
}

fn ciphertext(text: &[u8]) -> Option<&'static str> {
    // Vault's transit engine: `vault:v1:…`.
    if let Some(rest) = text.strip_prefix(b"vault:v") {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits > 0 && rest.get(digits) == Some(&b':') {
            return Some("Vault");
        }
    }
    if is_sealed(text) {
        return Some("Sealed Secrets");
    }
    let (mark, tool) = CIPHERTEXT.iter().find(|(mark, _)| text.starts_with(mark))?;
    let is_long = match *mark {
        // Four characters alone are chance; so long a key is nobody's.
        b"CiQA" => text.len() >= 100,
        b"AQICAH" | b"AQIDAH" | b"AQECAH" => text.len() >= 80,
        _ => true,
    };
    is_long.then_some(*tool)
}

/// Recognizes the ciphertext of Sealed Secrets: the length of an RSA-4096 block, the block, and more.
fn is_sealed(text: &[u8]) -> bool {
    text.len() >= 710 && text.starts_with(b"Ag") && matches!(text.get(2), Some(b'A'..=b'D'))
}

fn reference(text: &[u8]) -> Option<Option<&'static str>> {
    if let Some((_, tool)) = REFERENCES.iter().find(|(mark, _)| starts_with(text, mark)) {
        return Some(*tool);
    }
    let points = |mark: &&[u8]| {
        starts_with(text, mark) && {
            let rest = &text[mark.len()..];
            rest.starts_with(b"/") || is_named(rest)
        }
    };
    if POINTERS.iter().any(points) {
        return Some(None);
    }
    if starts_with(text, b"http") && find(text, b"://").is_some() {
        let at = |(mark, _): &&(&[u8], &str)| find(text, mark).is_some();
        return ADDRESSES.iter().find(at).map(|(_, tool)| Some(*tool));
    }
    // The resource name of a secret in Google Cloud, whose project may be a number.
    let project = text
        .strip_prefix(b"projects/")
        .or_else(|| text.strip_prefix(b"//secretmanager"));
    if project.is_some_and(|rest| find(rest, b"/secrets/").is_some()) {
        return Some(Some("Google Secret Manager"));
    }
    // The resource id of a secret in Azure, and an object's path in Vault's interface.
    if starts_with(text, b"/subscriptions/") || starts_with(text, b"/v1/secret/") {
        return Some(None);
    }
    None
}

/// Whether `text` reads as a name, and not as a key that somebody marked.
fn is_named(text: &[u8]) -> bool {
    let found = estimate(text);
    found.unexplained < 48 || found.drawn_gain >= 16
}

/// Whether `text` is an absolute path, or one from the home or working directory.
fn is_path(text: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/\\._-~: +@%".contains(byte);
    if text.len() > 512 || !text.iter().all(is_plain) {
        return false;
    }
    let drive = matches!(text, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    let near = text.starts_with(b"./") || text.starts_with(b"../") || text.starts_with(b"~/");
    DIRECTORIES.iter().any(|directory| starts_with(text, directory))
        || (drive || near) && estimate(text).drawn_gain >= 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ciphertext_names_its_tool() {
        for (text, tool) in [
            (
                "encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi",
                "dotenvx",
            ),
            ("ENC[AES256_GCM,data:kq==,iv:Jx=,tag:aa==,type:str]", "SOPS"),
            (
                "vault:v12:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481zoCmHnSeDX9vyf7w==",
                "Vault",
            ),
            ("$ANSIBLE_VAULT;1.1;AES256\n6231", "Ansible Vault"),
            ("ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)", "Jasypt"),
        ] {
            assert_eq!(check(text.as_bytes()), Some(Reason::Encrypted { tool }), "{text}");
        }
    }

    #[test]
    fn references_name_who_resolves_them() {
        for (text, tool) in [
            ("op://app/db/url", Some("1Password")),
            (
                "arn:aws:secretsmanager:eu-west-1:111122223333:secret:jwt",
                Some("AWS"),
            ),
            (
                "@Microsoft.KeyVault(VaultName=a;SecretName=b)",
                Some("Azure Key Vault"),
            ),
            (
                "https://shop.vault.azure.net/secrets/jwt",
                Some("Azure Key Vault"),
            ),
            (
                "projects/42/secrets/jwt/versions/7",
                Some("Google Secret Manager"),
            ),
            ("vault:secret/data/app#key", Some("Vault")),
            ("env:JWT_SECRET", None),
            ("file:///run/secrets/jwt", None),
        ] {
            assert_eq!(check(text.as_bytes()), Some(Reason::Reference { tool }), "{text}");
        }
    }

    #[test]
    fn paths_are_no_secrets() {
        for text in [
            "/run/secrets/jwt_key",
            "./secrets/jwt.key",
            "C:\\secrets\\jwt.key",
            "~/keys/production.pem",
        ] {
            assert_eq!(check(text.as_bytes()), Some(Reason::Path), "{text}");
        }
    }

    #[test]
    fn keys_with_a_mark_before_them_stay_keys() {
        for text in [
            "secret:8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZR",
            "secret_8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZR",
            "/8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481=",
            "AgB8SDd3WHDOjf7mq69CyCqYjBXAiQQAVZRkFM13ok481",
        ] {
            assert_eq!(check(text.as_bytes()), None, "{text}");
        }
    }
}
