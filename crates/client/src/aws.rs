//! Calls of AWS's services, signed where they must be.

use daypass_wire::form;
use daypass_wire::sigv4::{self, Payload, Signer};
use http::Request;
use jiff::Timestamp;
use serde_json::Value;

use crate::answer::Answer;
use crate::credentials::Credentials;
use crate::error::ClientError;

/// A service of the query protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Identity and Access Management.
    Iam,
    /// The Security Token Service.
    Sts,
}

impl Service {
    const fn signing_name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
        }
    }

    const fn version(self) -> &'static str {
        match self {
            Self::Iam => "2010-05-08",
            Self::Sts => "2011-06-15",
        }
    }
}

/// A client of one endpoint that serves all services, as the sandbox does.
#[derive(Debug, Clone)]
pub struct AwsClient {
    http: reqwest::Client,
    endpoint: String,
    region: String,
}

impl AwsClient {
    /// A client of an endpoint, `http://127.0.0.1:4566`.
    #[must_use]
    pub fn new(http: reqwest::Client, endpoint: &str, region: &str) -> Self {
        Self { http, endpoint: endpoint.trim_end_matches('/').to_owned(), region: region.to_owned() }
    }

    /// Calls an operation of the query protocol; unsigned without credentials.
    ///
    /// # Errors
    /// [`ClientError`] where there is no answer. A refusal is an answer.
    pub async fn query(
        &self,
        service: Service,
        credentials: Option<&Credentials>,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Answer, ClientError> {
        let mut fields = vec![("Action", action), ("Version", service.version())];
        fields.extend_from_slice(parameters);
        let body = form::encode(&fields);
        let request = Request::post("/")
            .header(http::header::CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8")
            .body(body.into_bytes())
            .map_err(unmade)?;
        self.call(service.signing_name(), credentials, request).await
    }

    /// Calls S3 by method and path, `/BUCKET/KEY`; unsigned without credentials.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn s3(
        &self,
        credentials: Option<&Credentials>,
        method: &str,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Answer, ClientError> {
        let request = Request::builder().method(method).uri(path).body(body).map_err(unmade)?;
        self.call("s3", credentials, request).await
    }

    /// Exchanges an identity token for a session of a role.
    ///
    /// # Errors
    /// [`ClientError::Refused`] with AWS's words; [`ClientError::Answer`] where the credentials are not complete.
    pub async fn exchange(
        &self,
        role_arn: &str,
        session_name: &str,
        token: &str,
        more: &[(&str, &str)],
    ) -> Result<Credentials, ClientError> {
        const OPERATION: &str = "AssumeRoleWithWebIdentity";
        let mut parameters =
            vec![("RoleArn", role_arn), ("RoleSessionName", session_name), ("WebIdentityToken", token)];
        parameters.extend_from_slice(more);
        let answer = self.query(Service::Sts, None, OPERATION, &parameters).await?.succeeded(OPERATION)?;
        Credentials::of(&answer, OPERATION)
    }

    /// Calls CloudTrail over JSON 1.1; unsigned without credentials.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn cloudtrail(
        &self,
        credentials: Option<&Credentials>,
        operation: &str,
        body: &Value,
    ) -> Result<Answer, ClientError> {
        let target = format!("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.{operation}");
        let request = Request::post("/")
            .header(http::header::CONTENT_TYPE, "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(body.to_string().into_bytes())
            .map_err(unmade)?;
        self.call("cloudtrail", credentials, request).await
    }

    /// Calls a service, by its signing name, with a request whose URI is a path and query of the endpoint: signs the
    /// headers that it has, and those that a signature adds. Without credentials it goes out as it is.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn call(
        &self,
        service: &str,
        credentials: Option<&Credentials>,
        request: Request<Vec<u8>>,
    ) -> Result<Answer, ClientError> {
        let (mut parts, body) = request.into_parts();
        parts.uri = format!("{}{}", self.endpoint, parts.uri).parse().map_err(unmade)?;
        if let Some(credentials) = credentials {
            let signer = self.signer(service, credentials, Timestamp::now());
            signer.sign(&mut parts, Payload::Body(&body)).map_err(unmade)?;
        }
        self.send(Request::from_parts(parts, body)).await
    }

    /// What signs requests to a service as of an instant.
    #[must_use]
    pub fn signer<'a>(
        &'a self,
        service: &'a str,
        credentials: &'a Credentials,
        now: Timestamp,
    ) -> Signer<'a> {
        Signer {
            credentials: sigv4::Credentials {
                access_key_id: &credentials.access_key_id,
                secret_access_key: &credentials.secret_access_key,
                session_token: credentials.session_token.as_ref().map(|token| token.as_str()),
            },
            region: &self.region,
            service,
            now,
        }
    }

    /// The endpoint, without a slash at its end.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Sends a request as it is, to the address in its URI.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Answer, ClientError> {
        Answer::read(self.http.execute(reqwest::Request::try_from(request)?).await?).await
    }
}

fn unmade(error: impl std::fmt::Display) -> ClientError {
    ClientError::Request(error.to_string())
}
