//! Executing the steps of jobs: what a runner does, as far as a rehearsal goes.
//!
//! | module | rule |
//! |---|---|
//! | `run` | jobs in their order, and the waits at their gates |
//! | `job`, `step` | the order of steps, and what each does |
//! | `texts` | expressions of a step |
//! | `environment`, `room` | what a step finds around it |
//! | `shell`, `process`, `output`, `mask` | a script, its group, its lines, and what nobody may see of them |
//! | `pairs` | the files in which steps tell the runner something |
//! | `copy`, `exchange` | the two actions that are performed |

mod copy;
mod environment;
mod exchange;
mod job;
mod mask;
mod output;
mod pairs;
mod process;
mod room;
mod run;
mod shell;
mod step;
mod texts;
mod work;

pub(crate) use mask::Masks;
pub(crate) use output::Stream;
pub(crate) use run::{Execution, Finished};
pub(crate) use step::is_performed;
pub(crate) use work::Place;

#[cfg(test)]
mod tests;
