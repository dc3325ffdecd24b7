//! Secrets as machines make them: one generator for each shape that services meet.

use secure_config::gate::Policy;

/// A seeded generator (SplitMix64): good enough to draw test data, and the same in every run.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mix = self.0;
        mix = (mix ^ (mix >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mix = (mix ^ (mix >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mix ^ (mix >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }

    pub(crate) fn pick(&mut self, alphabet: &[u8], count: usize) -> Vec<u8> {
        (0..count).map(|_| alphabet[self.below(alphabet.len())]).collect()
    }
}

pub(crate) const DIGITS: &[u8] = b"0123456789";
pub(crate) const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
pub(crate) const LOWER_DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
pub(crate) const UPPER_DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
pub(crate) const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
pub(crate) const URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const CROCKFORD: &[u8] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE58: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const B85: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
const Z85: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const BECH32: &[u8] = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
const MANAGER: &[u8] =
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*()-_=+[]{};:,.<>/?|~";
const DJANGO: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)";
const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*";
const PRINTABLE: &[u8] =
    b" !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

pub(crate) fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes
        .iter()
        .flat_map(|byte| format!("{byte:02x}").into_bytes())
        .collect()
}

pub(crate) fn base64(bytes: &[u8]) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = Vec::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let digit = ALPHABET[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= three.len() { digit } else { b'=' });
        }
    }
    text
}

pub(crate) fn base64url(bytes: &[u8]) -> Vec<u8> {
    let swap = |byte: u8| match byte {
        b'+' => b'-',
        b'/' => b'_',
        byte => byte,
    };
    base64(bytes)
        .into_iter()
        .filter(|byte| *byte != b'=')
        .map(swap)
        .collect()
}

fn text_of(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("ASCII")
}

/// Groups of characters with a separator between them.
fn groups(rng: &mut Rng, alphabet: &[u8], count: usize, len: usize, separator: u8) -> Vec<u8> {
    let groups: Vec<Vec<u8>> = (0..count).map(|_| rng.pick(alphabet, len)).collect();
    groups.join(&separator)
}

