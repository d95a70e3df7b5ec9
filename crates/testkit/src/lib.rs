//! A whole sandbox inside a test: real HTTP on free loopback ports, gone when dropped.
//!
//! # Example: a complete test of a trust policy
//!
//! ```
//! use daypass_testkit::{Sandbox, seed};
//!
//! # #[tokio::main(flavor = "multi_thread")]
//! # async fn main() {
//! let sandbox = Sandbox::start().await;
//! sandbox.register_github().await;
//! sandbox.create_role("github-prod-deploy", &seed::trust("repo:your-org/your-repo:environment:production")).await;
//!
//! // The job that names the environment gets in ...
//! let production = sandbox.mint("your-org/your-repo environment=production").await;
//! sandbox.exchange("github-prod-deploy", &production).await.expect("production must get in");
//!
//! // ... and a push to main does not, however protected the branch is.
//! let push = sandbox.mint("your-org/your-repo ref=refs/heads/main").await;
//! let refused = sandbox.exchange("github-prod-deploy", &push).await.expect_err("a push must stay out");
//! assert_eq!(refused.code, "AccessDenied");
//! assert!(sandbox.explain(&refused).await.contains("repo:your-org/your-repo:ref:refs/heads/main"));
//! # }
//! ```

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise, and uses the wall clock and files as a user would"
)]

pub mod browser;
pub mod forge;
mod github;
mod refused;
mod sandbox;
pub mod seed;
pub mod upstream;

pub use daypass_client::{Answer, AwsClient, Credentials, Service};
pub use refused::Refused;
pub use sandbox::{Sandbox, SandboxBuilder};
