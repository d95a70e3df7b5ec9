//! The GitHub address, for tests that want to see it refuse.

use daypass_client::id_token;
use reqwest::RequestBuilder;
use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::seed;

impl Sandbox {
    /// What anybody is answered at a path, with the status.
    ///
    /// # Panics
    /// Where there is no answer, or one that is no JSON.
    pub async fn get_github(&self, path: &str) -> (u16, Value) {
        answer(self.http.get(format!("{}{path}", self.github_url))).await
    }

    /// A control call that writes, with the status: for those that are refused.
    ///
    /// # Panics
    /// Where there is no answer, or one that is no JSON.
    pub async fn try_control(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(format!("{}/_daypass/{path}", self.github_url));
        let request = request.header("content-type", "application/json").body(body.to_string());
        answer(request.bearer_auth(&self.control_token)).await
    }

    /// A job's token by GitHub's own protocol, made out to AWS's audience, with what the job was handed when it started.
    ///
    /// # Errors
    /// What the issuer says where it gives none.
    ///
    /// # Panics
    /// Where the job was handed nothing to ask with.
    pub async fn token_of(&self, started: &Value) -> Result<String, String> {
        let text = |name: &str| started[name].as_str().expect("something to ask with").to_owned();
        let (url, bearer) = (text("request_url"), text("request_token"));
        let token = id_token(&self.http, &url, &bearer, Some(seed::AUDIENCE)).await;
        token.map_err(|error| error.to_string())
    }
}

async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("the sandbox answers");
    let status = response.status().as_u16();
    (status, serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON"))
}
