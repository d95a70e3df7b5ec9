//! Requests that are malformed, too large or not signed as they must be: each is refused in the words of the service that
//! was called.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise, and signs with the wall clock as any client does"
)]

mod credentials;
mod forms;

use daypass_testkit::{Credentials, Sandbox, seed};

const SUBJECT: &str = "repo:your-org/your-repo:ref:refs/heads/main";
const JOB: &str = "your-org/your-repo ref=refs/heads/main";

/// A sandbox with a role, and a session of it.
async fn with_session() -> (Sandbox, Credentials) {
    let sandbox = Sandbox::start().await;
    sandbox.register_github().await;
    sandbox.create_role("deploy", &seed::trust(SUBJECT)).await;
    let session = sandbox.exchange("deploy", &sandbox.mint(JOB).await).await.unwrap();
    (sandbox, session)
}
