//! Drives a connection: obeys the server's orders, keeps the deadlines, catches panics.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::time::Sleep;

use super::deadline::{Deadlines, Expired, Verdict};
use super::watch::{Order, Watch};
use crate::server::clock::{self, Armed};
use crate::server::incident::Incident;

pin_project! {
    /// A connection's future under guard, with one timer for all its deadlines.
    pub(super) struct Guard<C, F> {
        #[pin]
        connection: C,
        #[pin]
        timer: Sleep,
        finish: F,
        watch: Arc<Watch>,
        deadlines: Deadlines,
        armed: Armed,
        begun: bool,
        finishing: bool,
    }
}

impl<C, F, E> Guard<C, F>
where
    C: Future<Output = Result<(), E>>,
    F: FnMut(Pin<&mut C>),
{
    /// Guards `connection`, which `finish` asks to close once what is in flight is done.
    pub(super) fn new(connection: C, finish: F, watch: Arc<Watch>) -> Self {
        let context = watch.context();
        let deadlines = Deadlines::new(context.timeouts, context.clock.now());
        Self {
            connection,
            timer: clock::unarmed(),
            finish,
            watch,
            deadlines,
            armed: Armed::default(),
            begun: false,
            finishing: false,
        }
    }
}

impl<C, F, E> Future for Guard<C, F>
where
    C: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
    F: FnMut(Pin<&mut C>),
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
                    (this.finish)(this.connection.as_mut());
                }
            }
        }
        loop {
            // The connection is dropped after a panic and never polled again.
            match catch_unwind(AssertUnwindSafe(|| this.connection.as_mut().poll(cx))) {
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
            let now = context.clock.now();
            let verdict = this.deadlines.check(now, this.watch.seen());
            match verdict {
                Verdict::Wait(until) => {
                    this.watch.set_quiet(this.deadlines.quiet_since());
                    let Some(until) = until else {
                        return Poll::Pending;
                    };
                    if this.armed.is_set(until, now)
                        || this.armed.wait(this.timer.as_mut(), until, context.clock, cx)
                    {
                        return Poll::Pending;
                    }
                    // The deadline passed just now: judge again.
                }
                Verdict::Finish => {
                    *this.finishing = true;
                    this.deadlines.finish(now);
                    (this.finish)(this.connection.as_mut());
                }
                Verdict::Close(Expired::Finish) => return Poll::Ready(()),
                Verdict::Close(Expired::Header) => {
                    context.incidents.note(Incident::HeaderTimeout, None);
                    return Poll::Ready(());
                }
                Verdict::Close(Expired::Write) => {
                    context.incidents.note(Incident::WriteTimeout, None);
                    return Poll::Ready(());
                }
            }
        }
    }
}
