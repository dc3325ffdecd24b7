//! A client's address as text, without an allocation.

use std::{
    fmt::{self, Write},
    net::IpAddr,
};

/// The longest address: an IPv6 one with an IPv4 part.
const MAX_LEN: usize = 45;

/// The text of an address.
pub(crate) struct ClientText {
    text: [u8; MAX_LEN],
    len: usize,
}

impl ClientText {
    pub(crate) fn new(ip: IpAddr) -> Self {
        let mut text = Self {
            text: [0; MAX_LEN],
            len: 0,
        };
        match ip {
            // The usual case, by hand: the formatting machinery takes five times as long.
            IpAddr::V4(ip) => {
                for (n, octet) in ip.octets().into_iter().enumerate() {
                    if n > 0 {
                        text.push(b'.');
                    }
                    text.push_number(octet);
                }
            }
            // The buffer holds the longest address, so this cannot fail.
            IpAddr::V6(ip) => _ = write!(text, "{ip}"),
        }
        text
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text[..self.len]).unwrap_or_default()
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.text.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }

    fn push_number(&mut self, number: u8) {
        if number >= 100 {
            self.push(b'0' + number / 100);
        }
        if number >= 10 {
            self.push(b'0' + number / 10 % 10);
        }
        self.push(b'0' + number % 10);
    }
}

impl Write for ClientText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(|byte| self.push(byte));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_display_says() {
        for ip in [
            "0.0.0.0",
            "9.10.99.100",
            "255.254.200.1",
            "::",
            "2001:db8::17",
            "1111:2222:3333:4444:5555:6666:7777:8888",
            "::ffff:255.255.255.255",
        ] {
            let ip: IpAddr = ip.parse().unwrap();
            assert_eq!(ClientText::new(ip).as_str(), ip.to_string());
        }
    }
}
