//! What the replicas of a service share by way of Valkey (or Redis): limits, the maintenance switch, the instant of a forced logout.
//!
//! # Rules
//!
//! 1. **One count.** A [`SharedLimiter`] spends on the server, by a script, on the server's clock: `10 per hour` is at most 10 in any 60
//!    minutes, whichever replica is asked and however many ask at once.
//! 2. **A local gate before it.** What this replica knows to be used up, or was told to be, is refused without a question to the
//!    server: a flood of one client costs the server one question, not one for each request.
//! 3. **An outage is decided about beforehand**: [`Outage::FailOpen`] goes on with this replica's own count (of *n* replicas each then
//!    allows the whole quota), [`Outage::FailClosed`] answers 503. There is no third way, and none is the default of a limiter: the settings
//!    say which.
//! 4. **Nobody waits long.** A question has a deadline (100 ms if unsaid). While there is no connection nobody asks: it is
//!    made anew in the background, first after 50 ms, then twice as long each time, up to 2 s.
//! 5. **No names on the server.** Keys are HMAC-SHA256 under a secret that all replicas share: neither addresses nor user ids
//!    can be read from it or tried out, and nobody who can only send requests can choose what they meet with.
//! 6. **A command reaches every replica within a second**: a [`Follower`] looks at the maintenance key and the logout key
//!    four times a second. While the server is gone, both stay as they are.
//!
//! **Caveats**: what Valkey forgets is forgotten: a server without persistence forgets all counts when it restarts, and one that fails over
//! to its replica what was not sent there yet. The forced logout should also be stored elsewhere if it must outlast the server. Clocks of the
//! replicas must agree to a second, since tokens say when they were issued by these. All keys have one hash tag, `{prefix}`, and
//! so lie on one node of a cluster.
//!
//! # Examples
//!
//! A server that is not there, and a replica that goes on by itself:
//!
//! ```
//! use secure_config::SecureConfig;
//! use secure_runtime::replicas::{ReplicaSettings, SharedLimiter, Subject, Valkey};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! let vars = [
//!     ("VALKEY_URL", "redis://127.0.0.1:1"),
//!     ("VALKEY_KEY_SECRET", "b0Jq1xUq9n0rT3mVw8cYp2Zs5LhKdEfGaNiRtOuXvQ4="),
//!     ("VALKEY_ON_OUTAGE", "open"),
//! ];
//! let settings = ReplicaSettings::loader().vars(vars).load()?; // `load_or_exit` in a service
//! let valkey = Valkey::start(&settings).await?;
//! let payouts = SharedLimiter::new(&valkey, "payouts", "10 per hour".parse()?)?;
//! for _ in 0..10 {
//!     assert!(payouts.check(Subject::user("alice")).await.is_ok());
//! }
//! let refusal = payouts.check(Subject::user("alice")).await.unwrap_err();
//! let answer: http::Response<bytes::Bytes> = refusal.into_response();
//! assert_eq!(answer.status(), 429);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What an operator does by one replica reaches all:
//!
//! ```no_run
//! use secure_runtime::replicas::{Follower, Valkey};
//!
//! # async fn example(valkey: Valkey) -> Result<(), Box<dyn std::error::Error>> {
//! let following = Follower::new(&valkey)
//!     .on_log_out(|instant| println!("tokens from before {instant:?} are void"))
//!     .start()
//!     .await;
//! valkey.log_out_everyone().await?;
//! # Ok(())
//! # }
//! ```

mod commands;
mod connection;
mod error;
mod follow;
mod gate;
mod layer;
mod limiter;
mod service;
mod settings;
mod subject;
mod valkey;

pub use self::{
    error::{InvalidReplica, Unavailable},
    follow::{Follower, Following},
    layer::SharedLimitLayer,
    limiter::{SharedLimiter, SharedRefusal},
    service::{ResponseFuture, SharedLimitService},
    settings::{Outage, ReplicaSettings},
    subject::Subject,
    valkey::Valkey,
};
