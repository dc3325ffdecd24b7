//! The bounds of a histogram's buckets.

use std::{str::FromStr, sync::Arc};

use super::error::{MetricsError, Reason};

/// The upper bounds of a histogram's buckets, without the last one, which has none.
///
/// As text: numbers separated by commas, `0.01, 0.1, 1`.
///
/// # Examples
///
/// ```
/// use secure_runtime::metrics::Buckets;
///
/// let buckets = Buckets::new([1_000.0, 10_000.0, 100_000.0])?;
/// assert_eq!(buckets, Buckets::exponential(1_000.0, 10.0, 3)?);
/// assert!(Buckets::new([10.0, 1.0]).is_err());
/// # Ok::<(), secure_runtime::metrics::MetricsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Buckets(Arc<[f64]>);

impl Buckets {
    /// The most buckets. Each is a series of its own.
    pub const MAX: usize = 64;

    /// Buckets with these bounds.
    ///
    /// # Errors
    ///
    /// None or more than [`MAX`](Self::MAX), one that is no finite number, or one that is not greater than
    /// the one before.
    pub fn new(bounds: impl IntoIterator<Item = f64>) -> Result<Self, MetricsError> {
        let bounds: Arc<[f64]> = bounds.into_iter().take(Self::MAX + 1).collect();
        let is_sound = (1..=Self::MAX).contains(&bounds.len())
            && bounds.iter().all(|bound| bound.is_finite())
            && bounds.windows(2).all(|pair| pair[0] < pair[1]);
        if is_sound {
            Ok(Self(bounds))
        } else {
            Err(MetricsError::new("buckets", Reason::Buckets))
        }
    }

    /// `count` buckets from `first` on, each `factor` times the one before.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new): a factor of at most 1, a count of 0.
    pub fn exponential(first: f64, factor: f64, count: usize) -> Result<Self, MetricsError> {
        Self::new(std::iter::successors(Some(first), |bound| Some(bound * factor)).take(count))
    }

    /// Seconds of a request: those of Prometheus' own clients from 5 ms to 10 s, and below them 0.5, 1 and
    /// 2.5 ms, where services in Rust answer.
    #[must_use]
    pub fn requests() -> Self {
        Self(
            [
                0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
            ]
            .into(),
        )
    }

    /// The bounds.
    #[must_use]
    pub fn bounds(&self) -> &[f64] {
        &self.0
    }
}

impl FromStr for Buckets {
    type Err = MetricsError;

    fn from_str(text: &str) -> Result<Self, MetricsError> {
        let bounds: Result<Vec<f64>, _> = text.split(',').map(|bound| bound.trim().parse()).collect();
        Self::new(bounds.map_err(|_| MetricsError::new("buckets", Reason::Buckets))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_set_of_bounds_is_refused() {
        for bounds in [
            &[][..],
            &[1.0, 1.0],
            &[2.0, 1.0],
            &[f64::NAN],
            &[1.0, f64::INFINITY],
            &[0.0; 65],
        ] {
            assert!(Buckets::new(bounds.iter().copied()).is_err(), "{bounds:?}");
        }
        assert!(Buckets::exponential(1.0, 1.0, 5).is_err());
        assert!(Buckets::exponential(1.0, 2.0, 65).is_err());
        assert!(Buckets::new(std::iter::successors(Some(0.0), |n| Some(n + 1.0))).is_err());
    }

    #[test]
    fn reads_text() {
        assert_eq!(
            " 0.1,1 , 10".parse::<Buckets>().unwrap().bounds(),
            [0.1, 1.0, 10.0]
        );
        for text in ["", "a", "1,", "1;2", "2,1", "inf", "NaN"] {
            assert!(text.parse::<Buckets>().is_err(), "{text}");
        }
    }

    #[test]
    fn those_of_requests_are_sound() {
        let buckets = Buckets::requests();
        assert_eq!(Buckets::new(buckets.bounds().iter().copied()), Ok(buckets));
    }
}
