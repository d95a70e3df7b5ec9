//! Calls of AWS's services, signed where they must be.

use daypass_wire::form;
use daypass_wire::sigv4::{self, Payload, Signer};
use http::{HeaderValue, Method, Request};
use jiff::Timestamp;
use zeroize::Zeroizing;

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
        let content_type = "application/x-www-form-urlencoded; charset=utf-8";
        self.send(
            service.signing_name(),
            credentials,
            &Method::POST,
            "/",
            Some(content_type),
            body.into_bytes(),
        )
        .await
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
        let method =
            Method::from_bytes(method.as_bytes()).map_err(|error| ClientError::Request(error.to_string()))?;
        self.send("s3", credentials, &method, path, None, body).await
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
        let element = |name: &str| {
            answer.element(name).filter(|text| !text.is_empty()).ok_or_else(|| ClientError::Answer {
                operation: OPERATION.to_owned(),
                detail: format!("no `{name}`"),
            })
        };
        Ok(Credentials {
            access_key_id: element("AccessKeyId")?,
            secret_access_key: Zeroizing::new(element("SecretAccessKey")?),
            session_token: Some(Zeroizing::new(element("SessionToken")?)),
        })
    }

    async fn send(
        &self,
        service: &str,
        credentials: Option<&Credentials>,
        method: &Method,
        path: &str,
        content_type: Option<&'static str>,
        body: Vec<u8>,
    ) -> Result<Answer, ClientError> {
        let unmade = |error: &dyn std::fmt::Display| ClientError::Request(error.to_string());
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.endpoint));
        if let Some(content_type) = content_type {
            request = request.header(http::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        let (mut parts, ()) = request.body(()).map_err(|error| unmade(&error))?.into_parts();
        if let Some(credentials) = credentials {
            let signer = Signer {
                credentials: sigv4::Credentials {
                    access_key_id: &credentials.access_key_id,
                    secret_access_key: &credentials.secret_access_key,
                    session_token: credentials.session_token.as_ref().map(|token| token.as_str()),
                },
                region: &self.region,
                service,
                now: Timestamp::now(),
            };
            signer.sign(&mut parts, Payload::Body(&body)).map_err(|error| unmade(&error))?;
        }
        let request = reqwest::Request::try_from(Request::from_parts(parts, body))?;
        Answer::read(self.http.execute(request).await?).await
    }
}
