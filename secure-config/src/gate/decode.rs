//! Decoders of the encodings that people wrap text and keys in.
//!
//! Each writes the decoded bytes into a [`Scratch`] (as many as fit) and returns how many bytes there are in all, or
//! `None` when the text is not of its encoding. The work is linear in the text, base58 apart, which is bounded.

use super::scratch::Scratch;

/// Decodes one encoding into a buffer and returns the length of the whole.
pub(super) type Decoder = fn(&[u8], &mut Scratch) -> Option<usize>;

/// Decodes hexadecimal digits, in lines or not.
pub(super) fn hex(text: &[u8], room: &mut Scratch) -> Option<usize> {
    let mut high = None;
    let mut len = 0;
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        let digit = digit(*byte, 16)?;
        match high.take() {
            None => high = Some(digit),
            Some(high) => {
                room.push(high << 4 | digit);
                len += 1;
            }
        }
    }
    (high.is_none() && len >= 8).then_some(len)
}

/// Decodes base64 or base64url, in lines or not, with or without its padding.
pub(super) fn base64(text: &[u8], room: &mut Scratch) -> Option<usize> {
    let mut digits = 0;
    let mut bits = 0u32;
    let mut padding = 0;
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        if *byte == b'=' {
            padding += 1;
            continue;
        }
        let value = BASE64[usize::from(*byte)].checked_sub(1)?;
        if padding > 0 {
            return None;
        }
        bits = bits << 6 | u32::from(value);
        if digits % 4 != 0 {
            let spare = 2 * (3 - digits % 4);
            // The mask leaves eight bits.
            room.push((bits >> spare & 0xff) as u8);
        }
        digits += 1;
    }
    (digits >= 12 && digits % 4 != 1 && padding <= 2).then_some(digits / 4 * 3 + (digits % 4 * 3) / 4)
}

/// Decodes base64 as far as it goes, without a limit.
pub(super) fn base64_bytes(text: &[u8]) -> impl Iterator<Item = u8> + Clone + '_ {
    let digits = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map_while(|byte| BASE64[usize::from(*byte)].checked_sub(1));
    let mut bits = 0u32;
    digits.enumerate().filter_map(move |(at, value)| {
        bits = bits << 6 | u32::from(value);
        let spare = 2 * (3 - at % 4);
        // The mask leaves eight bits.
        (at % 4 != 0).then_some((bits >> spare & 0xff) as u8)
    })
}

/// Decodes base32, in one case, with or without its padding.
pub(super) fn base32(text: &[u8], room: &mut Scratch) -> Option<usize> {
    let mut bits = 0u32;
    let mut held = 0;
    let mut len = 0;
    let mut cases = [false; 2];
    let end = text.iter().rposition(|byte| *byte != b'=')? + 1;
    if text.len() - end > 6 || end < 13 {
        return None;
    }
    for byte in &text[..end] {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a',
            b'2'..=b'7' => byte - b'2' + 26,
            _ => return None,
        };
        if byte.is_ascii_alphabetic() {
            cases[usize::from(byte.is_ascii_lowercase())] = true;
        }
        bits = bits << 5 | u32::from(value);
        held += 5;
        if held >= 8 {
            held -= 8;
            // The mask leaves eight bits.
            room.push((bits >> held & 0xff) as u8);
            len += 1;
        }
    }
    (cases != [true; 2]).then_some(len)
}

/// The longest base58 text that is decoded: the work grows with the square of the length.
const BASE58_MOST: usize = 180;
const LIMBS: usize = (BASE58_MOST * 6).div_ceil(32);

/// Decodes base58 in the alphabet of Bitcoin.
pub(super) fn base58(text: &[u8], room: &mut Scratch) -> Option<usize> {
    if text.len() > BASE58_MOST || text.len() < 12 {
        return None;
    }
    // Every digit is checked before the first multiplication: most keys end here.
    if !text.iter().all(|byte| BASE58[usize::from(*byte)] != 0) {
        return None;
    }
    let mut number = zeroize::Zeroizing::new([0u32; LIMBS]);
    let mut used = 1;
    for byte in text {
        let mut carry = u64::from(BASE58[usize::from(*byte)]) - 1;
        for limb in &mut number[..used] {
            carry += u64::from(*limb) * 58;
            // The lower half of the sum; the upper one is carried.
            *limb = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            // 180 digits of base58 are below 2^1080, so there is a limb.
            *number.get_mut(used)? = carry as u32;
            used += 1;
        }
    }
    let bytes = number[..used].iter().rev().flat_map(|limb| limb.to_be_bytes());
    let mut len = 0;
    for byte in bytes.skip_while(|byte| *byte == 0) {
        room.push(byte);
        len += 1;
    }
    Some(len)
}

