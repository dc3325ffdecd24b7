//! Composes the layers in the one right order.
