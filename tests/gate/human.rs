//! Values that no machine drew: public material, references, messages and human text, in classes.
//!
//! Each class is a way in which such a value reaches a variable that should hold a secret. The values are put together
//! here from passages, words and structures made up for this test, so that no list can hold them.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use crate::machine::{ALNUM, DIGITS, LOWER, Rng, UPPER_DIGITS, base64, hex};

/// A value and the class that it stands for.
pub(crate) struct Human {
    pub(crate) class: &'static str,
    pub(crate) value: String,
}

/// Two passages in each of several languages, in the script of the language.
const PASSAGES: [(&str, [&str; 2]); 22] = [
    (
        "English",
        [
            "The ferry leaves the harbour at half past six, and nobody on board has packed an umbrella.",
            "Keep 3 spare fuses in the drawer; the old ones blow whenever the kettle and the heater run together.",
        ],
    ),
    (
        "German",
        [
            "Der Zug nach Rostock hat heute wieder vierzig Minuten Verspätung, deshalb trinken wir noch einen Kaffee.",
            "Im Keller stehen 12 Kisten mit alten Zeitungen, die meine Tante niemals wegwerfen wollte.",
        ],
    ),
    (
        "French",
        [
            "Le boulanger ferme sa boutique le lundi, alors nous achetons notre pain le dimanche soir.",
            "Il reste 4 pommes dans le panier et personne ne veut préparer la tarte pour demain.",
        ],
    ),
    (
        "Spanish",
        [
            "La abuela guarda las llaves del cobertizo detrás de la maceta grande que está junto a la puerta.",
            "Mañana compraremos 6 kilos de naranjas en el mercado y haremos mermelada toda la tarde.",
        ],
    ),
    (
        "Portuguese",
        [
            "O vizinho do terceiro andar toca violão todas as noites e ninguém consegue dormir cedo.",
            "Precisamos de 8 cadeiras para o jantar de sábado, mas só encontramos cinco na garagem.",
        ],
    ),
    (
        "Italian",
        [
            "La nonna prepara gli gnocchi ogni giovedì e tutta la famiglia arriva prima di mezzogiorno.",
            "Nel cassetto ci sono 7 bottoni rossi che nessuno ha mai cucito sulla giacca invernale.",
        ],
    ),
    (
        "Dutch",
        [
            "De fietsen staan achter het huis onder een zeil, want het heeft de hele week geregend.",
            "Wij hebben nog 5 kaartjes over voor de voorstelling van zaterdagavond in de schouwburg.",
        ],
    ),
    (
        "Polish",
        [
            "Sąsiadka z parteru podlewa nasze kwiaty, kiedy wyjeżdżamy na dwa tygodnie nad morze.",
            "Na strychu leżą 3 walizki pełne starych listów, których nikt od lat nie czytał.",
        ],
    ),
    (
        "Swedish",
        [
            "Båten ligger förtöjd vid bryggan hela sommaren, men vi har knappt hunnit segla med den.",
            "Det finns 9 burkar hallonsylt kvar i källaren efter den förra hösten.",
        ],
    ),
    (
        "Finnish",
        [
            "Mökin sauna lämpiää hitaasti, joten ehdimme vielä uida kahdesti ennen iltaa.",
            "Eteisessä on 4 paria märkiä kumisaappaita ja yksi unohtunut sateenvarjo.",
        ],
    ),
    (
        "Hungarian",
        [
            "A nagymama kertjében minden nyáron annyi barack terem, hogy a szomszédoknak is jut belőle.",
            "Holnap reggel 7 órakor indul a busz a tóhoz, ezért korán kell felkelnünk.",
        ],
    ),
    (
        "Turkish",
        [
            "Komşumuz her sabah balkonda çay içer ve sokaktan geçen herkese selam verir.",
            "Dolapta 5 kavanoz reçel kaldı, ama kimse kahvaltıda ekmek yemek istemiyor.",
        ],
    ),
    (
        "Vietnamese",
        [
            "Bà ngoại thường kể chuyện cho chúng tôi nghe vào những buổi tối mùa hè mát mẻ.",
            "Trong bếp còn 6 quả trứng và một ít gạo để nấu bữa cơm chiều nay.",
        ],
    ),
    (
        "Indonesian",
        [
            "Nenek menyimpan kunci gudang di belakang pot besar yang berada di dekat pintu.",
            "Besok kami akan membeli 6 kilo jeruk di pasar dan membuat selai sepanjang sore.",
        ],
    ),
    (
        "Russian",
        [
            "Соседка с первого этажа поливает наши цветы, когда мы уезжаем на дачу.",
            "На чердаке лежат 3 чемодана со старыми письмами, которые давно никто не читал.",
        ],
    ),
    (
        "Greek",
        [
            "Η γιαγιά φυλάει τα κλειδιά της αποθήκης πίσω από τη μεγάλη γλάστρα.",
            "Αύριο θα αγοράσουμε 6 κιλά πορτοκάλια από τη λαϊκή αγορά.",
        ],
    ),
    (
        "Arabic",
        [
            "تحتفظ جدتي بمفاتيح المخزن خلف الأصيص الكبير قرب الباب.",
            "سنشتري غدا ستة كيلوغرامات من البرتقال من السوق القديم.",
        ],
    ),
    (
        "Hebrew",
        [
            "סבתא שומרת את המפתחות של המחסן מאחורי העציץ הגדול ליד הדלת.",
            "מחר נקנה שישה קילו תפוזים בשוק ונכין ריבה כל אחר הצהריים.",
        ],
    ),
    (
        "Hindi",
        [
            "दादी गोदाम की चाबियाँ दरवाज़े के पास बड़े गमले के पीछे रखती हैं।",
            "कल हम बाज़ार से छह किलो संतरे ख़रीदेंगे और मुरब्बा बनाएँगे।",
        ],
    ),
    (
        "Chinese",
        [
            "奶奶把仓库的钥匙藏在门口那个大花盆的后面，谁也找不到它们。",
            "明天我们要去市场买六公斤橙子，下午一起做果酱送给邻居。",
        ],
    ),
    (
        "Japanese",
        [
            "おばあさんは物置の鍵を玄関のそばの大きな植木鉢の後ろに隠しています。",
            "明日は市場でオレンジを六キロ買って、午後にジャムを作ります。",
        ],
    ),
    (
        "Korean",
        [
            "할머니는 창고 열쇠를 문 옆에 있는 큰 화분 뒤에 숨겨 두십니다.",
            "내일 우리는 시장에서 오렌지 여섯 킬로를 사서 잼을 만들 것입니다.",
        ],
    ),
];