fn jwk(rng: &mut Rng, kind: &str, curve: &str, has_y: bool) -> Vec<u8> {
    let mut number = || text_of(base64url(&rng.bytes(32)));
    let (x, y, d) = (number(), number(), number());
    let y = if has_y {
        format!(r#","y":"{y}""#)
    } else {
        String::new()
    };
    format!(r#"{{"kty":"{kind}","crv":"{curve}","x":"{x}"{y},"d":"{d}","use":"sig","kid":"2025-01"}}"#)
        .into_bytes()
}

/// Credentials as Google's console writes them.
fn service_account(rng: &mut Rng) -> Vec<u8> {
    let key = text_of(one_line(&rsa(rng)));
    let (id, client) = (text_of(hex(&rng.bytes(20))), text_of(rng.pick(DIGITS, 21)));
    format!(
        "{{\n  \"type\": \"service_account\",\n  \"project_id\": \"shop-production\",\n  \"private_key_id\": \"{id}\",\n  \
         \"private_key\": \"{key}\",\n  \"client_email\": \"app@shop-production.iam.gserviceaccount.com\",\n  \
         \"client_id\": \"{client}\",\n  \"auth_uri\": \"https://accounts.google.com/o/oauth2/auth\",\n  \
         \"token_uri\": \"https://oauth2.googleapis.com/token\"\n}}\n"
    )
    .into_bytes()
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

fn uuid(random: &[u8], version: u8) -> Vec<u8> {
    let mut bytes = random.to_vec();
    bytes[6] = bytes[6] & 0x0f | version << 4;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex(&bytes);
    [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ]
    .join(&b'-')
}

/// Milliseconds of some moment in the years after 2020, as time-ordered identifiers hold them.
fn moment(rng: &mut Rng) -> u64 {
    1_577_836_800_000 + rng.next() % (12 * 31_557_600_000)
}

fn armour(label: &str, der: &[u8]) -> Vec<u8> {
    let body = base64(der);
    let lines: Vec<&[u8]> = body.chunks(64).collect();
    join(&[
        format!("-----BEGIN {label}-----\n").as_bytes(),
        &lines.join(&b'\n'),
        format!("\n-----END {label}-----\n").as_bytes(),
    ])
}

/// What `ssh-keygen -t ed25519` writes: magic, no cipher, the public key, the private key, a comment, padding.
fn openssh(rng: &mut Rng) -> Vec<u8> {
    let word = |bytes: &[u8]| join(&[&(bytes.len() as u32).to_be_bytes(), bytes]);
    let public = rng.bytes(32);
    let check = rng.bytes(4);
    let key = join(&[&word(b"ssh-ed25519"), &word(&public)]);
    let secret = join(&[&rng.bytes(32), &public]);
    let mut private = join(&[&check, &check, &key, &word(&secret), &word(b"deploy@build-01")]);
    let mut pad = 1;
    while !private.len().is_multiple_of(8) {
        private.push(pad);
        pad += 1;
    }
    let none = word(b"none");
    let file = join(&[
        b"openssh-key-v1\0",
        &none,
        &none,
        &word(b""),
        &1u32.to_be_bytes(),
        &word(&key),
        &word(&private),
    ]);
    armour("OPENSSH PRIVATE KEY", &file)
}

/// The DER of an RSA key of 2,048 bits, with noise for its numbers.
fn rsa(rng: &mut Rng) -> Vec<u8> {
    let mut der = vec![
        0x30, 0x82, 0x04, 0xa4, 0x02, 0x01, 0x00, 0x02, 0x82, 0x01, 0x01, 0x00,
    ];
    der.extend(rng.bytes(256));
    der.extend([0x02, 0x03, 0x01, 0x00, 0x01, 0x02, 0x82, 0x01, 0x00]);
    der.extend(rng.bytes(900));
    armour("RSA PRIVATE KEY", &der)
}

fn pkcs8_ed25519(rng: &mut Rng) -> Vec<u8> {
    let head = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ];
    armour("PRIVATE KEY", &join(&[&head, &rng.bytes(32)]))
}

fn sec1_p256(rng: &mut Rng) -> Vec<u8> {
    let curve = [
        0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0xa1, 0x44, 0x03, 0x42, 0, 4,
    ];
    let secret = rng.bytes(32);
    let point = rng.bytes(64);
    armour(
        "EC PRIVATE KEY",
        &join(&[
            &[0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20],
            &secret,
            &curve,
            &point,
        ]),
    )
}

/// As [`pkcs8_ed25519`], on one line with `\n` written out: how `.env` files and JSON carry a PEM file.
fn one_line(pem: &[u8]) -> Vec<u8> {
    pem.iter()
        .flat_map(|byte| {
            if *byte == b'\n' {
                b"\\n".to_vec()
            } else {
                vec![*byte]
            }
        })
        .collect()
}

fn jwt(rng: &mut Rng) -> Vec<u8> {
    let head = base64url(br#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = format!(
        r#"{{"iss":"supabase","role":"service_role","iat":{0},"exp":{0}}}"#,
        moment(rng) / 1000
    );
    [head, base64url(claims.as_bytes()), base64url(&rng.bytes(32))].join(&b'.')
}

/// One kind of machine-made secret.
pub(crate) struct Machine {
    pub name: &'static str,
    pub policy: Policy,
    pub make: fn(&mut Rng) -> Vec<u8>,
}

const KEY: Policy = Policy::key().min_len(0);
const PASSWORD: Policy = Policy::password().min_len(0);
const TOKEN: Policy = Policy::vendor_token().min_len(0);

const fn machine(name: &'static str, policy: Policy, make: fn(&mut Rng) -> Vec<u8>) -> Machine {
    Machine { name, policy, make }
}

pub(crate) const MACHINES: &[Machine] = &[
    machine("hex of 16 bytes", KEY, |rng| hex(&rng.bytes(16))),
    machine("hex of 24 bytes", KEY, |rng| hex(&rng.bytes(24))),
    machine("hex of 32 bytes", KEY, |rng| hex(&rng.bytes(32))),
    machine("hex of 64 bytes", KEY, |rng| hex(&rng.bytes(64))),
    machine("HEX of 16 bytes", KEY, |rng| {
        hex(&rng.bytes(16)).to_ascii_uppercase()
    }),
    machine("HEX of 32 bytes", KEY, |rng| {
        hex(&rng.bytes(32)).to_ascii_uppercase()
    }),
    machine("0x and hex", KEY, |rng| join(&[b"0x", &hex(&rng.bytes(32))])),
    machine("base64 of 16 bytes", KEY, |rng| base64(&rng.bytes(16))),
    machine("base64 of 24 bytes", KEY, |rng| base64(&rng.bytes(24))),
    machine("base64 of 32 bytes", KEY, |rng| base64(&rng.bytes(32))),
    machine("base64 of 48 bytes", KEY, |rng| base64(&rng.bytes(48))),
    machine("base64 of 64 bytes", KEY, |rng| base64(&rng.bytes(64))),
    machine("base64url of 16 bytes", KEY, |rng| base64url(&rng.bytes(16))),
    machine("base64url of 32 bytes", KEY, |rng| base64url(&rng.bytes(32))),
    machine("base64url of 64 bytes", KEY, |rng| base64url(&rng.bytes(64))),
    machine("base64 of hex", KEY, |rng| base64(&hex(&rng.bytes(16)))),
    machine("hex of hex", KEY, |rng| hex(&hex(&rng.bytes(16)))),
    machine("Laravel's key", KEY, |rng| {
        join(&[b"base64:", &base64(&rng.bytes(32))])
    }),
    machine("base32", KEY, |rng| rng.pick(BASE32, 52)),
    machine("base32 of 20 bytes", KEY, |rng| rng.pick(BASE32, 32)),
    machine("base32 in lower case", KEY, |rng| {
        rng.pick(BASE32, 52).to_ascii_lowercase()
    }),
    machine("base58", KEY, |rng| rng.pick(BASE58, 44)),
    machine("UUID v4", KEY, |rng| uuid(&rng.bytes(16), 4)),
    machine("UUID v4 in upper case", KEY, |rng| {
        uuid(&rng.bytes(16), 4).to_ascii_uppercase()
    }),
    machine("UUID v4 in braces", KEY, |rng| {
        join(&[b"{", &uuid(&rng.bytes(16), 4), b"}"])
    }),
    machine("UUID v7", KEY, |rng| {
        uuid(&join(&[&moment(rng).to_be_bytes()[2..], &rng.bytes(10)]), 7)
    }),
    machine("two UUIDs", KEY, |rng| {
        [uuid(&rng.bytes(16), 4), uuid(&rng.bytes(16), 4)].join(&b'-')
    }),
    machine("ULID", KEY, |rng| {
        let time = moment(rng);
        let head: Vec<u8> = (0..10)
            .map(|at| CROCKFORD[(time >> (45 - 5 * at) & 31) as usize])
            .collect();
        join(&[&head, &rng.pick(CROCKFORD, 16)])
    }),
    machine("nanoid", KEY, |rng| rng.pick(URL, 21)),
    machine("nanoid of 36", KEY, |rng| rng.pick(LOWER_DIGITS, 24)),
    machine("24 letters and digits", KEY, |rng| rng.pick(ALNUM, 24)),
    machine("32 letters and digits", KEY, |rng| rng.pick(ALNUM, 32)),
    machine("64 letters and digits", KEY, |rng| rng.pick(ALNUM, 64)),
    machine("20 characters with symbols", KEY, |rng| rng.pick(SYMBOLS, 20)),
    machine("32 characters of a password manager", KEY, |rng| {
        rng.pick(MANAGER, 32)
    }),
    machine("32 printable characters", KEY, |rng| rng.pick(PRINTABLE, 32)),
    machine("32 lower-case letters", KEY, |rng| rng.pick(LOWER, 32)),
    machine("32 upper-case letters", KEY, |rng| {
        rng.pick(LOWER, 32).to_ascii_uppercase()
    }),
    machine("32 lower-case letters and digits", KEY, |rng| {
        rng.pick(LOWER_DIGITS, 32)
    }),
    machine("48 digits", KEY, |rng| rng.pick(DIGITS, 48)),
    machine("40 lower-case letters", KEY, |rng| rng.pick(LOWER, 40)),
    machine("28 letters of both cases", KEY, |rng| rng.pick(&ALNUM[..52], 28)),
    machine("lower-case letters in groups", KEY, |rng| {
        [
            rng.pick(LOWER, 6),
            rng.pick(LOWER, 6),
            rng.pick(LOWER, 6),
            rng.pick(LOWER, 6),
        ]
        .join(&b'-')
    }),
    machine("product key", KEY, |rng| {
        let groups: Vec<Vec<u8>> = (0..5).map(|_| rng.pick(UPPER_DIGITS, 5)).collect();
        groups.join(&b'-')
    }),
    machine("Django's key", KEY, |rng| rng.pick(DJANGO, 50)),
    machine("age", KEY, |rng| {
        join(&[b"AGE-SECRET-KEY-1", &rng.pick(BECH32, 58)])
    }),
    machine("PEM, Ed25519", KEY, pkcs8_ed25519),
    machine("PEM, Ed25519, on one line", KEY, |rng| {
        one_line(&pkcs8_ed25519(rng))
    }),
    machine("PEM, P-256", KEY, sec1_p256),
    machine("PEM, RSA", KEY, rsa),
    machine("PEM, RSA, on one line", KEY, |rng| one_line(&rsa(rng))),
    machine("OpenSSH", KEY, openssh),
    machine("key with a readable name", KEY, |rng| {
        join(&[b"my-service-production-", &hex(&rng.bytes(16))])
    }),
    machine("base58 of 64 bytes", KEY, |rng| rng.pick(BASE58, 88)),
    machine("base36", KEY, |rng| rng.pick(LOWER_DIGITS, 50)),
    machine("base62 of 16 bytes", KEY, |rng| rng.pick(ALNUM, 22)),
    machine("base85 of git", KEY, |rng| rng.pick(B85, 40)),
    machine("base85 of ZeroMQ", KEY, |rng| rng.pick(Z85, 40)),
    machine("base85 of Adobe", KEY, |rng| rng.pick(&PRINTABLE[1..86], 40)),
    machine("base91", KEY, |rng| rng.pick(&PRINTABLE[1..92], 40)),
    machine("base32 with hyphens", KEY, |rng| groups(rng, BASE32, 13, 4, b'-')),
    machine("base32 with blanks", KEY, |rng| groups(rng, BASE32, 8, 4, b' ')),
    machine("hex with colons", KEY, |rng| {
        groups(rng, b"0123456789abcdef", 32, 2, b':')
    }),
    machine("HEX with blanks", KEY, |rng| {
        groups(rng, b"0123456789ABCDEF", 16, 4, b' ')
    }),
    machine("UUIDs run together", KEY, |rng| {
        let mut text = [uuid(&rng.bytes(16), 4), uuid(&rng.bytes(16), 4)].concat();
        text.retain(|byte| *byte != b'-');
        text
    }),
    machine("three UUIDs and underscores", KEY, |rng| {
        [
            uuid(&rng.bytes(16), 4),
            uuid(&rng.bytes(16), 4),
            uuid(&rng.bytes(16), 4),
        ]
        .join(&b'_')
    }),
    machine("base64 of 64 bytes in lines", KEY, |rng| {
        let text = base64(&rng.bytes(64));
        [&text[..64], &text[64..]].join(&b'\n')
    }),
    machine("base64 of 512 bytes", KEY, |rng| base64(&rng.bytes(512))),
    machine("hex of 32 bytes in base64url of hex", KEY, |rng| {
        base64url(&hex(&rng.bytes(32)))
    }),
    machine("base64 of base64", KEY, |rng| base64(&base64(&rng.bytes(32)))),
    machine("base64 of a UUID", KEY, |rng| base64(&uuid(&rng.bytes(16), 4))),
    machine("JSON Web Key, Ed25519", KEY, |rng| {
        jwk(rng, "OKP", "Ed25519", false)
    }),
    machine("JSON Web Key, P-256", KEY, |rng| jwk(rng, "EC", "P-256", true)),
    machine("JSON Web Key, symmetric", KEY, |rng| {
        let key = text_of(base64url(&rng.bytes(32)));
        format!(r#"{{"kty":"oct","alg":"HS256","k":"{key}"}}"#).into_bytes()
    }),
    machine("JSON Web Key, RSA", KEY, |rng| {
        let mut number = |count| text_of(base64url(&rng.bytes(count)));
        let (n, d, p, q, dp) = (number(256), number(256), number(128), number(128), number(128));
        format!(r#"{{"kty":"RSA","n":"{n}","e":"AQAB","d":"{d}","p":"{p}","q":"{q}","dp":"{dp}"}}"#)
            .into_bytes()
    }),
    machine("JSON Web Key Set", KEY, |rng| {
        let key = text_of(jwk(rng, "OKP", "X25519", false));
        format!("{{\n  \"keys\": [\n    {key}\n  ]\n}}").into_bytes()
    }),
    machine("service account", KEY, service_account),
    machine("service account in base64", KEY, |rng| {
        base64(&service_account(rng))
    }),
    machine("JSON credentials", KEY, |rng| {
        let password = text_of(rng.pick(ALNUM, 32));
        format!(r#"{{"username":"app","password":"{password}","engine":"postgres","host":"db.example","port":5432}}"#)
            .into_bytes()
    }),
    machine("PEM in base64", KEY, |rng| base64(&pkcs8_ed25519(rng))),
    machine("PEM after its certificate", KEY, |rng| {
        join(&[&armour("CERTIFICATE", &rng.bytes(400)), &sec1_p256(rng)])
    }),
    machine("PEM after its parameters", KEY, |rng| {
        let curve = [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        join(&[&armour("EC PARAMETERS", &curve), &sec1_p256(rng)])
    }),
    machine("PGP private key", KEY, |rng| {
        armour("PGP PRIVATE KEY BLOCK", &rng.bytes(900))
    }),
    machine("DER of a private key in base64", KEY, |rng| {
        let head = [
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
        ];
        base64(&join(&[&head, &rng.bytes(32)]))
    }),
    machine("age, the file", KEY, |rng| {
        let public = rng.pick(b"qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58);
        join(&[
            b"# created: 2025-03-01T12:00:00+01:00\n# public key: age1",
            &public,
            b"\nAGE-SECRET-KEY-1",
            &rng.pick(BECH32, 58),
            b"\n",
        ])
    }),
    machine("OpenVPN's static key", KEY, |rng| {
        let lines: Vec<Vec<u8>> = (0..16).map(|_| hex(&rng.bytes(16))).collect();
        join(&[
            b"#\n# 2048 bit OpenVPN static key\n#\n-----BEGIN OpenVPN Static key V1-----\n",
            &lines.join(&b'\n'),
            b"\n-----END OpenVPN Static key V1-----\n",
        ])
    }),
    machine("AWS credentials file", TOKEN, |rng| {
        join(&[
            b"[default]\naws_access_key_id = AKIA",
            &rng.pick(BASE32, 16),
            b"\naws_secret_access_key = ",
            &base64(&rng.bytes(30)),
            b"\n",
        ])
    }),
    machine("Azure connection string", TOKEN, |rng| {
        join(&[
            b"DefaultEndpointsProtocol=https;AccountName=shopstore;AccountKey=",
            &base64(&rng.bytes(64)),
            b";EndpointSuffix=core.windows.net",
        ])
    }),
    machine("Azure Service Bus", TOKEN, |rng| {
        join(&[
            b"Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=",
            &base64(&rng.bytes(32)),
        ])
    }),
    machine("Slack, webhook", TOKEN, |rng| {
        join(&[
            b"https://hooks.slack.com/services/T",
            &rng.pick(UPPER_DIGITS, 10),
            b"/B",
            &rng.pick(UPPER_DIGITS, 10),
            b"/",
            &rng.pick(ALNUM, 24),
        ])
    }),
    machine("Sentry, DSN", TOKEN, |rng| {
        join(&[b"https://", &hex(&rng.bytes(16)), b"@o1.ingest.example.io/42"])
    }),
    machine("header with Bearer", TOKEN, |rng| {
        join(&[b"Bearer ", &rng.pick(ALNUM, 40)])
    }),
    machine("Google, app password", TOKEN, |rng| {
        groups(rng, LOWER, 4, 4, b' ')
    }),
    machine("bcrypt", TOKEN, |rng| {
        const ALPHABET: &[u8] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        join(&[b"$2b$12$", &rng.pick(ALPHABET, 53)])
    }),
    machine("12 letters and digits", PASSWORD, |rng| rng.pick(ALNUM, 12)),
    machine("16 letters and digits", PASSWORD, |rng| rng.pick(ALNUM, 16)),
    machine("12 printable characters", PASSWORD, |rng| rng.pick(PRINTABLE, 12)),
    machine("16 characters with symbols", PASSWORD, |rng| {
        rng.pick(SYMBOLS, 16)
    }),
    machine("20 lower-case letters and digits", PASSWORD, |rng| {
        rng.pick(LOWER_DIGITS, 20)
    }),
    machine("hex of 8 bytes", PASSWORD, |rng| hex(&rng.bytes(8))),
    machine("Apple's suggestion", PASSWORD, |rng| {
        [rng.pick(ALNUM, 6), rng.pick(LOWER, 6), rng.pick(LOWER, 6)].join(&b'-')
    }),
    machine("AWS secret", TOKEN, |rng| base64(&rng.bytes(30))),
    machine("AWS key id", TOKEN, |rng| join(&[b"AKIA", &rng.pick(BASE32, 16)])),
    machine("GitHub", TOKEN, |rng| join(&[b"ghp_", &rng.pick(ALNUM, 36)])),
    machine("GitHub, fine-grained", TOKEN, |rng| {
        join(&[b"github_pat_", &rng.pick(ALNUM, 22), b"_", &rng.pick(ALNUM, 59)])
    }),
    machine("GitLab", TOKEN, |rng| join(&[b"glpat-", &rng.pick(URL, 20)])),
    machine("Stripe, live", TOKEN, |rng| {
        join(&[b"sk_live_", &rng.pick(ALNUM, 24)])
    }),
    machine("Stripe, test", TOKEN, |rng| {
        join(&[b"sk_test_51", &rng.pick(ALNUM, 97)])
    }),
    machine("Stripe, webhook", TOKEN, |rng| {
        join(&[b"whsec_", &rng.pick(ALNUM, 32)])
    }),
    machine("Slack, bot", TOKEN, |rng| {
        join(&[
            b"xoxb-",
            &rng.pick(DIGITS, 12),
            b"-",
            &rng.pick(DIGITS, 13),
            b"-",
            &rng.pick(ALNUM, 24),
        ])
    }),
    machine("Slack, app", TOKEN, |rng| {
        join(&[
            b"xapp-1-A",
            &rng.pick(UPPER_DIGITS, 10),
            b"-",
            &rng.pick(DIGITS, 13),
            b"-",
            &hex(&rng.bytes(32)),
        ])
    }),
    machine("Telegram", TOKEN, |rng| {
        join(&[&rng.pick(DIGITS, 10), b":AA", &rng.pick(URL, 33)])
    }),
    machine("OpenAI", TOKEN, |rng| {
        join(&[b"sk-", &rng.pick(ALNUM, 20), b"T3BlbkFJ", &rng.pick(ALNUM, 20)])
    }),
    machine("OpenAI, project", TOKEN, |rng| {
        join(&[b"sk-proj-", &rng.pick(URL, 48)])
    }),
    machine("Anthropic", TOKEN, |rng| {
        join(&[b"sk-ant-api03-", &rng.pick(URL, 93), b"AA"])
    }),
    machine("Google", TOKEN, |rng| join(&[b"AIza", &rng.pick(URL, 35)])),
    machine("Google, client secret", TOKEN, |rng| {
        join(&[b"GOCSPX-", &rng.pick(URL, 28)])
    }),
    machine("SendGrid", TOKEN, |rng| {
        join(&[b"SG.", &rng.pick(URL, 22), b".", &rng.pick(URL, 43)])
    }),
    machine("Twilio", TOKEN, |rng| join(&[b"SK", &hex(&rng.bytes(16))])),
    machine("Mailgun", TOKEN, |rng| join(&[b"key-", &hex(&rng.bytes(16))])),
    machine("npm", TOKEN, |rng| join(&[b"npm_", &rng.pick(ALNUM, 36)])),
    machine("PyPI", TOKEN, |rng| {
        join(&[b"pypi-AgEIcHlwaS5vcmc", &rng.pick(URL, 150)])
    }),
    machine("DigitalOcean", TOKEN, |rng| {
        join(&[b"dop_v1_", &hex(&rng.bytes(32))])
    }),
    machine("Hugging Face", TOKEN, |rng| join(&[b"hf_", &rng.pick(ALNUM, 34)])),
    machine("Shopify", TOKEN, |rng| join(&[b"shpat_", &hex(&rng.bytes(16))])),
    machine("Notion", TOKEN, |rng| join(&[b"secret_", &rng.pick(ALNUM, 43)])),
    machine("Linear", TOKEN, |rng| join(&[b"lin_api_", &rng.pick(ALNUM, 40)])),
    machine("New Relic", TOKEN, |rng| {
        join(&[b"NRAK-", &rng.pick(UPPER_DIGITS, 27)])
    }),
    machine("Supabase", TOKEN, |rng| join(&[b"sbp_", &hex(&rng.bytes(20))])),
    machine("Supabase, secret key", TOKEN, |rng| {
        join(&[b"sb_secret_", &rng.pick(URL, 31)])
    }),
    machine("Vault", TOKEN, |rng| join(&[b"hvs.CAESI", &rng.pick(URL, 86)])),
    machine("Doppler", TOKEN, |rng| {
        join(&[b"dp.st.prd.", &rng.pick(ALNUM, 43)])
    }),
    machine("Grafana", TOKEN, |rng| {
        join(&[b"glsa_", &rng.pick(ALNUM, 32), b"_", &hex(&rng.bytes(4))])
    }),
    machine("Postman", TOKEN, |rng| {
        join(&[b"PMAK-", &hex(&rng.bytes(12)), b"-", &hex(&rng.bytes(17))])
    }),
    machine("Sentry", TOKEN, |rng| hex(&rng.bytes(32))),
    machine("Mongo's object id", TOKEN, |rng| hex(&rng.bytes(12))),
    machine("Azure", TOKEN, |rng| base64(&rng.bytes(64))),
    machine("Discord", TOKEN, |rng| {
        let id = base64url(&rng.pick(DIGITS, 18));
        [id, rng.pick(URL, 6), rng.pick(URL, 38)].join(&b'.')
    }),
    machine("JWT", TOKEN, jwt),
];
