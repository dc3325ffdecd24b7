//! Where the server's settings say that the service listens.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use secure_config::{Profile, SecureConfig};

use super::target::{InvalidTarget, Place, Target, loopback};
use crate::client::{Network, networks};
use crate::server::{BindAddr, ServerSettings};

/// The server's settings that say where the main listener is.
///
/// The command reads no others: it may run as a user who can read neither the key of the certificate nor what else a start checks.
#[derive(SecureConfig)]
pub(super) struct Listens {
    #[secure(env = "BIND_ADDR", parse = BindAddr::from_str)]
    bind_addr: Option<BindAddr>,
    #[secure(env = "PORT", default = 8080)]
    port: u16,
    #[secure(env = "TLS_CERT_PATH")]
    tls_cert_path: Option<PathBuf>,
    #[secure(env = "PROXY_PROTOCOL_NETWORKS", default = "none", parse = networks)]
    proxy_protocol_networks: Vec<Network>,
}

impl From<Listens> for ServerSettings {
    fn from(listens: Listens) -> Self {
        let Listens {
            bind_addr,
            port,
            tls_cert_path,
            proxy_protocol_networks,
        } = listens;
        Self {
            bind_addr,
            port,
            tls_cert_path,
            proxy_protocol_networks,
            ..Self::default()
        }
    }
}

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
    /// let settings = ServerSettings::loader().vars([("PORT", "8443")]).load()?;
    /// assert_eq!(Target::of(&settings, Profile::Production)?.to_string(), "http://127.0.0.1:8443");
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
    use super::*;

    fn of(vars: &[(&str, &str)], profile: Profile) -> Result<Target, InvalidTarget> {
        let listens = Listens::loader().vars(vars.to_vec()).load().unwrap();
        Target::of(&listens.into(), profile)
    }

    #[test]
    fn each_setting_is_read_as_the_server_reads_it() {
        let theirs = ServerSettings::schema().fields();
        for field in Listens::schema().fields() {
            let same = theirs
                .iter()
                .find(|theirs| theirs.ident() == field.ident())
                .unwrap();
            assert_eq!((field.names(), field.default()), (same.names(), same.default()));
        }
        let none = Listens::loader().vars([("", ""); 0]).load().unwrap();
        assert_eq!(ServerSettings::from(none), ServerSettings::default());
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