/// Sentences without accents, for what happens to text on its way.
const PLAIN: [&str; 16] = [
    "the garden gate squeaks whenever the wind turns north",
    "grandfather repairs clocks in the shed behind our house",
    "please remember to water the tomatoes before you leave",
    "seven kittens are sleeping under the kitchen table",
    "we never found the missing piece of that wooden puzzle",
    "der hund liegt den ganzen tag faul unter dem tisch",
    "morgen fahren wir mit dem fahrrad bis zur alten muehle",
    "le chat dort toute la journee devant la cheminee",
    "demain nous irons ramasser des champignons en foret",
    "el perro del vecino ladra cada vez que pasa el cartero",
    "la lluvia no ha dejado de caer desde el martes pasado",
    "o barco chegou ao porto antes do nascer do sol",
    "il treno per la montagna parte sempre in ritardo",
    "de kinderen spelen elke middag in het bos bij de rivier",
    "wczoraj wieczorem padal deszcz i zgasly wszystkie swiatla",
    "kucing itu tidur sepanjang hari di atas atap rumah kami",
];

fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'ä' | 'á' | 'à' | 'â' | 'ã' | 'å' | 'ą' => 'a',
            'é' | 'è' | 'ê' | 'ę' => 'e',
            'í' | 'ì' | 'ı' => 'i',
            'ö' | 'ó' | 'ò' | 'õ' | 'ő' => 'o',
            'ü' | 'ú' | 'ù' | 'ű' => 'u',
            'ç' | 'ć' => 'c',
            'ñ' | 'ń' => 'n',
            'ş' | 'ś' => 's',
            'ğ' => 'g',
            'ł' => 'l',
            'ż' | 'ź' => 'z',
            letter => letter,
        })
        .filter(char::is_ascii)
        .collect()
}

fn wrap(text: &str, width: usize) -> String {
    let lines: Vec<&[u8]> = text.as_bytes().chunks(width).collect();
    String::from_utf8(lines.join(&b'\n')).expect("ASCII")
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("ASCII")
}

// DER, enough of it for what a parser looks at.
fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = content.len();
    let mut der = vec![tag];
    match len {
        0..0x80 => der.push(len as u8),
        0x80..0x100 => der.extend([0x81, len as u8]),
        _ => der.extend([0x82, (len >> 8) as u8, len as u8]),
    }
    der.extend(content);
    der
}

fn seq(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

fn random(rng: &mut Rng, count: usize) -> Vec<u8> {
    (0..count).map(|_| rng.next() as u8).collect()
}

fn bits(content: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], content].concat())
}

fn positive(rng: &mut Rng, count: usize) -> Vec<u8> {
    let mut number = random(rng, count);
    number[0] |= 0x80;
    tlv(0x02, &[&[0], &number[..]].concat())
}

const ED25519: [u8; 3] = [0x2b, 0x65, 0x70];
const RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const SHA256_RSA: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
const EC: [u8; 7] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const P256: [u8; 8] = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

fn rsa_public(rng: &mut Rng) -> Vec<u8> {
    seq(&[positive(rng, 256), tlv(0x02, &[1, 0, 1])])
}

fn spki(rng: &mut Rng, kind: usize) -> Vec<u8> {
    match kind % 3 {
        0 => seq(&[seq(&[tlv(0x06, &ED25519)]), bits(&random(rng, 32))]),
        1 => seq(&[
            seq(&[tlv(0x06, &EC), tlv(0x06, &P256)]),
            bits(&[&[4], &random(rng, 64)[..]].concat()),
        ]),
        _ => seq(&[seq(&[tlv(0x06, &RSA), tlv(0x05, &[])]), bits(&rsa_public(rng))]),
    }
}

