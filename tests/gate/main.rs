//! What the gate promises: machine-made secrets pass, published and human ones do not, and nothing of a value shows.

mod corpus;
mod defaults;
mod hostile;
mod machine;
mod machines;
mod phrases;
