//! `Principal` and `NotPrincipal`.

use super::{Element, Item, items, syntax};
use crate::document::{Effect, Kind, ParseError, Principals};
use crate::json::{Member, Value};
use crate::principal::{PrincipalPattern, account_of};
use crate::span::Span;

pub(super) fn read(
    kind: Kind,
    effect: Effect,
    element: &Element<'_>,
) -> Result<(Principals, Vec<Span>), ParseError> {
    let found = element.either("Principal", "NotPrincipal")?;
    let needed = matches!(kind, Kind::Trust | Kind::Resource | Kind::ResourceControl);
    match found {
        None if needed => Err(element.missing("Missing required field Principal")),
        None => Ok((Principals::Implied, Vec::new())),
        Some((member, _)) if !needed => Err(ParseError::new(
            "Policy document should not specify a principal.",
            format!("{}.{}", element.path, member.name),
            member.span,
        )),
        Some((member, true)) if effect == Effect::Allow => {
            let path = format!("{}.{}", element.path, member.name);
            Err(ParseError::new("Allow with NotPrincipal is not allowed.", path, member.span))
        }
        Some((member, negated)) => {
            let (patterns, spans) = patterns(member, element.path)?.into_iter().unzip();
            Ok((if negated { Principals::AllBut(patterns) } else { Principals::These(patterns) }, spans))
        }
    }
}

fn patterns(member: &Member, path: &str) -> Result<Vec<(PrincipalPattern, Span)>, ParseError> {
    let path = format!("{path}.{}", member.name);
    let span = member.value.span;
    match &member.value.value {
        Value::Text(text) if text == "*" => Ok(vec![(PrincipalPattern::Anyone, span)]),
        Value::Text(text) => {
            let message = format!("Invalid principal in policy: \"{text}\"");
            Err(ParseError::new(message, path, span)
                .hint_of("name its kind: {\"AWS\": ...}, {\"Federated\": ...} or {\"Service\": ...}"))
        }
        Value::Object(kinds) => {
            let mut patterns = Vec::new();
            for kind in kinds {
                known_kind(kind, &path)?;
                for item in items(&kind.value, &format!("{path}.{}", kind.name)) {
                    patterns.push((pattern(kind, &item)?, item.span()));
                }
            }
            // Nobody would be a `NotPrincipal` that means everybody.
            if patterns.is_empty() {
                return Err(syntax(&path, span, "nobody is named"));
            }
            Ok(patterns)
        }
        _ => Err(syntax(&path, span, "a principal is \"*\" or an object of its kinds")),
    }
}

fn known_kind(kind: &Member, path: &str) -> Result<(), ParseError> {
    if ["AWS", "Federated", "Service", "CanonicalUser"].contains(&kind.name.as_str()) {
        return Ok(());
    }
    let detail = "the kinds of principals are AWS, Federated, Service and CanonicalUser";
    Err(syntax(&format!("{path}.{}", kind.name), kind.span, detail))
}

fn pattern(kind: &Member, item: &Item<'_>) -> Result<PrincipalPattern, ParseError> {
    let text = item.text(&kind.name)?;
    let error = |message: String| ParseError::new(message, item.path.as_str(), item.span());
    let invalid = || error(format!("Invalid principal in policy: \"{}\":\"{text}\"", kind.name));
    let owned = text.to_owned();
    match kind.name.as_str() {
        "AWS" if text == "*" => Ok(PrincipalPattern::AnyAws),
        "AWS" if is_account(text) => Ok(PrincipalPattern::Account(owned)),
        "AWS" if is_identity(text) => Ok(PrincipalPattern::Arn(owned)),
        "AWS" => Err(invalid().hint_of("an account number, the ARN of a root, role, user or session, or *")),
        "CanonicalUser" if !text.is_empty() => Ok(PrincipalPattern::CanonicalUser(owned)),
        "Federated" if is_provider(text) => Ok(PrincipalPattern::Federated(owned)),
        "Federated" => {
            let message = "Federated principals must be valid domain names or SAML metadata ARNs";
            Err(error(message.to_owned())
                .hint_of("write arn:aws:iam::ACCOUNT:oidc-provider/HOST, without https://"))
        }
        "Service" if text.contains('.') && !text.contains(['*', '/', ' ']) => {
            Ok(PrincipalPattern::Service(owned))
        }
        _ => Err(invalid()),
    }
}

fn is_digits(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_account(text: &str) -> bool {
    is_digits(account_of(text))
}

fn is_identity(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, _, service, region, account, resource] = parts.as_slice() else { return false };
    let kinds: &[&str] = match *service {
        "iam" => &["role/", "user/"],
        "sts" => &["assumed-role/", "federated-user/"],
        _ => return false,
    };
    *arn == "arn"
        && region.is_empty()
        && is_digits(account)
        && !resource.contains(['*', '?', '$'])
        && kinds.iter().any(|kind| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty()))
}

fn is_provider(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    if let ["arn", _, service, region, account, resource] = parts.as_slice() {
        let named = |kind: &str| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty());
        return *service == "iam"
            && region.is_empty()
            && is_digits(account)
            && (named("oidc-provider/") || named("saml-provider/"))
            && !resource.contains(['*', '?']);
    }
    let labels = text.split('.');
    text.contains('.')
        && labels.clone().all(|label| !label.is_empty())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}
