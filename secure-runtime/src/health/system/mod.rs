//! Figures of the machine: processors, memory, disk, within the limits of control groups.
//!
//! 1. Where a control group (version 1 or 2) limits this process below the machine, the figure is the share of that limit; of several
//!    limits on the way to the root, of the one that is nearest.
//! 2. Without a limit it is the share of the machine.
//! 3. File cache that the kernel gives back when memory is wanted does not count as used.
//! 4. The use of processors is that between two samples; figures are taken by a thread of their own, never in a request.

mod cgroup;
mod cpu;
mod disk;
mod figures;
mod file;
mod memory;
mod parse;
mod reader;
mod sampler;

pub use figures::Figures;
pub use reader::Reader;

pub(super) use sampler::Sampler;