/// Decodes base85 in the alphabet of Adobe and btoa.
pub(super) fn ascii85(text: &[u8], room: &mut Scratch) -> Option<usize> {
    let text = text.strip_prefix(b"<~").unwrap_or(text);
    base85(
        text.strip_suffix(b"~>").unwrap_or(text),
        room,
        |byte| match byte {
            b'!'..=b'u' => Some(byte - b'!'),
            _ => None,
        },
    )
}

/// Decodes base85 in the alphabet of ZeroMQ.
pub(super) fn z85(text: &[u8], room: &mut Scratch) -> Option<usize> {
    base85(text, room, |byte| Z85[usize::from(byte)].checked_sub(1))
}

/// Decodes base85 in the alphabet of git, Mercurial and Python.
pub(super) fn b85(text: &[u8], room: &mut Scratch) -> Option<usize> {
    base85(text, room, |byte| B85[usize::from(byte)].checked_sub(1))
}

fn base85(text: &[u8], room: &mut Scratch, value: impl Fn(u8) -> Option<u8>) -> Option<usize> {
    if text.len() < 12 || text.len() % 5 == 1 {
        return None;
    }
    let mut len = 0;
    for five in text.chunks(5) {
        // A short group is filled up with the last digit.
        let digits = five
            .iter()
            .map(|byte| value(*byte))
            .chain(std::iter::repeat(Some(84)));
        let mut number = 0u64;
        for digit in digits.take(5) {
            number = number * 85 + u64::from(digit?);
        }
        let number = u32::try_from(number).ok()?;
        for byte in &number.to_be_bytes()[..five.len() - 1] {
            room.push(*byte);
            len += 1;
        }
    }
    Some(len)
}

/// Undoes percent-encoding, of which there must be enough to be one.
pub(super) fn percent(text: &[u8], room: &mut Scratch) -> Option<usize> {
    if !text.contains(&b'%') {
        return None;
    }
    let mut len = 0;
    let mut encoded = 0;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let pair = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        if let Some([high, low]) = pair {
            room.push(digit(*high, 16)? << 4 | digit(*low, 16)?);
            encoded += 1;
            at += 3;
        } else {
            room.push(if *byte == b'+' { b' ' } else { *byte });
            at += 1;
        }
        len += 1;
    }
    (encoded >= 3 && 16 * encoded >= len).then_some(len)
}

/// Undoes the escapes `\x41`, `\u0041` and `&#65;` or `&#x41;`, when the text is made of them.
pub(super) fn escapes(text: &[u8], room: &mut Scratch) -> Option<usize> {
    let mut rest = text;
    let mut len = 0;
    while !rest.is_empty() {
        let (code, after) = escape(rest)?;
        let mut utf8 = [0; 4];
        for byte in char::from_u32(code)?.encode_utf8(&mut utf8).bytes() {
            room.push(byte);
            len += 1;
        }
        rest = after;
    }
    (len >= 8).then_some(len)
}

fn escape(text: &[u8]) -> Option<(u32, &[u8])> {
    let digits = |text: &[u8], radix| -> Option<u32> {
        text.iter().try_fold(0, |code: u32, byte| {
            code.checked_mul(radix)?
                .checked_add(u32::from(digit(*byte, radix)?))
        })
    };
    match text {
        [b'\\', b'x', rest @ ..] => Some((digits(rest.get(..2)?, 16)?, &rest[2..])),
        [b'\\', b'u', rest @ ..] => Some((digits(rest.get(..4)?, 16)?, &rest[4..])),
        [b'&', b'#', rest @ ..] => {
            let end = rest.iter().take(9).position(|byte| *byte == b';')?;
            let code = match &rest[..end] {
                [b'x' | b'X', hex @ ..] => digits(hex, 16)?,
                decimal => digits(decimal, 10)?,
            };
            Some((code, &rest[end + 1..]))
        }
        _ => None,
    }
}

