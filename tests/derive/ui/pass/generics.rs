//! Type parameters with bounds: configurations to nest, and values that serde reads.

use std::fmt::Debug;

use secure_config::{SecretString, SecureConfig};
use serde::de::DeserializeOwned;

#[derive(Debug, SecureConfig)]
struct Service<C: SecureConfig, T = String>
where
    T: DeserializeOwned + Debug + Default + PartialEq,
{
    #[secure(nested)]
    custom: C,
    #[secure(nested)]
    spare: Option<C>,
    value: T,
    #[secure(default)]
    other: T,
    list: Vec<T>,
    maybe: Option<T>,
    #[secure(generate_in_dev)]
    jwt_secret: SecretString,
}

#[derive(Debug, SecureConfig)]
struct Sized<const N: usize> {
    #[secure(parse = parse_array)]
    numbers: [u8; N],
    #[secure(default = 5, range = 1..=9)]
    size: usize,
}

fn parse_array<const N: usize>(text: &str) -> Result<[u8; N], &'static str> {
    let numbers: Result<Vec<u8>, _> = text.split(',').map(str::parse).collect();
    numbers.ok().and_then(|numbers| numbers.try_into().ok()).ok_or("is not as many numbers as it must be")
}

fn main() {
    let vars = [
        ("CUSTOM_NUMBERS", "1,2"),
        ("VALUE", "v"),
        ("LIST", "a, b"),
        ("APP_ENV", "dev"),
    ];
    let service = Service::<Sized<2>>::loader().vars(vars).load().unwrap();
    assert_eq!(service.custom.numbers, [1, 2]);
    assert_eq!((service.value.as_str(), service.other.as_str()), ("v", ""));
    assert_eq!(service.list, ["a", "b"]);
    assert!(service.spare.is_none() && service.maybe.is_none());

    let vars = [("CUSTOM_NUMBERS", "1"), ("VALUE", "7"), ("LIST", "1"), ("MAYBE", "8")];
    let service = Service::<Sized<1>, u8>::loader()
        .vars(vars)
        .profile(secure_config::Profile::Development)
        .load()
        .unwrap();
    assert_eq!((service.value, service.maybe), (7, Some(8)));
}
