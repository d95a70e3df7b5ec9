//! GitHub's side of a sandbox in a test: control calls that may be refused, its REST API, a job's token.

use daypass_client::id_token;
use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::seed;

impl Sandbox {
    /// A control call that may be refused: status and answer.
    ///
    /// # Panics
    /// Where the sandbox does not answer with JSON.
    pub async fn try_control(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.post(format!("{}/_daypass/{path}", self.github_url));
        let request = request.header("content-type", "application/json").body(body.to_string());
        Self::answer_whatever(request.bearer_auth(&self.control_token)).await
    }

    /// A call of GitHub's REST API with a user's token: status and answer, null where the answer is empty.
    ///
    /// # Panics
    /// Where the sandbox does not answer with JSON.
    pub async fn github(&self, method: &str, path: &str, token: &str, body: Option<&Value>) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}/{path}", self.github_url)).bearer_auth(token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        Self::answer_whatever(request.header("user-agent", "daypass-testkit")).await
    }

    /// The token that a job's request address and secret give, made out to AWS's audience.
    ///
    /// # Errors
    /// The issuer's words.
    pub async fn id_token(&self, request_url: &str, request_token: &str) -> Result<String, String> {
        let token = id_token(&self.http, request_url, request_token, Some(seed::AUDIENCE)).await;
        token.map_err(|error| error.to_string())
    }

    async fn answer_whatever(request: reqwest::RequestBuilder) -> (u16, Value) {
        let response = request.send().await.expect("the sandbox answers");
        let status = response.status().as_u16();
        let body = response.bytes().await.expect("a body");
        let value = if body.is_empty() { Value::Null } else { serde_json::from_slice(&body).expect("JSON") };
        (status, value)
    }
}
