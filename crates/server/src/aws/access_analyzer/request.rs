//! What ValidatePolicy is asked: a policy in the body, a page in the query.
//!
//! Source: Access Analyzer API reference, "ValidatePolicy", request parameters.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use daypass_policy::Kind;
use daypass_wire::form::Form;
use http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::Invalid;

/// Findings of a page where the caller does not say.
const RESULTS_DEFAULT: usize = 100;
/// The most findings of a page.
const RESULTS_MAX: usize = 1_000;

const LOCALES: [&str; 10] = ["DE", "EN", "ES", "FR", "IT", "JA", "KO", "PT_BR", "ZH_CN", "ZH_TW"];
const TRUST_POLICY: &str = "AWS::IAM::AssumeRolePolicyDocument";
const RESOURCE_TYPES: [&str; 6] = [
    "AWS::DynamoDB::Table",
    TRUST_POLICY,
    "AWS::S3::AccessPoint",
    "AWS::S3::Bucket",
    "AWS::S3::MultiRegionAccessPoint",
    "AWS::S3ObjectLambda::AccessPoint",
];

/// A request that was read.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) document: String,
    pub(super) kind: Kind,
    pub(super) resource_type: Option<String>,
    /// Findings of a page.
    pub(super) results: usize,
    /// Findings before the page.
    pub(super) skip: usize,
    policy_type: String,
    locale: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    policy_document: Option<String>,
    policy_type: Option<String>,
    validate_policy_resource_type: Option<String>,
    locale: Option<String>,
}

impl Request {
    pub(super) fn read(parts: &Parts, body: &[u8]) -> Result<Self, Invalid> {
        let sent: Sent = serde_json::from_slice(body).map_err(|error| Invalid::body(&error.to_string()))?;
        let missing = |name| Invalid::field(name, "it must not be null");
        let document = sent.policy_document.ok_or_else(|| missing("policyDocument"))?;
        let policy_type = sent.policy_type.ok_or_else(|| missing("policyType"))?;
        let resource_type = sent.validate_policy_resource_type;
        let kind = match (policy_type.as_str(), resource_type.as_deref()) {
            ("IDENTITY_POLICY", _) => Kind::Identity,
            ("RESOURCE_POLICY", Some(TRUST_POLICY)) => Kind::Trust,
            ("RESOURCE_POLICY", _) => Kind::Resource,
            ("SERVICE_CONTROL_POLICY", _) => Kind::ServiceControl,
            ("RESOURCE_CONTROL_POLICY", _) => Kind::ResourceControl,
            _ => return Err(Invalid::field("policyType", "it is none of the types of policies")),
        };
        if let Some(resource_type) = &resource_type {
            if !RESOURCE_TYPES.contains(&resource_type.as_str()) {
                return Err(Invalid::field("validatePolicyResourceType", "it is none of the resource types"));
            }
            if policy_type != "RESOURCE_POLICY" {
                let message = "it can be given for a policy of the type RESOURCE_POLICY only";
                return Err(Invalid::field("validatePolicyResourceType", message));
            }
        }
        if sent.locale.as_deref().is_some_and(|locale| !LOCALES.contains(&locale)) {
            return Err(Invalid::field("locale", "it is none of the locales"));
        }
        let (results, skip) = page(parts)?;
        Ok(Self { document, kind, resource_type, results, skip, policy_type, locale: sent.locale })
    }

    /// CloudTrail's `requestParameters`: all but the policy, which may be longer than a record.
    pub(super) fn event(&self) -> Value {
        let mut kept = json!({ "policyType": self.policy_type });
        if let Some(members) = kept.as_object_mut() {
            let resource_type = self.resource_type.as_ref();
            members.extend(resource_type.map(|kind| ("validatePolicyResourceType".to_owned(), json!(kind))));
            members.extend(self.locale.as_ref().map(|locale| ("locale".to_owned(), json!(locale))));
        }
        kept
    }
}

/// `maxResults` and `nextToken`.
fn page(parts: &Parts) -> Result<(usize, usize), Invalid> {
    let query = parts.uri.query().unwrap_or_default();
    let form = Form::parse(query.as_bytes()).map_err(|error| Invalid::body(&error.to_string()))?;
    let (mut results, mut skip) = (RESULTS_DEFAULT, 0);
    for (name, value) in form {
        match &*name {
            "maxResults" => {
                let number = value.parse().ok().filter(|number| (1..=RESULTS_MAX).contains(number));
                results = number.ok_or_else(|| {
                    Invalid::field("maxResults", format!("it must be a number from 1 to {RESULTS_MAX}"))
                })?;
            }
            "nextToken" => {
                let known = URL_SAFE_NO_PAD.decode(value.as_bytes()).ok();
                let known = known.and_then(|bytes| String::from_utf8(bytes).ok()?.parse().ok());
                skip = known.ok_or_else(|| Invalid::field("nextToken", "no answer ever held it"))?;
            }
            _ => {}
        }
    }
    Ok((results, skip))
}

/// The token of the page after this many findings.
pub(super) fn token(skip: usize) -> String {
    URL_SAFE_NO_PAD.encode(skip.to_string())
}