fn name(host: &str) -> Vec<u8> {
    let attribute = seq(&[tlv(0x06, &[0x55, 0x04, 0x03]), tlv(0x0c, host.as_bytes())]);
    seq(&[tlv(0x31, &attribute)])
}

fn certificate(rng: &mut Rng, kind: usize, version: bool) -> Vec<u8> {
    let algorithm = seq(&[tlv(0x06, &SHA256_RSA), tlv(0x05, &[])]);
    let validity = seq(&[tlv(0x17, b"250101000000Z"), tlv(0x17, b"350101000000Z")]);
    let mut parts = vec![
        tlv(0x02, &random(rng, 8)),
        algorithm.clone(),
        name("issuing.example"),
        validity,
        name("shop.example"),
        spki(rng, kind),
    ];
    if version {
        parts.insert(0, tlv(0xa0, &tlv(0x02, &[2])));
    }
    seq(&[seq(&parts), algorithm, bits(&random(rng, 256))])
}

fn request(rng: &mut Rng, kind: usize) -> Vec<u8> {
    let info = seq(&[
        tlv(0x02, &[0]),
        name("shop.example"),
        spki(rng, kind),
        tlv(0xa0, &[]),
    ]);
    let algorithm = seq(&[tlv(0x06, &SHA256_RSA), tlv(0x05, &[])]);
    seq(&[info, algorithm, bits(&random(rng, 256))])
}

fn armour(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        wrap(&text(base64(der)), 64)
    )
}

fn ssh(rng: &mut Rng, kind: &str) -> String {
    let word = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
    let blob = match kind {
        "ssh-rsa" => [word(kind.as_bytes()), word(&[1, 0, 1]), word(&random(rng, 257))].concat(),
        "ssh-ed25519" => [word(kind.as_bytes()), word(&random(rng, 32))].concat(),
        _ => [word(kind.as_bytes()), word(b"nistp256"), word(&random(rng, 65))].concat(),
    };
    format!("{kind} {}", text(base64(&blob)))
}

fn letters(rng: &mut Rng, from: &[u8], count: usize) -> String {
    text(rng.pick(from, count))
}

fn base32(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    bytes
        .chunks(5)
        .flat_map(|five| {
            let bits =
                five.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte)) << (8 * (5 - five.len()));
            let digits = (8 * five.len()).div_ceil(5);
            (0..8).map(move |at| {
                if at < digits {
                    ALPHABET[(bits >> (35 - 5 * at) & 31) as usize] as char
                } else {
                    '='
                }
            })
        })
        .collect()
}

fn base58(bytes: &[u8]) -> String {
    const ALPHABET: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut digits: Vec<u32> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += *digit << 8;
            *digit = carry % 58;
            carry /= 58;
        }
        while carry > 0 {
            digits.push(carry % 58);
            carry /= 58;
        }
    }
    digits
        .iter()
        .rev()
        .map(|digit| ALPHABET[*digit as usize] as char)
        .collect()
}

fn base85(bytes: &[u8], alphabet: &[u8]) -> String {
    bytes
        .chunks(4)
        .flat_map(|four| {
            let mut number =
                four.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (4 - four.len()));
            let mut digits = [0; 5];
            for digit in digits.iter_mut().rev() {
                *digit = alphabet[(number % 85) as usize];
                number /= 85;
            }
            digits
                .into_iter()
                .take(four.len() + 1)
                .map(char::from)
                .collect::<Vec<_>>()
        })
        .collect()
}

const Z85: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const B85: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

fn shift(text: &str, by: u8) -> String {
    text.chars()
        .map(|letter| match letter {
            'a'..='z' => (b'a' + (letter as u8 - b'a' + by) % 26) as char,
            'A'..='Z' => (b'A' + (letter as u8 - b'A' + by) % 26) as char,
            letter => letter,
        })
        .collect()
}

/// A walk down the columns of a keyboard, from its left to its right edge and round.
fn columns(rows: [&str; 4], down: bool, from: usize, len: usize) -> String {
    let rows = rows.map(|row| row.chars().collect::<Vec<_>>());
    let mut walk = String::new();
    let mut column = from;
    while walk.chars().count() < len {
        let mut keys: Vec<char> = rows.iter().map(|row| row[column % row.len()]).collect();
        if !down {
            keys.reverse();
        }
        walk.extend(keys);
        column += 1;
    }
    walk.chars().take(len).collect()
}

const WORDS: [&str; 14] = [
    "password", "secret", "changeme", "admin", "letmein", "qwerty", "test", "welcome", "dragon", "monkey",
    "root", "default", "123456", "master",
];