/// Decodes bytes written as eight binary digits each, with blanks between them or not.
pub(super) fn binary(text: &[u8], room: &mut Scratch) -> Option<usize> {
    let mut bits = 0u8;
    let mut count = 0;
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
        bits = bits << 1 | digit(*byte, 2)?;
        count += 1;
        if count % 8 == 0 {
            room.push(bits);
        }
    }
    (count >= 64 && count % 8 == 0).then_some(count / 8)
}

/// Returns the value of a digit, below 16.
fn digit(byte: u8, radix: u32) -> Option<u8> {
    char::from(byte).to_digit(radix).map(|digit| digit as u8)
}

/// One more than the value of each digit; 0 for what is none.
const fn values<const N: usize>(alphabet: &[u8; N]) -> [u8; 256] {
    let mut values = [0; 256];
    let mut value = 0;
    while value < N {
        values[alphabet[value] as usize] = value as u8 + 1;
        value += 1;
    }
    values
}

static BASE64: [u8; 256] = {
    let mut values = values(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    values[b'-' as usize] = 63;
    values[b'_' as usize] = 64;
    values
};
static BASE58: [u8; 256] = values(b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz");
static Z85: [u8; 256] =
    values(b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#");
static B85: [u8; 256] =
    values(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~");

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"the kettle is on";

    fn decoded(decoder: Decoder, text: &str) -> Option<Vec<u8>> {
        let mut room = Scratch::new();
        let len = decoder(text.as_bytes(), &mut room)?;
        assert_eq!(len, room.as_bytes().len(), "{text}");
        Some(room.as_bytes().to_vec())
    }

    #[test]
    fn each_encoding_is_undone() {
        for (decoder, text) in [
            (hex as Decoder, "746865206b6574746c65206973206f6e"),
            (hex, "746865206B657474\n6C65206973206F6E"),
            (base64, "dGhlIGtldHRsZSBpcyBvbg=="),
            (base64, "dGhlIGtldHRs\nZSBpcyBvbg"),
            (base32, "ORUGKIDLMV2HI3DFEBUXGIDPNY======"),
            (base32, "orugkidlmv2hi3dfebuxgidpny"),
            (base58, "FNivQbmPeDLoGvt5d13ha5"),
            (ascii85, "FD,5.CLqU0Ch4`'F!,C="),
            (ascii85, "<~FD,5.CLqU0Ch4`'F!,C=~>"),
            (z85, "BzbkdyH}Qfy?j-6B0bys"),
            (b85, "bZBKDYh`qFY-J#6b0BYS"),
            (percent, "the%20kettle%20is%20on"),
            (percent, "%74%68%65%20%6b%65%74%74%6c%65%20%69%73%20%6f%6e"),
            (
                escapes,
                r"\x74\x68\x65\x20\x6b\x65\x74\x74\x6c\x65\x20\x69\x73\x20\x6f\x6e",
            ),
            (
                escapes,
                "&#116;&#104;&#101;&#32;&#107;&#x65;&#x74;&#x74;&#108;&#101;&#32;&#105;&#115;&#32;&#111;&#110;",
            ),
        ] {
            let found = decoded(decoder, text);
            assert_eq!(found.as_deref(), Some(TEXT), "{text}");
        }
    }

    #[test]
    fn what_is_not_of_an_encoding_is_refused_by_its_decoder() {
        for (decoder, text) in [
            (hex as Decoder, "746865206b6574746c65206973206f6"),
            (base64, "dGhlIGtldHRsZ"),
            (base64, "dGhlIGtldHRsZ=Bpcy"),
            (base32, "ORUGKIDLmv2hi3dfebuxgidpny"),
            (base58, "0OIl0OIl0OIl0OIl"),
            (z85, "~~~~~~~~~~~~~~~"),
            (percent, "100%Kq2vXw0"),
            (escapes, r"\x74\x68 and more"),
            (binary, "0101010101010101"),
        ] {
            assert_eq!(decoded(decoder, text), None, "{text}");
        }
    }
}
