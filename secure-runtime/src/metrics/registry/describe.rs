//! Checks what a metric is called, and puts it among the others.

use std::sync::Arc;

use super::{
    super::{
        counter::Counter,
        encode::{Meta, Writer, labels, sample},
        error::{MetricsError, Reason},
        family::{Family, Metric},
        name::{self, Kind},
    },
    Registry, Source,
};

impl Registry {
    pub(super) fn read(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        read: impl Fn(&str, &mut Writer) + Send + Sync + 'static,
    ) -> Result<(), MetricsError> {
        let (name, meta) = self.describe(name, help, kind, &[])?;
        let line = sample(&name, "");
        self.add(Arc::new(Reading(move |out: &mut Writer| {
            out.family(&meta);
            read(&line, out);
        })));
        Ok(())
    }

    /// Series with one label each that are read at each scrape: `read` is called with what takes a value of
    /// the label and a number.
    #[cfg_attr(
        not(any(
            feature = "database",
            feature = "events",
            feature = "health",
            feature = "limit",
            feature = "log",
            feature = "reload",
            feature = "server"
        )),
        expect(dead_code, reason = "for the counts of other parts")
    )]
    pub(in super::super) fn labelled_from(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        label: &'static str,
        read: impl Fn(&mut dyn FnMut(&str, u64)) + Send + Sync + 'static,
    ) -> Result<(), MetricsError> {
        let (name, meta) = self.describe(name, help, kind, &[label])?;
        self.add(Arc::new(Reading(move |out: &mut Writer| {
            let mut is_first = true;
            read(&mut |value, number| {
                if std::mem::take(&mut is_first) {
                    out.family(&meta);
                }
                out.integer(&sample(&name, &labels(&[label], &[value])), number);
            });
        })));
        Ok(())
    }

    pub(super) fn single<M: Metric>(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        make: &M::Make,
    ) -> Result<M, MetricsError> {
        let (name, meta) = self.describe(name, help, kind, &[])?;
        let metric = M::make(make);
        let (before, own) = (M::before(&name, "", make), metric.clone());
        self.add(Arc::new(Reading(move |out: &mut Writer| {
            out.family(&meta);
            own.write(&before, out);
        })));
        Ok(metric)
    }

    pub(super) fn family<M: Metric, const N: usize>(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        labels: [&str; N],
        make: M::Make,
    ) -> Result<Family<M, N>, MetricsError> {
        let (name, meta) = self.describe(name, help, kind, &labels)?;
        let overflowed = self.0.overflowed.clone();
        let family = Family::new(&name, meta, labels, make, self.0.max_series, overflowed);
        self.add(Arc::new(family.clone()));
        Ok(family)
    }

    /// Checks and takes a name; answers it with the prefix.
    pub(in super::super) fn describe(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        labels: &[&str],
    ) -> Result<(String, Meta), MetricsError> {
        self.describe_whole(&format!("{}{name}", self.0.prefix), help, kind, labels)
    }

    /// Checks and takes a name as it is.
    pub(in super::super) fn describe_whole(
        &self,
        name: &str,
        help: &str,
        kind: Kind,
        labels: &[&str],
    ) -> Result<(String, Meta), MetricsError> {
        name::check(name, kind)?;
        name::check_labels(labels, kind)?;
        if help.trim().is_empty() {
            return Err(MetricsError::new(name, Reason::Help));
        }
        self.0.lock().names.take(name, kind)?;
        Ok((name.to_owned(), Meta::new(name, kind, help)))
    }

    pub(in super::super) fn add(&self, source: Arc<dyn Source>) {
        self.0.lock().sources.push(source);
    }

    /// How much was counted under `overflow`.
    pub(in super::super) fn overflowed(&self) -> &Counter {
        &self.0.overflowed
    }

    pub(in super::super) fn max_series(&self) -> usize {
        self.0.max_series
    }
}

/// A source that is a function.
pub(in super::super) struct Reading<F>(pub(in super::super) F);

impl<F: Fn(&mut Writer) + Send + Sync> Source for Reading<F> {
    fn write(&self, out: &mut Writer) {
        (self.0)(out);
    }
}
