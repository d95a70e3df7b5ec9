//! Workflow files, from outside.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod findings;
mod parse;
mod random;
mod refusals;

use daypass_github::workflow::Workflow;

const PATH: &str = ".github/workflows/deploy.yml";

fn parse(text: &str) -> Workflow {
    Workflow::parse(PATH, text).unwrap()
}
