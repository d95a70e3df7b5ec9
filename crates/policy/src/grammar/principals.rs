//! `Principal` and `NotPrincipal`.

use super::{Element, syntax, texts};
use crate::document::{Effect, Kind, ParseError, Principals};
use crate::json::{Member, Value};
use crate::principal::PrincipalPattern;
use crate::span::Span;

pub(super) fn read(kind: Kind, effect: Effect, element: &Element<'_>) -> Result<Principals, ParseError> {
    let found = element.either("Principal", "NotPrincipal")?;
    match (kind, found) {
        (Kind::Trust | Kind::Resource, None) => Err(element.missing("Missing required field Principal")),
        (Kind::Trust | Kind::Resource, Some((member, true))) if effect == Effect::Allow => {
            Err(ParseError::new("Allow with NotPrincipal is not allowed.", element.path, member.span))
        }
        (Kind::Trust | Kind::Resource, Some((member, negated))) => {
            let patterns = patterns(member, element.path)?;
            Ok(if negated { Principals::AllBut(patterns) } else { Principals::These(patterns) })
        }
        (_, Some((member, _))) => Err(ParseError::new(
            "Policy document should not specify a principal.",
            format!("{}.{}", element.path, member.name),
            member.span,
        )),
        (_, None) => Ok(Principals::Implied),
    }
}

fn patterns(member: &Member, path: &str) -> Result<Vec<PrincipalPattern>, ParseError> {
    let path = format!("{path}.{}", member.name);
    match &member.value.value {
        Value::Text(text) if text == "*" => Ok(vec![PrincipalPattern::Anyone]),
        Value::Text(text) => {
            let message = format!("Invalid principal in policy: \"{text}\"");
            Err(ParseError::new(message, path, member.value.span)
                .hint_of("name its kind: {\"AWS\": ...}, {\"Federated\": ...} or {\"Service\": ...}"))
        }
        Value::Object(kinds) if !kinds.is_empty() => {
            let mut patterns = Vec::new();
            for kind in kinds {
                for (text, span) in texts(&kind.value, &path, &kind.name)? {
                    patterns.push(pattern(&kind.name, text, &path, span, kind.span)?);
                }
            }
            Ok(patterns)
        }
        _ => Err(syntax(&path, member.value.span, "a principal is \"*\" or an object of its kinds")),
    }
}

fn pattern(
    kind: &str,
    text: &str,
    path: &str,
    span: Span,
    kind_span: Span,
) -> Result<PrincipalPattern, ParseError> {
    let invalid =
        || ParseError::new(format!("Invalid principal in policy: \"{kind}\":\"{text}\""), path, span);
    let owned = text.to_owned();
    match kind {
        "AWS" if text == "*" => Ok(PrincipalPattern::AnyAws),
        "AWS" if is_account(text) => Ok(PrincipalPattern::Account(owned)),
        "AWS" if is_identity(text) => Ok(PrincipalPattern::Arn(owned)),
        "AWS" => Err(invalid().hint_of("an account number, the ARN of a root, role, user or session, or *")),
        "CanonicalUser" if !text.is_empty() => Ok(PrincipalPattern::CanonicalUser(owned)),
        "Federated" if is_provider(text) => Ok(PrincipalPattern::Federated(owned)),
        "Federated" => Err(ParseError::new(
            "Federated principals must be valid domain names or SAML metadata ARNs",
            path,
            span,
        )
        .hint_of("write arn:aws:iam::ACCOUNT:oidc-provider/HOST, without https://")),
        "Service" if text.contains('.') && !text.contains(['*', '/', ' ']) => {
            Ok(PrincipalPattern::Service(owned))
        }
        "CanonicalUser" | "Service" => Err(invalid()),
        _ => Err(syntax(
            path,
            kind_span,
            "the kinds of principals are AWS, Federated, Service and CanonicalUser",
        )),
    }
}

fn is_digits(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_account(text: &str) -> bool {
    let bare = text.strip_prefix("arn:aws:iam::").and_then(|rest| rest.strip_suffix(":root"));
    is_digits(bare.unwrap_or(text))
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
        && !resource.contains(['*', '?'])
        && kinds.iter().any(|kind| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty()))
}

fn is_provider(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix("arn:aws:iam::") {
        let Some((account, resource)) = rest.split_once(':') else { return false };
        let named = |kind: &str| resource.strip_prefix(kind).is_some_and(|name| !name.is_empty());
        return is_digits(account)
            && (named("oidc-provider/") || named("saml-provider/"))
            && !resource.contains('*');
    }
    let labels = text.split('.');
    text.contains('.')
        && labels.clone().all(|label| !label.is_empty())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}