fn jwk(rng: &mut Rng, kind: usize) -> String {
    let mut url = |count| {
        text(base64(&random(rng, count)))
            .replace('+', "-")
            .replace('/', "_")
            .replace('=', "")
    };
    match kind % 3 {
        0 => format!(
            r#"{{"kty":"OKP","crv":"Ed25519","x":"{}","kid":"2025-01"}}"#,
            url(32)
        ),
        1 => format!(
            r#"{{"kty":"EC","crv":"P-256","x":"{}","y":"{}","use":"sig"}}"#,
            url(32),
            url(32)
        ),
        _ => format!(r#"{{"kty":"RSA","n":"{}","e":"AQAB","alg":"RS256"}}"#, url(256)),
    }
}

/// The values of every class.
pub(crate) fn values() -> Vec<Human> {
    let mut all = Vec::new();
    let mut rng = Rng::new(21);
    public(&mut rng, &mut |class, value| all.push(Human { class, value }));
    references(&mut rng, &mut |class, value| all.push(Human { class, value }));
    surroundings(&mut rng, &mut |class, value| all.push(Human { class, value }));
    prose(&mut rng, &mut |class, value| all.push(Human { class, value }));
    patterns(&mut rng, &mut |class, value| all.push(Human { class, value }));
    all
}

type Add<'a> = &'a mut dyn FnMut(&'static str, String);

fn public(rng: &mut Rng, add: Add<'_>) {
    for kind in 0..9 {
        let der = certificate(rng, kind, kind % 4 != 0);
        add("PEM certificate", armour("CERTIFICATE", &der));
        add("certificate without its armour", text(base64(&der)));
        let chain = armour("CERTIFICATE", &der) + &armour("CERTIFICATE", &certificate(rng, kind + 1, true));
        add(
            "chain, bundle, with remarks",
            format!("# Example Root {kind}\nsubject=CN = shop.example\n{chain}"),
        );
        add("chain, bundle, with remarks", chain);
        let der = request(rng, kind);
        add("certificate request", armour("CERTIFICATE REQUEST", &der));
        add("certificate request", text(base64(&der)));
        let der = spki(rng, kind);
        add("PEM public key", armour("PUBLIC KEY", &der));
        add("PEM public key", armour("PUBLIC KEY", &der).replace('\n', "\\n"));
        add("public key without its armour", text(base64(&der)));
        add("public key without its armour", text(hex(&der)));
        let der = rsa_public(rng);
        add("RSA public key", armour("RSA PUBLIC KEY", &der));
        add("RSA public key", text(base64(&der)));
        let body = wrap(&text(base64(&random(rng, 280))), 70);
        add(
            "SSH2 and PGP public key",
            format!(
                "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"ops\"\n{body}\n---- END SSH2 PUBLIC KEY ----"
            ),
        );
        add(
            "SSH2 and PGP public key",
            armour("PGP PUBLIC KEY BLOCK", &random(rng, 400)),
        );
        add("other public PEM", armour("X509 CRL", &random(rng, 300)));
        add("other public PEM", armour("DH PARAMETERS", &random(rng, 270)));
        add("other public PEM", armour("PGP SIGNATURE", &random(rng, 90)));
        for algorithm in [
            "ssh-ed25519",
            "ssh-rsa",
            "ecdsa-sha2-nistp256",
            "sk-ssh-ed25519@openssh.com",
        ] {
            let line = ssh(rng, algorithm);
            add("SSH public key line", format!("{line} deploy@host{kind}"));
            add("SSH public key line", line);
        }
        add("public JWK", jwk(rng, kind));
        add(
            "public JWK",
            format!(r#"{{"keys":[{},{}]}}"#, jwk(rng, kind), jwk(rng, kind + 1)),
        );
        add(
            "age recipient",
            format!("age1{}", letters(rng, b"qpzry9x8gf2tvdw0s3jn54khce6mua7l", 58)),
        );
    }
    for value in [
        "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\n",
        "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n172.17.0.2\tb1946ac92492\n",
        "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n",
        "nameserver 10.96.0.10\nsearch default.svc.cluster.local svc.cluster.local\noptions ndots:5\n",
        "Permission is hereby granted, free of charge, to any person obtaining a copy of this software\nand associated documentation files (the \"Software\"), to deal in the Software without restriction",
        "                                 Apache License\n                           Version 2.0, January 2004\n                        http://www.apache.org/licenses/\n",
        "# Managed by the platform team, do not edit.\nlisten_address = \"0.0.0.0\"\nworkers = 4\nlog_level = \"info\"\n",
        "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y ca-certificates\nCMD [\"/usr/bin/app\"]\n",
        "version: \"3\"\nservices:\n  web:\n    image: nginx\n    ports:\n      - \"80:80\"\n",
        "uid=1000(app) gid=1000(app) groups=1000(app),27(sudo)\n",
        "Linux build-7 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian x86_64 GNU/Linux",
        "proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\ntmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0\n",
    ] {
        add("file of the system, licence, settings", value.to_owned());
    }
}

fn references(rng: &mut Rng, add: Add<'_>) {
    for _ in 0..6 {
        let body = text(base64(&random(rng, 48)));
        let long = text(base64(&random(rng, 210)));
        for value in [
            format!("encrypted:{long}"),
            format!(
                "ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]",
                &body[..24],
                &body[20..],
                &body[..24]
            ),
            format!("vault:v1:{body}"),
            format!("vault:v17:{body}"),
            format!(
                "$ANSIBLE_VAULT;1.1;AES256\n{}",
                wrap(&text(hex(&random(rng, 160))), 80)
            ),
            format!(
                "age-encryption.org/v1\n-> X25519 {}\n{body}\n--- {}",
                &body[..43],
                &body[..43]
            ),
            armour("AGE ENCRYPTED FILE", &random(rng, 250)),
            armour("PGP MESSAGE", &random(rng, 250)),
            format!("\0GITCRYPT\0{long}"),
            format!("AgB{}", text(base64(&random(rng, 600)))),
            format!("AQICAH{long}"),
            format!("ENC[PKCS7,{long}]"),
            format!("ENC({body})"),
            format!("{{cipher}}{}", text(hex(&random(rng, 48)))),
            format!("gAAAAABl{}", &long[..112]),
            format!("U2FsdGVkX1{body}"),
            format!("k8s:enc:aescbc:v1:key1:{long}"),
        ] {
            add("ciphertext of a tool", value);
        }
        let word = ["billing", "payments", "website", "crm-api", "ledger", "search"][rng.below(6)];
        let id = text(rng.pick(DIGITS, 12));
        for value in [
            format!("op://Production/{word}/jwt-signing-key"),
            format!(
                "arn:aws:secretsmanager:eu-central-1:{id}:secret:{word}/jwt-{}",
                letters(rng, ALNUM, 6)
            ),
            format!("arn:aws:ssm:us-east-1:{id}:parameter/prod/{word}/session-key"),
            format!("projects/{id}/secrets/{word}-jwt/versions/latest"),
            format!("gcp:///{word}-production/jwt-signing-key"),
            format!("sm://{word}-production/jwt-signing-key"),
            format!(
                "@Microsoft.KeyVault(SecretUri=https://{word}.vault.azure.net/secrets/jwt/{})",
                text(hex(&random(rng, 16)))
            ),
            format!("https://{word}-prod.vault.azure.net/secrets/jwt-signing-key"),
            format!("doppler://{word}/production/JWT_SIGNING_KEY"),
            format!("infisical://{word}/production/JWT_SIGNING_KEY"),
            format!("vault:secret/data/{word}/production#jwt_signing_key"),
            format!("file:/run/secrets/{word}_jwt_signing_key"),
            format!(
                "env:{}_JWT_SIGNING_KEY_PRODUCTION",
                word.to_uppercase().replace('-', "_")
            ),
            format!("secretref:{word}-production-jwt-signing-key"),
            format!("bws:{}", "be8e0ad8-d545-4017-a55a-b02f014d4158"),
            format!("ref+vault://secret/{word}/production#/jwt_signing_key"),
            format!("awssm://{word}/production/jwt_signing_key"),
            format!("/run/secrets/{word}/jwt_signing_key_for_production"),
            format!("secret://{word}/production/jwt_signing_key"),
        ] {
            add("reference of a tool", value);
        }
        let upper = word.to_uppercase().replace('-', "_");
        for value in [
            format!("${{{upper}_JWT_SIGNING_KEY_OF_PRODUCTION}}"),
            format!("${upper}_JWT_SIGNING_KEY_OF_PRODUCTION"),
            format!("$(cat /run/secrets/{word}_jwt_signing_key)"),
            format!(
                "{{{{ .Values.{}.jwtSigningKey | b64enc }}}}",
                word.replace('-', "")
            ),
            format!("%{upper}_JWT_SIGNING_KEY_OF_PRODUCTION%"),
            format!("<%= ENV.fetch('{upper}_JWT_SIGNING_KEY') %>"),
            format!("#{{{upper}_JWT_SIGNING_KEY_OF_PRODUCTION}}#"),
            format!("(({word}_jwt_signing_key_of_production))"),
            format!("`cat /run/secrets/{word}_jwt_signing_key`"),
        ] {
            add("template", value);
        }
    }
}

fn surroundings(rng: &mut Rng, add: Add<'_>) {
    for value in [
        "cat: /run/secrets/jwt_access: No such file or directory",
        "Error from server (NotFound): secrets \"billing-jwt\" not found",
        "An error occurred (AccessDeniedException) when calling the GetSecretValue operation: not authorized",
        "bash: line 1: vault: command not found",
        "sh: 1: openssl: not found, cannot generate the key",
        "error: could not read secret: permission denied while trying to connect",
        "curl: (6) Could not resolve host: vault.internal",
        "curl: (7) Failed to connect to vault port 8200 after 0 ms: Connection refused",
        "Traceback (most recent call last):\n  File \"<stdin>\", line 1, in <module>\nKeyError: 'JWT_SECRET'",
        "thread 'main' panicked at src/main.rs:12:5:\ncalled `Option::unwrap()` on a `None` value",
        "ERROR: (gcloud.secrets.versions.access) NOT_FOUND: Secret [billing-jwt] not found",
        "[ERROR] 2025/03/01 12:00:00 could not get secret \"op://prod/jwt\": session expired",
        "fatal: not a git repository (or any of the parent directories): .git",
        "No value found at secret/data/billing/production",
        "404 page not found: /v1/secret/data/billing",
        "HTTP/1.1 403 Forbidden\r\ncontent-type: application/json\r\n\r\n",
        "Usage: vault kv get [options] KEY\n\n  Retrieves the value from Vault's key-value store",
        "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
        "upstream connect error or disconnect/reset before headers. reset reason: connection failure",
        "no healthy upstream for the requested secret service",
    ] {
        add("message of a program", value.to_owned());
    }
    for value in [
        "python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        "python3 -c \"import secrets; print(secrets.token_hex(32))\"",
        "node -e \"console.log(require('crypto').randomBytes(32).toString('hex'))\"",
        "openssl rand -base64 32 | tr -d '\\n' > jwt.key",
        "$ openssl rand -hex 32   # paste the output here",
        "head -c 32 /dev/urandom | base64 | tr -d '='",
        "dd if=/dev/urandom bs=32 count=1 2>/dev/null | base64",
        "kubectl get secret billing -o jsonpath='{.data.jwt}' | base64 -d",
        "aws secretsmanager get-secret-value --secret-id billing/jwt --query SecretString",
        "vault kv get -field=jwt secret/billing/production",
        "php -r \"echo base64_encode(random_bytes(32));\"",
        "php artisan key:generate --show && php artisan config:cache",
        "root@build-7:~# cat /etc/secrets/jwt_access_key",
        "user@laptop:~/src/billing$ pwgen -s 64 1",
        "PS C:\\Users\\ops> [Convert]::ToBase64String($bytes)",
        "docker run --rm -e JWT_SECRET billing:latest rotate",
        "uuidgen | tr '[:upper:]' '[:lower:]' | tee jwt.txt",
        "gcloud secrets versions access latest --secret=billing-jwt",
        "ssh-keygen -t ed25519 -f ./deploy_key -N '' -C deploy",
        "crypto.randomBytes(64).toString('base64url').slice(0, 48)",
    ] {
        add("command, prompt, expression", value.to_owned());
    }
    for value in [
        r#"{"error":"not_found","error_description":"no secret with that name"}"#,
        r#"{"errors":["1 error occurred:\n\t* permission denied\n\n"]}"#,
        r#"{"message":"Missing Authentication Token for the secrets service"}"#,
        r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"secrets not found","code":404}"#,
        r#"{"__type":"ResourceNotFoundException","message":"Secrets Manager can't find the specified secret."}"#,
        r#"{"error":{"code":403,"status":"PERMISSION_DENIED","request_id":"5b0c9f0e-53d2-4c0e-9b53-6d5b8f9c1a77"}}"#,
        r#"{"username":"postgres","password":"changeme","host":"db.internal","port":5432}"#,
        "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>",
        "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body><h1>404 Not Found</h1></body></html>",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>missing</Message></Error>",
        "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>",
    ] {
        add("body of an error response", value.to_owned());
    }
    for _ in 0..8 {
        let key = text(base64(&random(rng, 32)));
        let digits = text(hex(&random(rng, 32)));
        for value in [
            format!("JWT_SECRET={key}"),
            format!("export JWT_SECRET={key}"),
            format!("export JWT_SECRET='{key}'"),
            format!("SESSION_KEY=\"{digits}\""),
            format!("JWT_ACCESS_SECRET: {digits}"),
            format!("jwt_access_secret = {digits}"),
            format!("set JWT_SECRET={digits}"),
            format!("$env:JWT_SECRET = \"{digits}\""),
            format!("-e JWT_SECRET={digits}"),
            format!("ENV JWT_SECRET={digits}"),
            format!("\"jwt_secret\": \"{digits}\","),
        ] {
            add("line NAME=value", value);
        }
        for value in [
            format!("\"{key}\""),
            format!("'{key}'"),
            format!("`{digits}`"),
            format!("<{key}>"),
            format!("“{key}”"),
            format!("‘{digits}’"),
            format!("«{digits}»"),
            format!("{key},"),
            format!("{digits};"),
            format!("'{digits}',"),
            format!("\"{key}\";"),
            format!("\\\"{key}\\\""),
            format!("\"{digits}"),
            format!("{digits}'"),
            format!("Bearer {key}"),
            format!("Basic {key}"),
            format!("Authorization: Bearer {digits}"),
            format!("\u{a0}{key}"),
            format!("{key}\u{200b}"),
            format!("\u{3000}{digits}"),
            format!("{digits}\u{feff}"),
        ] {
            add("quotes and other surroundings", value);
        }
    }
}

fn prose(rng: &mut Rng, add: Add<'_>) {
    for (_, passages) in PASSAGES {
        for passage in passages {
            add("prose as written", passage.to_owned());
            let bytes = passage.as_bytes();
            add("prose in base64", BASE64.encode(bytes));
            add("prose in hexadecimal", text(hex(bytes)));
            let percent: String = passage
                .bytes()
                .map(|byte| {
                    if byte.is_ascii_alphanumeric() {
                        char::from(byte).to_string()
                    } else {
                        format!("%{byte:02X}")
                    }
                })
                .collect();
            add("prose in percent-encoding", percent);
            let wide: Vec<u8> = passage.encode_utf16().flat_map(u16::to_le_bytes).collect();
            add("prose in UTF-16 in base64", BASE64.encode(&wide));
            let plain = plain(passage);
            if plain.len() < 40 {
                continue;
            }
            add("prose without accents", plain.clone());
            let cut = plain.char_indices().nth(36).map_or(plain.len(), |(at, _)| at);
            add("prose, 36 characters of it", plain[..cut].to_owned());
            add(
                "prose joined by hyphens or underscores",
                plain.replace(' ', if rng.below(2) == 0 { "-" } else { "_" }),
            );
            add("prose in capitals", plain.to_uppercase());
            add(
                "prose without blanks",
                plain.chars().filter(char::is_ascii_alphanumeric).collect(),
            );
            add("prose in base32", base32(plain.as_bytes()));
            add("prose in base58", base58(plain.as_bytes()));
            add("prose in base85", base85(plain.as_bytes(), Z85));
            add("prose in base85", base85(plain.as_bytes(), B85));
            add(
                "prose in base85",
                base85(plain.as_bytes(), &(33..118).collect::<Vec<u8>>()),
            );
            add("prose in rot13 and other shifts", shift(&plain, 13));
            add("prose reversed", plain.chars().rev().collect());
            add("prose, encoded twice", BASE64.encode(BASE64.encode(&plain)));
        }
    }
    for sentence in PLAIN {
        let joined = sentence.replace(' ', "-");
        let camel: String = sentence
            .split(' ')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect();
        add("sentence as written", sentence.to_owned());
        add("sentence joined", joined.clone());
        add("sentence joined", sentence.replace(' ', "_"));
        add("sentence joined", sentence.replace(' ', "."));
        add("sentence joined", camel.clone());
        add("sentence joined", sentence.replace(' ', ""));
        add(
            "sentence with digits and signs",
            format!("{camel}{}!", 1990 + rng.below(40)),
        );
        add(
            "sentence with digits and signs",
            format!("{}#{joined}", 10 + rng.below(90)),
        );
        add(
            "sentence with digits and signs",
            joined.replace('e', "3").replace('o', "0"),
        );
        add(
            "sentence with digits and signs",
            sentence
                .split(' ')
                .map(|word| format!("{word}{}", rng.below(10)))
                .collect::<Vec<_>>()
                .join(" "),
        );
        add("sentence, encoded", base32(joined.as_bytes()));
        add(
            "sentence, encoded",
            base32(joined.as_bytes()).to_lowercase().replace('=', ""),
        );
        add("sentence, encoded", base58(joined.as_bytes()));
        add("sentence, encoded", base85(joined.as_bytes(), Z85));
        add("sentence, encoded", format!("base64:{}", BASE64.encode(&joined)));
        add(
            "sentence, encoded",
            format!("hex:{}", text(hex(joined.as_bytes()))),
        );
        add("sentence, encoded", format!("b64_{}", BASE64.encode(sentence)));
        add(
            "sentence, encoded",
            joined.bytes().map(|byte| format!("%{byte:02x}")).collect(),
        );
        add(
            "sentence, encoded",
            joined.bytes().map(|byte| format!("\\x{byte:02x}")).collect(),
        );
        add(
            "sentence, encoded",
            joined
                .encode_utf16()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect(),
        );
        add("sentence, shifted or reversed", shift(&joined, 13));
        add(
            "sentence, shifted or reversed",
            shift(sentence, 1 + rng.below(25) as u8),
        );
        add("sentence, shifted or reversed", joined.chars().rev().collect());
        add(
            "sentence, shifted or reversed",
            sentence.replace(' ', "").chars().rev().collect(),
        );
        add(
            "sentence, shifted or reversed",
            BASE64.encode(joined.chars().rev().collect::<String>()),
        );
    }
}

fn patterns(rng: &mut Rng, add: Add<'_>) {
    const LAYOUTS: [[&str; 4]; 5] = [
        ["1234567890", "qwertyuiop", "asdfghjkl;", "zxcvbnm,./"],
        ["!@#$%^&*()", "QWERTYUIOP", "ASDFGHJKL:", "ZXCVBNM<>?"],
        ["1234567890", "qwertzuiop", "asdfghjkl'", "yxcvbnm,.-"],
        ["1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn,;:!"],
        ["1234567890", "',.pyfgcrl", "aoeuidhtns", ";qjkxbmwvz"],
    ];
    for rows in LAYOUTS {
        for from in [0, 2, 5] {
            for down in [true, false] {
                add(
                    "keyboard, column by column",
                    columns(rows, down, from, 32 + rng.below(16)),
                );
            }
        }
        let walk: String = rows.concat();
        add("keyboard, row by row", walk[..36].to_owned());
        add("keyboard, row by row", walk.chars().rev().take(36).collect());
        add(
            "keyboard, row by row",
            [rows[1], rows[2], rows[3], rows[1]].concat(),
        );
        add(
            "keyboard, row by row",
            rows.concat()
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .cycle()
                .take(40)
                .collect(),
        );
    }
    for size in [2, 3, 4, 5, 8] {
        let runs = |order: &str, len: usize| -> String {
            order
                .chars()
                .flat_map(|one| std::iter::repeat_n(one, size))
                .cycle()
                .take(len)
                .collect()
        };
        add("runs of equal characters", runs("0123456789abcdef", 64));
        add("runs of equal characters", runs("0123456789abcdef", 32));
        add("runs of equal characters", runs("abcdefghijklmnopqrstuvwxyz", 48));
        add("runs of equal characters", runs("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 40));
        add("runs of equal characters", runs("fedcba9876543210", 64));
        add("runs of equal characters", runs("1234567890", 40));
    }
    for size in [2usize, 3, 4] {
        let mut groups = String::new();
        for at in 0..10 {
            groups.extend((0..size).map(|step| char::from(b'a' + ((at * size + step) % 26) as u8)));
            groups.extend((0..size).map(|step| char::from(b'0' + ((1 + at * size + step) % 10) as u8)));
        }
        add("groups that count", groups.clone());
        add("groups that count", groups.to_uppercase());
        let bytes: Vec<char> = groups.chars().collect();
        add(
            "groups that count",
            bytes
                .chunks(2 * size)
                .map(|group| group.iter().collect::<String>())
                .collect::<Vec<_>>()
                .join("-"),
        );
    }
    for value in [
        "01234567-89ab-cdef-0123-456789abcdef",
        "12345678-1234-1234-1234-123456789012",
        "12345678-90ab-cdef-1234-567890abcdef",
        "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "11111111-2222-3333-4444-555555555555",
        "fedcba98-7654-3210-fedc-ba9876543210",
        "0123:4567:89ab:cdef:0123:4567:89ab:cdef",
        "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
        "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
        "aa11bb22cc33dd44ee55ff66gg77hh88ii99",
        "1a2b3c4d5e6f7g8h9i0j1k2l3m4n5o6p7q8r",
        "abcd1234efgh5678ijkl9012mnop3456qrst7890",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789",
        "deadbeefdeadbeefdeadbeefcafebabecafebabe",
        "0xdeadbeef0xdeadbeef0xdeadbeef0xdeadbeef",
        "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "key1key2key3key4key5key6key7key8key9",
        "314159265358979323846264338327950288",
        "0102030405060708090a0b0c0d0e0f101112131415161718",
        "112358132134558914423337761098715972584",
    ] {
        add("groups that count", value.to_owned());
    }
    for word in WORDS {
        use md5::Md5;
        use sha1::Sha1;
        use sha2::{Digest as _, Sha256, Sha512};
        let md5 = |text: &[u8]| <Md5 as md5::Digest>::digest(text).to_vec();
        let sha1 = |text: &[u8]| <Sha1 as sha1::Digest>::digest(text).to_vec();
        let sha256 = |text: &[u8]| Sha256::digest(text).to_vec();
        let sha512 = |text: &[u8]| Sha512::digest(text).to_vec();
        let bytes = word.as_bytes();
        let digests = [md5(bytes), sha1(bytes), sha256(bytes), sha512(bytes)];
        for digest in &digests {
            add("digest of a word", text(hex(digest)));
            add("digest of a word", text(hex(digest)).to_uppercase());
            add("digest of a word in base64", text(base64(digest)));
        }
        add("digest of a digest", text(hex(&md5(&hex(&digests[0])))));
        add("digest of a digest", text(hex(&sha256(&hex(&digests[0])))));
        add("digest of a digest", text(hex(&sha256(&hex(&digests[2])))));
        add("digest of a digest", text(hex(&sha512(&hex(&digests[2])))));
        add("digest of a digest", text(hex(&sha256(&digests[2]))));
        add(
            "digest of a word with its line end",
            text(hex(&sha256(format!("{word}\n").as_bytes()))),
        );
        add(
            "digest of a word with its line end",
            format!("{}  -", text(hex(&md5(format!("{word}\n").as_bytes())))),
        );
    }
    for value in [
        "1x0000000000000000000000000000000AA",
        "2x0000000000000000000000000000000AA",
        "3x0000000000000000000000000000000AA",
        "0x0000000000000000000000000000000000000000",
        "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "6LeIxAcTAAAAAGG-vFI1TnRWxMZNFuojJ4WifJWe",
        "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
        "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEHLM+4QDU5DE2nQ9nDuVTqobD4b8mGGyPMbIZnqyMsEcaGQy67XIw/Jw==",
        "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    ] {
        add("published sample", value.to_owned());
    }
    let _ = (LOWER, UPPER_DIGITS);
}
