//! Decides who the client is.

use http::{HeaderMap, header};

use super::{
    Client,
    forwarded::{self, Hop},
    proxies::{self, ForwardedHeader, Trust, TrustedProxies},
};
use crate::connection::Connection;

/// How many entries of a forwarding header are looked at, so that a hostile one costs no more.
const MAX_HOPS: usize = 32;

/// Returns the client that sent a request with these headers over this connection.
///
/// Calls `dropped` if an entry that counts cannot be read.
pub(super) fn resolve(
    proxies: &TrustedProxies,
    header: ForwardedHeader,
    connection: &Connection,
    headers: &HeaderMap,
    dropped: impl FnOnce(),
) -> Client {
    let direct = Client::direct(connection);
    if !proxies.include_peer(direct.ip) {
        return direct;
    }
    match header {
        ForwardedHeader::XForwardedFor => {
            let client = walk(
                proxies.trust(),
                direct,
                forwarded::x_forwarded_for(headers),
                dropped,
            );
            match forwarded::x_forwarded_proto(headers) {
                Some(https) if client.proxied => Client {
                    secure: https,
                    ..client
                },
                _ => client,
            }
        }
        ForwardedHeader::Forwarded => walk(proxies.trust(), direct, forwarded::forwarded(headers), dropped),
    }
}

/// Whether there is a header that claims to know the client.
pub(super) fn claims(headers: &HeaderMap) -> bool {
    headers.contains_key(&forwarded::X_FORWARDED_FOR) || headers.contains_key(header::FORWARDED)
}

/// Follows the hops from the peer outwards, as far as they are trusted.
fn walk(
    trust: &Trust,
    direct: Client,
    mut hops: impl Iterator<Item = Hop>,
    dropped: impl FnOnce(),
) -> Client {
    // TLS between the proxy and this process says nothing of the connection before the proxy.
    let told = |hop: Hop| Client {
        ip: hop.ip,
        secure: hop.https.unwrap_or(false),
        proxied: true,
    };
    match trust {
        Trust::None => direct,
        Trust::Hops(count) => match hops.nth(usize::from(count.get()) - 1) {
            Some(hop) if hop.ip.is_some() => told(hop),
            Some(hop) if hop.is_unreadable => {
                dropped();
                direct
            }
            // Fewer entries than proxies: the request did not come by way of all of them.
            _ => direct,
        },
        Trust::Networks(networks) => {
            let mut client = Client {
                proxied: true,
                ..direct
            };
            for hop in hops.take(MAX_HOPS) {
                let Some(ip) = hop.ip else {
                    if hop.is_unreadable {
                        dropped();
                    }
                    break;
                };
                client = told(hop);
                if !proxies::contains(networks, ip) {
                    break;
                }
            }
            client
        }
    }
}
