//! Hyper's settings for HTTP/1 and HTTP/2.

use hyper::server::conn::{http1, http2};

use super::stream::StreamExecutor;
use crate::server::ServerSettings;

/// Hyper's own default, which it keeps on the stack; setting the limit, even to the same, costs an allocation.
const FREE_HEADERS: usize = 100;

/// Bytes that an HTTP/1 connection buffers each way while a body is under way.
const BUFFER: usize = 64 * 1024;

/// Bytes of a response that HTTP/2 buffers for a stream.
const SEND_BUFFER: usize = 64 * 1024;

/// Streams that the server may reset because of a client's errors before it closes the connection.
const MAX_ERROR_RESETS: usize = 128;

/// The limits that hyper keeps for us.
#[derive(Debug)]
pub(in crate::server) struct Http {
    http1: http1::Builder,
    max_header_size: u32,
    max_streams: u32,
    max_resets: usize,
    stream_window: u32,
    connection_window: u32,
}

impl Http {
    /// Hyper gets no timer: its header timeout costs an allocation and two timer moves a request, and would end idle
    /// connections early, for it starts as soon as the last response is out. `deadline` does it instead.
    pub(super) fn new(settings: &ServerSettings) -> Self {
        let mut http1 = http1::Builder::new();
        http1
            .header_read_timeout(None)
            .max_buf_size(BUFFER.max(settings.max_header_size))
            .max_header_size(settings.max_header_size);
        if settings.max_headers != FREE_HEADERS {
            http1.max_headers(settings.max_headers);
        }
        Self {
            http1,
            max_header_size: u32::try_from(settings.max_header_size).unwrap_or(u32::MAX),
            max_streams: settings.http2_max_streams,
            max_resets: settings.http2_max_resets,
            stream_window: settings.http2_stream_window,
            connection_window: settings.http2_connection_window,
        }
    }

    pub(super) const fn http1(&self) -> &http1::Builder {
        &self.http1
    }

    /// A builder for one connection, whose streams `executor` spawns.
    pub(super) fn http2(&self, executor: StreamExecutor) -> http2::Builder<StreamExecutor> {
        let mut http2 = http2::Builder::new(executor);
        http2
            .initial_stream_window_size(self.stream_window)
            .initial_connection_window_size(self.connection_window)
            .max_concurrent_streams(self.max_streams)
            .max_header_list_size(self.max_header_size)
            .max_local_error_reset_streams(MAX_ERROR_RESETS)
            .max_pending_accept_reset_streams(self.max_resets)
            .max_send_buf_size(SEND_BUFFER);
        http2
    }
}
