//! Drives a connection: obeys the server's orders, keeps the deadlines, catches panics.

use std::error::Error;
use std::fmt::Display;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tokio::time::Sleep;
use tower_service::Service;

use super::deadline::{Deadlines, Expired, Verdict};
use super::io::Io;
use super::protocol::Protocol;
use super::service::ConnectionService;
use super::watch::{Order, Watch};
use crate::server::body::RequestBody;
use crate::server::clock::{self, Armed};
use crate::server::incident::Incident;

pin_project! {
    /// A connection under guard, with one timer for all its deadlines.
    pub(super) struct Guard<S>
    where
        S: Service<Request<RequestBody>>,
        ConnectionService<S>: hyper::service::HttpService<hyper::body::Incoming>,
    {
        protocol: Protocol<S>,
        #[pin]
        timer: Sleep,
        watch: Arc<Watch>,
        deadlines: Deadlines,
        armed: Armed,
        begun: bool,
        finishing: bool,
    }
}

impl<S, B> Guard<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Display,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    pub(super) fn new(io: Io, service: ConnectionService<S>, watch: Arc<Watch>) -> Self {
        let context = watch.context();
        let deadlines = Deadlines::new(context.timeouts, context.clock.now());
        Self {
            protocol: Protocol::new(io, service, Arc::clone(&watch)),
            timer: clock::unarmed(),
            watch,
            deadlines,
            armed: Armed::default(),
            begun: false,
            finishing: false,
        }
    }
}

impl<S, B> Future for Guard<S>
where
    S: Service<Request<RequestBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Display,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let context = this.watch.context();
        if !*this.begun {
            *this.begun = true;
            this.watch.set_waker(cx.waker());
        }
        match this.watch.order() {
            Order::Serve => {}
            Order::Close => return Poll::Ready(()),
            Order::Drain => {
                if !*this.finishing {
                    *this.finishing = true;
                    this.deadlines.finish(context.clock.now());
                    this.protocol.finish();
                }
            }
        }
        let mut is_first = true;
        loop {
            // The connection is dropped after a panic and never polled again.
            match catch_unwind(AssertUnwindSafe(|| this.protocol.poll(cx))) {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(Ok(()))) => return Poll::Ready(()),
                Ok(Poll::Ready(Err(error))) => {
                    if !*this.finishing {
                        context.incidents.note(Incident::ProtocolError, Some(&error));
                    }
                    return Poll::Ready(());
                }
                Err(_panic) => {
                    context.incidents.note(Incident::Panicked, None);
                    return Poll::Ready(());
                }
            }
            let now = if std::mem::take(&mut is_first) {
                context.clock.about()
            } else {
                context.clock.now()
            };
            let verdict = this.deadlines.check(now, this.watch.seen());
            match verdict {
                Verdict::Wait(until) => {
                    this.watch.set_quiet(this.deadlines.quiet_since());
                    let Some(until) = until else {
                        return Poll::Pending;
                    };
                    if this.armed.is_set(&this.timer, until, now)
                        || this.armed.wait(this.timer.as_mut(), until, context.clock, cx)
                    {
                        return Poll::Pending;
                    }
                    // The deadline passed just now: judge again.
                }
                Verdict::PutAway => this.protocol.put_away(),
                Verdict::Finish => {
                    *this.finishing = true;
                    this.deadlines.finish(now);
                    this.protocol.finish();
                }
                Verdict::Close(expired) => {
                    match expired {
                        Expired::Finish => {}
                        Expired::Header => context.incidents.note(Incident::HeaderTimeout, None),
                        Expired::Write => context.incidents.note(Incident::WriteTimeout, None),
                    }
                    return Poll::Ready(());
                }
            }
        }
    }
}
