//! How full a pool is.

/// How full a pool is at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolState {
    /// Connections that are open or being opened.
    pub connections: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// Connections at most.
    pub max: u32,
}

impl PoolState {
    /// Whether the next one who needs a connection has to wait for another to return his.
    ///
    /// That is no failure of the database. Lasting, it means that something holds connections for too long, or that
    /// [`max_pool_size`](super::DatabaseSettings::max_pool_size) is too small.
    #[must_use]
    pub const fn is_saturated(&self) -> bool {
        self.idle == 0 && self.connections >= self.max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_pool_without_free_connections_is_saturated() {
        let state = |connections, idle| PoolState {
            connections,
            idle,
            max: 5,
        };
        assert!(state(5, 0).is_saturated());
        assert!(!state(5, 1).is_saturated());
        assert!(!state(4, 0).is_saturated());
    }
}
