//! What this replica shares with the others by way of Valkey, where `VALKEY_URL` names one: quotas, maintenance, forced logout.

use std::error::Error;
use std::io;
use std::sync::Arc;

use secure_runtime::client::Client;
use secure_runtime::health::{HealthBuilder, Outcome};
use secure_runtime::limit::{Key, Limiter, Quota};
use secure_runtime::maintenance::Switch;
use secure_runtime::metrics::Metrics;
use secure_runtime::replicas::{Follower, Following, ReplicaSettings, SharedLimiter, Subject, Valkey};

use crate::keys::Keys;
use crate::limits::GUESTS;
use crate::routes::Answer;

/// The server that all replicas share, or none: then this process is the only one.
pub async fn connect(settings: Option<&ReplicaSettings>) -> Result<Option<Valkey>, Box<dyn Error>> {
    Ok(match settings {
        Some(settings) => Some(Valkey::start(settings).await?),
        None => None,
    })
}

/// Does here what was said to all replicas.
pub async fn follow(valkey: &Valkey, switch: &Switch, keys: &Keys) -> Following {
    let keys = keys.clone();
    let follower = Follower::new(valkey).switch(switch);
    let follower = follower.on_log_out(move |instant| keys.log_out_before(instant));
    follower.start().await
}

/// The service goes on without the server, as the operator chose.
pub fn watched_by(valkey: Option<&Valkey>, health: HealthBuilder) -> HealthBuilder {
    let Some(valkey) = valkey.cloned() else {
        return health;
    };
    health.optional("replicas", move || {
        let is_connected = valkey.is_connected();
        async move {
            Ok::<_, io::Error>(if is_connected {
                Outcome::healthy()
            } else {
                Outcome::degraded()
            })
        }
    })
}

/// How often a client may open an account, and an account change its token: for this process, or for all replicas together.
#[derive(Debug)]
pub struct Quotas {
    /// Without a server that is a rule of the layer of limits.
    opened: Option<Shared>,
    changes: Changes,
}

#[derive(Debug)]
enum Changes {
    Own(Arc<Limiter>),
    Shared(Shared),
}

/// A quota of all replicas.
#[derive(Debug)]
struct Shared(Arc<SharedLimiter>);

impl Quotas {
    /// Quotas of all replicas where there is a server, shown in the metrics.
    pub fn new(valkey: Option<&Valkey>, changes: Quota, metrics: &Metrics) -> Result<Self, Box<dyn Error>> {
        let Some(valkey) = valkey else {
            let limiter = Arc::new(Limiter::new(changes));
            let refused = Arc::clone(&limiter);
            metrics.watch_limiter("account_changes", move || refused.refused())?;
            return Ok(Self {
                opened: None,
                changes: Changes::Own(limiter),
            });
        };
        let shared = |name, quota| -> Result<Shared, Box<dyn Error>> {
            let limiter = Arc::new(SharedLimiter::new(valkey, name, quota)?);
            let refused = Arc::clone(&limiter);
            metrics.watch_limiter(name, move || refused.refused())?;
            Ok(Shared(limiter))
        };
        let (opened, changes) = (
            shared("guests", GUESTS.parse()?)?,
            shared("account_changes", changes)?,
        );
        let all = [&opened, &changes].map(|shared| Arc::clone(&shared.0));
        metrics.registry().counter_from(
            "shared_limits_alone_total",
            "Requests that were decided about without the server that replicas share.",
            move || all.iter().map(|limiter| limiter.alone()).sum(),
        )?;
        Ok(Self {
            opened: Some(opened),
            changes: Changes::Shared(changes),
        })
    }

    /// Lets a client open one more account.
    pub async fn open(&self, client: Client) -> Result<(), Box<Answer>> {
        match &self.opened {
            Some(opened) => opened.spend(Subject::client(client.key())).await,
            None => Ok(()),
        }
    }

    /// Lets an account change its token once more.
    pub async fn change(&self, id: &str) -> Result<(), Box<Answer>> {
        match &self.changes {
            Changes::Shared(changes) => changes.spend(Subject::user(id)).await,
            Changes::Own(limiter) => match limiter.check(Key::user(id)) {
                Ok(_) => Ok(()),
                Err(refusal) => Err(Box::new(refusal.into_response())),
            },
        }
    }
}

impl Shared {
    async fn spend(&self, subject: Subject) -> Result<(), Box<Answer>> {
        match self.0.check(subject).await {
            Ok(_) => Ok(()),
            Err(refusal) => Err(Box::new(refusal.into_response())),
        }
    }
}
