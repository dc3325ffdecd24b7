//! Writes one log line a request.
