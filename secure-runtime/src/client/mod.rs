//! Who is calling: the peer, or what trusted proxies say of it.
