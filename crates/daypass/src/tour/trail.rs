//! Step 5: the event of the upload, and the chain back to repository, environment and run.

use serde_json::Value;

use super::upload::Upload;
use super::{Tour, must};
use crate::failure::Failure;

/// Events of one page.
const PAGE: usize = 500;

pub(super) async fn run(tour: &Tour, upload: &Upload) -> Result<(), Failure> {
    let chain = tour.control.read(&format!("trace/{}", upload.request_id)).await?;
    for line in chain.get("lines").and_then(Value::as_array).into_iter().flatten() {
        println!("{}", line.as_str().unwrap_or_default());
    }
    reviewed(&chain)?;
    let claim = |name: &str| {
        chain
            .pointer("/origin/claims")
            .and_then(|claims| claims.get(name))
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    must(claim("repository") == "your-org/your-repo", "the trail does not lead to the repository")?;
    must(claim("environment") == "production", "the trail does not lead to the environment")?;
    must(!claim("run_id").is_empty(), "the trail does not lead to the run")?;
    let events = tour.control.read(&format!("events?limit={PAGE}")).await?;
    let text = events.to_string();
    must(!text.contains("eyJ"), "an event holds a token")?;
    tour.keep.value("events.json", &events)?;
    tour.keep.value("trace.json", &chain)
}

/// Who let the run through, from the same trail.
fn reviewed(chain: &Value) -> Result<(), Failure> {
    let lines = chain.get("approvals").and_then(Value::as_array).cloned().unwrap_or_default();
    for line in &lines {
        println!("{}", line.as_str().unwrap_or_default());
    }
    must(!lines.is_empty(), "the trail does not say who approved the run")
}
