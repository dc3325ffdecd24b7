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
//! ```no_run
//! use secure_config::SecureConfig;
//! use secure_runtime::replicas::{Follower, ReplicaSettings, SharedLimiter, Subject, Valkey};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let settings = ReplicaSettings::load_or_exit();
//! let valkey = Valkey::start(&settings).await?;
//!
//! let payouts = SharedLimiter::new(&valkey, "payouts", "10 per hour".parse()?)?;
//! if let Err(refusal) = payouts.check(Subject::user("alice")).await {
//!     let answer: http::Response<bytes::Bytes> = refusal.into_response();
//! }
//!
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
