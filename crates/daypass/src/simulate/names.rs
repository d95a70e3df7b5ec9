//! The names in a question: actions, resources and accounts.

use daypass_aws::AccountId;

use crate::failure::Failure;

/// An action, `SERVICE:Name`.
pub(super) fn action(text: &str) -> Result<&str, Failure> {
    let wrong = |message: String| Err(Failure::new(message).hint("write it as in s3:PutObject"));
    if text.contains(['*', '?']) {
        return wrong(format!("`{text}` is a pattern, and a call has one action"));
    }
    let is_name = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
    };
    match text.split_once(':') {
        Some((service, name)) if is_name(service) && is_name(name) => Ok(text),
        _ => wrong(format!("`{text}` is not an action")),
    }
}

/// A resource: `*` or `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`, in which region and account may be empty.
pub(super) fn resource(text: &str) -> Result<&str, Failure> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_arn = matches!(parts.as_slice(), ["arn", partition, service, _, _, resource]
        if !partition.is_empty() && !service.is_empty() && !resource.is_empty());
    if text == "*" || is_arn {
        return Ok(text);
    }
    Err(Failure::new(format!("`{text}` is not an ARN"))
        .hint("write it as in arn:aws:s3:::my-bucket/key, or * for an action that has no resource"))
}

/// An account's number.
pub(super) fn account(text: &str) -> Result<AccountId, Failure> {
    AccountId::parse(text)
        .ok_or_else(|| Failure::new(format!("`{text}` is not an account number: it has twelve digits")))
}
