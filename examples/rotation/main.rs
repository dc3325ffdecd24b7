//! A service that signs tokens, exchanges its key without logging anyone out, and logs everyone out with one command.
//!
//! ```sh
//! openssl rand -base64 32 > key
//! export APP_ENV=development TOKEN_KEY_FILE=key ADMIN_PORT=9000 ADMIN_TOKEN=$(openssl rand -base64 32)
//! cargo run -p examples --bin rotation &
//!
//! token=$(curl -s -d ada http://127.0.0.1:8080/login)            # signed by the key
//! openssl rand -base64 32 > key && kill -HUP $!                  # another key: the old one verifies for TOKEN_GRACE
//! curl -H "Authorization: Bearer $token" http://127.0.0.1:8080/  # still "ada"
//!
//! curl -X POST -H "Authorization: Bearer $ADMIN_TOKEN" http://127.0.0.1:9000/logout-everyone
//! curl -H "Authorization: Bearer $token" http://127.0.0.1:8080/  # 401
//! ```

mod logout;
mod settings;
mod tokens;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::{get, post};
use secure_config::keyring::KeyRing;
use secure_config::reload::Live;
use secure_config::{Profile, SecretString, SecureConfig};
use secure_runtime::exit;
use secure_runtime::headers::SecurityHeaders;
use secure_runtime::health::Health;
use secure_runtime::log;
use secure_runtime::reload::{self, ReloadCheck, Reloader};
use secure_runtime::server::{ActionError, Admin, Server};
use secure_runtime::stack::SecureStack;
use tower_layer::Layer;

use settings::Settings;

fn main() -> ExitCode {
    // Before any thread is started, so that the secrets can be erased from the environment.
    let (live, report) = Settings::loader().live_or_exit();
    let profile = report.profile();
    exit::run(|guards| {
        // What is still held when the service fails is masked in the report of that.
        guards.keep(live.clone());
        guards.keep(log::init(live.read().log.clone())?);
        report.trace();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(serve(live, profile))
    })
}

async fn serve(live: Live<Settings>, profile: Profile) -> Result<(), Box<dyn Error>> {
    let settings = live.current();
    let ring = ring(&live)?;
    let _reloading = Reloader::new(&live).settings(&settings.reload).start()?;
    let health = Health::builder()
        .profile(profile)
        .optional("settings", ReloadCheck::new(&live))
        .start()?;
    let admin = admin(&settings, ring.clone())?;
    let server_settings = settings.server.clone();
    // A set that is kept keeps its secrets.
    drop(settings);

    let router = Router::new()
        .route("/", get(who))
        .route("/login", post(login))
        .with_state(Service {
            live: live.clone(),
            ring,
        });
    let stack = SecureStack::new(SecurityHeaders::api().build()?).health(health.layer());
    let lifecycle = health.lifecycle().clone();
    let server = Server::builder(server_settings)
        .profile(profile)
        .admin(admin)
        .on_reload(reload::hook(&live))
        .on_drain(move || lifecycle.drain())
        .bind()
        .await?;
    health.lifecycle().serve();
    server.serve(stack.layer(router)).await?;
    Ok(())
}

/// The ring of the token key: it follows the settings, and wipes a key when its grace ends.
fn ring(live: &Live<Settings>) -> Result<KeyRing, Box<dyn Error>> {
    let settings = live.read();
    let mut ring = KeyRing::builder(&settings.token_key).grace(settings.token_grace);
    if let Some(instant) = logout::stored(&settings.logout_file)? {
        ring = ring.not_before(instant);
    }
    let ring = ring.build();
    ring.sweep_in_background()?;
    ring.follow(live, |settings| &settings.token_key).forever();
    Ok(ring)
}

/// `POST /logout-everyone`, beside what every admin listener has.
fn admin(settings: &Settings, ring: KeyRing) -> Result<Admin, Box<dyn Error>> {
    let token = match &settings.admin_token {
        Some(token) => token.share(),
        None => {
            tracing::warn!("ADMIN_TOKEN is not set: the admin listener refuses everyone");
            SecretString::generate()?
        }
    };
    let file = Arc::new(settings.logout_file.clone());
    Ok(Admin::new(token).action("logout-everyone", move |_| {
        let (ring, file) = (ring.clone(), Arc::clone(&file));
        async move {
            // First for this process, which cannot fail.
            let instant = ring.log_out_everyone();
            let stored = tokio::task::spawn_blocking(move || logout::store(&file, instant)).await;
            match stored {
                Ok(Ok(())) => {
                    tracing::warn!("everyone is logged out");
                    Ok("everyone is logged out".to_owned())
                }
                _ => Err(ActionError::new(
                    "everyone is logged out until the next start: the instant cannot be stored",
                )),
            }
        }
    }))
}

#[derive(Clone)]
struct Service {
    live: Live<Settings>,
    ring: KeyRing,
}

/// A token for whoever the body names: the demo asks for no password.
async fn login(State(service): State<Service>, user: String) -> Result<String, StatusCode> {
    let lifetime = service.live.read().token_lifetime;
    tokens::issue(&service.ring, user, lifetime).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// Who the token is of.
async fn who(State(service): State<Service>, headers: HeaderMap) -> Result<String, StatusCode> {
    let token = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer "));
    let claims = token.and_then(|token| tokens::verify(&service.ring, token));
    claims.map(|claims| claims.sub).ok_or(StatusCode::UNAUTHORIZED)
}
