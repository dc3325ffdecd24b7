//! Hardened defaults for an HTTP service: logs, headers, health, request ids, a server that drains.
#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]
