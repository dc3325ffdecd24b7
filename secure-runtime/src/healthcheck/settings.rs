//! Where the server's settings say that the service listens.

use std::net::{IpAddr, SocketAddr};

use secure_config::Profile;

use super::target::{InvalidTarget, Place, Target, loopback};
use crate::server::{BindAddr, ServerSettings};

impl Target {
    /// The main listener of a server with these settings.
    ///
    /// # Errors
    ///
    /// [`InvalidTarget::AnyPort`] for a port of 0, and [`InvalidTarget::Address`] for a unix socket that is none.
    ///
    /// # Examples
    ///
    /// ```
    /// use secure_config::{Profile, SecureConfig};
    /// use secure_runtime::healthcheck::Target;
    /// use secure_runtime::server::ServerSettings;
    ///
    /// let settings = ServerSettings::loader().vars([("PORT", "8443"), ("TLS_CERT_PATH", "c"), ("TLS_KEY_PATH", "k")]).load()?;
    /// assert_eq!(Target::of(&settings, Profile::Production)?.to_string(), "https://127.0.0.1:8443");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(settings: &ServerSettings, profile: Profile) -> Result<Self, InvalidTarget> {
        let (place, proxy) = match &settings.bind_addr {
            Some(BindAddr::Unix(path)) => {
                let balanced = !settings.proxy_protocol_networks.is_empty();
                (Place::Unix(path.clone()), balanced)
            }
            _ if settings.port == 0 => return Err(InvalidTarget::AnyPort),
            Some(BindAddr::Ip(ip)) if !ip.is_unspecified() => {
                let addr = SocketAddr::new(*ip, settings.port);
                (Place::Tcp(vec![addr]), is_balancer(settings, *ip))
            }
            // Every address, or that of development: see `bind_main` of the server.
            bound => {
                let mut addrs = loopback(settings.port);
                addrs.retain(|addr| match bound {
                    Some(BindAddr::Ip(ip)) => ip.is_ipv6() || addr.is_ipv4(),
                    _ => !profile.is_development() || addr.is_ipv4(),
                });
                let proxy = addrs.iter().any(|addr| is_balancer(settings, addr.ip()));
                (Place::Tcp(addrs), proxy)
            }
        };
        Ok(Self {
            place,
            tls: settings.tls_cert_path.is_some(),
            proxy,
            path: None,
        })
    }
}

/// Whether a connection from this machine to `ip`, which comes from that address too, has to begin with a PROXY header.
fn is_balancer(settings: &ServerSettings, ip: IpAddr) -> bool {
    settings
        .proxy_protocol_networks
        .iter()
        .any(|network| network.contains(ip))
}

#[cfg(test)]
mod tests {
    use secure_config::SecureConfig;

    use super::*;

    fn of(vars: &[(&str, &str)], profile: Profile) -> Result<Target, InvalidTarget> {
        let settings = ServerSettings::loader().vars(vars.to_vec()).load().unwrap();
        Target::of(&settings, profile)
    }

    fn addrs(target: &Target) -> String {
        match &target.place {
            Place::Tcp(addrs) => format!("{addrs:?}"),
            Place::Unix(path) => path.display().to_string(),
        }
    }

    #[test]
    fn where_it_listens() {
        for (bind, profile, want) in [
            ("", Profile::Production, "[127.0.0.1:8080, [::1]:8080]"),
            ("", Profile::Development, "[127.0.0.1:8080]"),
            ("::", Profile::Development, "[127.0.0.1:8080, [::1]:8080]"),
            ("0.0.0.0", Profile::Production, "[127.0.0.1:8080]"),
            ("10.1.2.3", Profile::Production, "[10.1.2.3:8080]"),
            ("unix:/run/app.sock", Profile::Production, "/run/app.sock"),
        ] {
            assert_eq!(
                addrs(&of(&[("BIND_ADDR", bind)], profile).unwrap()),
                want,
                "{bind}"
            );
        }
        assert_eq!(
            of(&[("PORT", "0")], Profile::Production),
            Err(InvalidTarget::AnyPort)
        );
        let unix = [("PORT", "0"), ("BIND_ADDR", "unix:/run/app.sock")];
        assert!(of(&unix, Profile::Production).is_ok());
    }

    #[test]
    fn how_it_wants_to_be_asked() {
        let proxy = |networks, bind| {
            let vars = [("PROXY_PROTOCOL_NETWORKS", networks), ("BIND_ADDR", bind)];
            of(&vars, Profile::Production).unwrap().proxy
        };
        assert!(!proxy("none", "::"));
        assert!(!proxy("10.0.0.0/8", "::"));
        assert!(proxy("127.0.0.0/8", "::"));
        assert!(proxy("10.0.0.0/8", "10.0.0.1"));
        assert!(proxy("10.0.0.0/8", "unix:/run/app.sock"));
        let tls = [("TLS_CERT_PATH", "c"), ("TLS_KEY_PATH", "k")];
        assert!(of(&tls, Profile::Production).unwrap().tls);
    }
}
