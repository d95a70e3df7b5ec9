//! A bucket's policy, before it is kept: whether S3 would take it.
//!
//! The text is read by the policy room's parser, which is the one that is fuzzed; what is checked here is S3's own: the
//! actions and resources must be this bucket's, the principals must be there, and the public must stay out.
//!
//! Sources: Amazon S3 user guide, "Policies and permissions in Amazon S3", "Adding a bucket policy" and "Blocking public
//! access to your Amazon S3 storage"; the sentences are third parties' reports of `MalformedPolicy`. AWS also refuses
//! condition keys that do not go with an action (`Conditions do not apply to combination of actions and resources in
//! statement`); which do, it does not publish for all, so here such a condition is kept and asked as it stands.

mod public;

use std::collections::BTreeMap;
use std::sync::Arc;

use daypass_policy::{
    Document, Kind, ParseError, Patterns, PrincipalPattern, Principals, Statement, catalogue,
};

use crate::account::{Account, AccountId};
use crate::caller::Caller;
use crate::iam::trusted_roles;

/// The longest policy of a bucket, in bytes: S3's 20 KB.
pub const BYTES_MAX: usize = 20 * 1024;

const INVALID_ACTION: &str = "Policy has invalid action";
const INVALID_PRINCIPAL: &str = "Invalid principal in policy";
const INVALID_RESOURCE: &str = "Policy has invalid resource";

/// Why a policy is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is none, in S3's words.
    Malformed(String),
    /// It would let the public in.
    Public,
}

impl From<&str> for Problem {
    fn from(message: &str) -> Self {
        Self::Malformed(message.to_owned())
    }
}

/// Reads a policy that is kept.
///
/// # Errors
/// [`ParseError`]: then the bucket denies everybody.
pub fn read(text: &str) -> Result<Document, ParseError> {
    Document::parse(Kind::Resource, text)
}

/// Whether a caller may do it whatever the bucket's policy says: so that nobody is locked out for good, the
/// administrator of the owner's account may always read, write and drop the policy itself.
///
/// Source: Amazon S3 API reference, "GetBucketPolicy", "PutBucketPolicy" and "DeleteBucketPolicy".
#[must_use]
pub fn is_passed_by(caller: &Caller, owner: &AccountId, action: &str) -> bool {
    matches!(caller, Caller::Administrator { account, .. } if account == owner)
        && ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"].contains(&action)
}

/// Checks a policy that is to be kept with a bucket. `account` finds an account of the server by its number; of others,
/// nobody knows what roles they have. Gives the id of each role that is named, as it is now.
///
/// # Errors
/// [`Problem`], the first one.
pub fn check(
    bucket: &str,
    text: &str,
    account: impl Fn(&str) -> Option<Arc<Account>>,
) -> Result<BTreeMap<String, String>, Problem> {
    if text.len() > BYTES_MAX {
        return Err("Policy exceeds the maximum allowed document size.".into());
    }
    if !text.starts_with('{') {
        return Err("Policies must be valid JSON and the first byte must be '{'".into());
    }
    let document = read(text).map_err(|error| Problem::Malformed(in_words_of_s3(&error)))?;
    let mut roles = BTreeMap::new();
    for statement in document.statements() {
        check_actions(statement)?;
        check_resources(bucket, statement)?;
        check_match(statement)?;
        check_principals(statement, &account, &mut roles)?;
    }
    if public::is_public(&document) { Err(Problem::Public) } else { Ok(roles) }
}

/// S3 says less than IAM, and some things otherwise.
fn in_words_of_s3(error: &ParseError) -> String {
    let message = error.to_string();
    let words = [
        ("Invalid principal in policy", INVALID_PRINCIPAL),
        ("Federated principals must be", INVALID_PRINCIPAL),
        ("Policy statement must contain actions.", "Missing required field Action"),
        ("Policy statement must contain resources.", "Missing required field Resource"),
        ("Actions/Conditions must be prefaced", INVALID_ACTION),
    ];
    let found = words.iter().find(|(start, _)| message.starts_with(start));
    match found {
        Some((_, words)) => (*words).to_owned(),
        None if message.starts_with("Resource ") => INVALID_RESOURCE.to_owned(),
        None => message,
    }
}

/// Actions are S3's own.
fn check_actions(statement: &Statement) -> Result<(), Problem> {
    let is_known = |text: &String| text == "*" || text == "*:*" || actions(text).next().is_some();
    if statement.actions.texts().iter().all(is_known) { Ok(()) } else { Err(INVALID_ACTION.into()) }
}

/// S3's actions that a pattern means.
fn actions(text: &str) -> impl Iterator<Item = &'static catalogue::Action> {
    let name =
        text.split_once(':').filter(|(prefix, _)| prefix.eq_ignore_ascii_case("s3")).map(|(_, name)| name);
    let service = name.and_then(|_| catalogue::service("s3"));
    let found = service.into_iter().flat_map(catalogue::Service::actions);
    let name = name.unwrap_or_default().to_owned();
    found.filter(move |action| daypass_policy::pattern::matches_ignoring_case(&name, action.name))
}

