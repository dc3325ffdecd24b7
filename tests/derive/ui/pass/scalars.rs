//! Every scalar of std, alone, in an `Option` and in a `Vec`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
    NonZeroU64, NonZeroU128, NonZeroUsize,
};
use std::path::PathBuf;
use std::time::Duration;

use secure_config::SecureConfig;

macro_rules! scalars {
    ($($module:ident: $type:ty = $text:literal is $value:expr;)*) => {
        $(mod $module {
            use super::*;

            #[derive(SecureConfig)]
            struct Settings {
                one: $type,
                maybe: Option<$type>,
                list: Vec<$type>,
                lists: Option<Vec<$type>>,
                #[secure(default = $text)]
                text: $type,
                #[secure(default = $value)]
                made: $type,
            }

            pub(super) fn check() {
                let none = Settings::loader().vars([("ONE", $text), ("LIST", $text)]).load().unwrap();
                assert_eq!((&none.one, &none.maybe), (&$value, &None));
                assert_eq!((&none.list, &none.lists), (&vec![$value], &None));
                assert_eq!((&none.text, &none.made), (&$value, &$value));

                let twice = concat!($text, " , ", $text);
                let vars = [("ONE", $text), ("MAYBE", $text), ("LIST", twice), ("LISTS", twice)];
                let all = Settings::loader().vars(vars).load().unwrap();
                assert_eq!((all.maybe, all.list), (Some($value), vec![$value, $value]));
                assert_eq!(all.lists, Some(vec![$value, $value]));
            }
        })*

        fn main() {
            $($module::check();)*
        }
    };
}

scalars! {
    u_8: u8 = "255" is 255;
    u_16: u16 = "65535" is 65535;
    u_32: u32 = "4294967295" is u32::MAX;
    u_64: u64 = "18446744073709551615" is u64::MAX;
    u_128: u128 = "340282366920938463463374607431768211455" is u128::MAX;
    u_size: usize = "7" is 7;
    i_8: i8 = "-128" is -128;
    i_16: i16 = "-32768" is i16::MIN;
    i_32: i32 = "-2147483648" is i32::MIN;
    i_64: i64 = "-9223372036854775808" is i64::MIN;
    i_128: i128 = "-170141183460469231731687303715884105728" is i128::MIN;
    i_size: isize = "-7" is -7;
    f_32: f32 = "1.5" is 1.5;
    f_64: f64 = "-2.5e3" is -2500.0;
    non_zero_u8: NonZeroU8 = "1" is NonZeroU8::new(1).unwrap();
    non_zero_u16: NonZeroU16 = "1" is NonZeroU16::new(1).unwrap();
    non_zero_u32: NonZeroU32 = "1" is NonZeroU32::new(1).unwrap();
    non_zero_u64: NonZeroU64 = "1" is NonZeroU64::new(1).unwrap();
    non_zero_u128: NonZeroU128 = "1" is NonZeroU128::new(1).unwrap();
    non_zero_usize: NonZeroUsize = "1" is NonZeroUsize::new(1).unwrap();
    non_zero_i8: NonZeroI8 = "-1" is NonZeroI8::new(-1).unwrap();
    non_zero_i16: NonZeroI16 = "-1" is NonZeroI16::new(-1).unwrap();
    non_zero_i32: NonZeroI32 = "-1" is NonZeroI32::new(-1).unwrap();
    non_zero_i64: NonZeroI64 = "-1" is NonZeroI64::new(-1).unwrap();
    non_zero_i128: NonZeroI128 = "-1" is NonZeroI128::new(-1).unwrap();
    non_zero_isize: NonZeroIsize = "-1" is NonZeroIsize::new(-1).unwrap();
    boolean: bool = "on" is true;
    character: char = "é" is 'é';
    text: String = "a b" is "a b".to_owned();
    path: PathBuf = "/etc/hosts" is PathBuf::from("/etc/hosts");
    duration: Duration = "1h30m" is Duration::from_secs(5400);
    ip: IpAddr = "::1" is IpAddr::from(Ipv6Addr::LOCALHOST);
    ip_v4: Ipv4Addr = "127.0.0.1" is Ipv4Addr::LOCALHOST;
    ip_v6: Ipv6Addr = "::1" is Ipv6Addr::LOCALHOST;
    socket: SocketAddr = "127.0.0.1:80" is SocketAddr::from(([127, 0, 0, 1], 80));
    socket_v4: SocketAddrV4 = "127.0.0.1:80" is SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
    socket_v6: SocketAddrV6 = "[::1]:80" is SocketAddrV6::new(Ipv6Addr::LOCALHOST, 80, 0, 0);
}
