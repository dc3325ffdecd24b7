//! Hyper's settings for HTTP/1 and HTTP/2.

use hyper_util::server::conn::auto;

use super::stream::StreamExecutor;
use crate::server::ServerSettings;

/// Hyper's own default, which it keeps on the stack; setting the limit, even to the same, costs an allocation.
const FREE_HEADERS: usize = 100;

/// Bytes of a response that HTTP/2 buffers for a stream.
const SEND_BUFFER: usize = 64 * 1024;

/// Streams that the server may reset because of a client's errors before it closes the connection.
const MAX_ERROR_RESETS: usize = 128;

/// The limits that hyper keeps for us.
#[derive(Clone, Copy, Debug)]
pub(in crate::server) struct Http {
    max_header_size: usize,
    max_headers: usize,
    max_streams: u32,
    max_resets: usize,
    stream_window: u32,
    connection_window: u32,
}

impl Http {
    pub(super) fn new(settings: &ServerSettings) -> Self {
        Self {
            max_header_size: settings.max_header_size,
            max_headers: settings.max_headers,
            max_streams: settings.http2_max_streams,
            max_resets: settings.http2_max_resets,
            stream_window: settings.http2_stream_window,
            connection_window: settings.http2_connection_window,
        }
    }

    /// A builder for one connection.
    ///
    /// Hyper gets no timer: its header timeout costs an allocation and two timer moves a request, and would end idle
    /// connections early, for it starts as soon as the last response is out. `deadline` does it instead.
    pub(super) fn builder(&self, executor: StreamExecutor) -> auto::Builder<StreamExecutor> {
        let mut builder = auto::Builder::new(executor);
        let mut http1 = builder.http1();
        http1
            .header_read_timeout(None)
            // A header that fills the buffer is too large, so this is the limit of both.
            .max_buf_size(self.max_header_size);
        if self.max_headers != FREE_HEADERS {
            http1.max_headers(self.max_headers);
        }
        builder
            .http2()
            .initial_stream_window_size(self.stream_window)
            .initial_connection_window_size(self.connection_window)
            .max_concurrent_streams(self.max_streams)
            .max_header_list_size(u32::try_from(self.max_header_size).unwrap_or(u32::MAX))
            .max_local_error_reset_streams(MAX_ERROR_RESETS)
            .max_pending_accept_reset_streams(self.max_resets)
            .max_send_buf_size(SEND_BUFFER);
        builder
    }
}
