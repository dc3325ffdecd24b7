//! A struct may stand in a function, with types and constants of that function.

use secure_config::SecureConfig;

fn load<T: Copy + Into<u32>>(port: T) -> u32 {
    const PORT: u16 = 8080;
    const MOST: u16 = 9000;

    #[derive(PartialEq, serde::Deserialize)]
    enum Mode {
        Fast,
    }

    fn check(port: &u16) -> Result<(), &'static str> {
        if *port == 81 { Err("is taken") } else { Ok(()) }
    }

    #[derive(SecureConfig)]
    struct Settings {
        #[secure(default = PORT, range = 1..=MOST, validate = check)]
        port: u16,
        #[secure(in_production = Mode::Fast)]
        mode: Mode,
    }

    let settings = Settings::loader().vars([("MODE", "Fast")]).load().unwrap();
    assert!(settings.mode == Mode::Fast);
    let taken = Settings::loader().vars([("MODE", "Fast"), ("PORT", "81")]).load().err().unwrap();
    assert!(taken.to_string().contains("is taken"));
    u32::from(settings.port) + port.into()
}

fn main() {
    assert_eq!(load(1_u8), 8081);
}
