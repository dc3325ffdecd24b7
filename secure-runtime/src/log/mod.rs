//! Turns events into lines: JSON in production, readable text elsewhere.