/// Resources are the bucket and what is in it.
fn check_resources(bucket: &str, statement: &Statement) -> Result<(), Problem> {
    let is_own = |text: &String| {
        let rest = text.strip_prefix("arn:aws:s3:::").and_then(|rest| rest.strip_prefix(bucket));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if statement.resources.texts().iter().all(is_own) { Ok(()) } else { Err(INVALID_RESOURCE.into()) }
}

/// Each action must be one that can be done to something that the statement names.
fn check_match(statement: &Statement) -> Result<(), Problem> {
    let (Patterns::These(wanted), Patterns::These(resources)) = (&statement.actions, &statement.resources)
    else {
        return Ok(());
    };
    let has_objects = resources.iter().any(|text| text.contains('/'));
    let has_bucket = resources.iter().any(|text| !text.contains('/'));
    let applies = |action: &catalogue::Action| {
        let is_of = |kind: &str| action.resources.iter().any(|needed| needed.name == kind);
        has_objects && is_of("object") || has_bucket && is_of("bucket")
    };
    let is_apt = |text: &String| text.starts_with('*') || actions(text).any(applies);
    if wanted.iter().all(is_apt) {
        Ok(())
    } else {
        Err("Action does not apply to any resource(s) in statement".into())
    }
}

/// Principals must be there, as far as it can be seen. Canonical user ids stand for an account that nobody can look up
/// here, and there are no users.
fn check_principals(
    statement: &Statement,
    account: &impl Fn(&str) -> Option<Arc<Account>>,
    roles: &mut BTreeMap<String, String>,
) -> Result<(), Problem> {
    let patterns = match &statement.principals {
        Principals::AllBut(patterns) | Principals::These(patterns) => patterns.as_slice(),
        Principals::Implied => &[],
    };
    for pattern in patterns {
        match pattern {
            PrincipalPattern::CanonicalUser(_) => return Err(INVALID_PRINCIPAL.into()),
            PrincipalPattern::Arn(arn) => {
                let Some(account) = arn.split(':').nth(4).and_then(account) else { continue };
                if arn.starts_with("arn:aws:sts:") {
                    continue;
                }
                let id = trusted_roles::id(&account, arn).ok_or(INVALID_PRINCIPAL)?;
                roles.insert(arn.clone(), id);
            }
            PrincipalPattern::Account(_)
            | PrincipalPattern::AnyAws
            | PrincipalPattern::Anyone
            | PrincipalPattern::Federated(_)
            | PrincipalPattern::Service(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str) -> Result<BTreeMap<String, String>, Problem> {
        check("site", text, |_| None)
    }

    fn statement(principal: &str, action: &str, resource: &str) -> String {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":{action},
            "Resource":{resource}}}]}}"#
        )
    }

    const ACCOUNT: &str = r#"{"AWS":"arn:aws:iam::210987654321:root"}"#;

    #[test]
    fn a_policy_is_about_its_bucket() {
        for (principal, action, resource, expected) in [
            (ACCOUNT, r#""s3:GetObject""#, r#""arn:aws:s3:::site/*""#, None),
            (ACCOUNT, r#""s3:*""#, r#"["arn:aws:s3:::site","arn:aws:s3:::site/*"]"#, None),
            (ACCOUNT, r#""*""#, r#""arn:aws:s3:::site""#, None),
            (ACCOUNT, r#""s3:GetObject""#, r#""arn:aws:s3:::site2/*""#, Some(INVALID_RESOURCE)),
            (ACCOUNT, r#""s3:GetObject""#, r#""arn:aws:s3:::*/*""#, Some(INVALID_RESOURCE)),
            (ACCOUNT, r#""s3:GetObject""#, r#""*""#, Some(INVALID_RESOURCE)),
            (ACCOUNT, r#""s3:GetObject""#, r#""site""#, Some(INVALID_RESOURCE)),
            (ACCOUNT, r#""s3:Fly""#, r#""arn:aws:s3:::site/*""#, Some(INVALID_ACTION)),
            (ACCOUNT, r#""iam:PassRole""#, r#""arn:aws:s3:::site/*""#, Some(INVALID_ACTION)),
            (ACCOUNT, r#""GetObject""#, r#""arn:aws:s3:::site/*""#, Some(INVALID_ACTION)),
            (r#""me""#, r#""s3:GetObject""#, r#""arn:aws:s3:::site/*""#, Some(INVALID_PRINCIPAL)),
            (r#"{"AWS":"me"}"#, r#""s3:GetObject""#, r#""arn:aws:s3:::site/*""#, Some(INVALID_PRINCIPAL)),
            (
                r#"{"CanonicalUser":"a"}"#,
                r#""s3:GetObject""#,
                r#""arn:aws:s3:::site/*""#,
                Some(INVALID_PRINCIPAL),
            ),
            (
                ACCOUNT,
                r#""s3:GetObject""#,
                r#""arn:aws:s3:::site""#,
                Some("Action does not apply to any resource(s) in statement"),
            ),
            (
                ACCOUNT,
                r#"["s3:GetObject","s3:ListBucket"]"#,
                r#""arn:aws:s3:::site/*""#,
                Some("Action does not apply to any resource(s) in statement"),
            ),
        ] {
            let expected = expected.map_or(Ok(BTreeMap::new()), |words| Err(Problem::from(words)));
            assert_eq!(
                checked(&statement(principal, action, resource)),
                expected,
                "{principal} {action} {resource}"
            );
        }
    }

    #[test]
    fn what_is_no_policy_is_refused_in_the_words_of_s3() {
        for (text, expected) in [
            ("", "Policies must be valid JSON and the first byte must be '{'"),
            ("[]", "Policies must be valid JSON and the first byte must be '{'"),
            ("{", "This policy contains invalid Json"),
            (
                r#"{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::site/*"}]}"#,
                "Missing required field Principal",
            ),
            (
                r#"{"Statement":[{"Effect":"Deny","Principal":"*","Resource":"arn:aws:s3:::site/*"}]}"#,
                "Missing required field Action",
            ),
            (
                r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*"}]}"#,
                "Missing required field Resource",
            ),
        ] {
            assert_eq!(checked(text), Err(expected.into()), "{text}");
        }
        let padded = format!("{{{}", " ".repeat(BYTES_MAX));
        assert_eq!(checked(&padded), Err("Policy exceeds the maximum allowed document size.".into()));
    }
}
