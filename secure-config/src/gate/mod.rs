//! Judges whether a secret was made by a machine or is one that attackers try first.
