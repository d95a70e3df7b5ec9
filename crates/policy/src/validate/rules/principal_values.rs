//! How principals are written.
//!
//! Source: IAM user guide, "AWS JSON policy elements: Principal".

use super::Report;
use crate::document::Kind;
use crate::json::Value;
use crate::validate::UNKNOWN;
use crate::validate::arn::{Arn, is_account};
use crate::validate::code::Code;
use crate::validate::draft::{Draft, Item, Principals};

const INVALID_PRINCIPAL_FORMAT: Code = Code::error("INVALID_PRINCIPAL_FORMAT");
const INVALID_PRINCIPAL_KEY: Code = Code::error("INVALID_PRINCIPAL_KEY");
const UNSUPPORTED_WILDCARD_IN_PRINCIPAL: Code = Code::error("UNSUPPORTED_WILDCARD_IN_PRINCIPAL");
const INVALID_SERVICE_PRINCIPAL_FORMAT: Code = Code::error("INVALID_SERVICE_PRINCIPAL_FORMAT");
const INVALID_FEDERATED_PRINCIPAL: Code =
    Code::error("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY");
const INVALID_ROLE_REFERENCE: Code = Code::warning("INVALID_ROLE_REFERENCE");
const INVALID_USER_REFERENCE: Code = Code::warning("INVALID_USER_REFERENCE");

const KINDS: [&str; 4] = ["AWS", "CanonicalUser", "Federated", "Service"];

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for principals in draft.clauses.iter().filter_map(|clause| clause.principals.as_ref()) {
        check_shape(principals, report);
        for (text, item) in principals.texts_of("AWS") {
            check_aws(text, item, report);
        }
        for (text, item) in principals.texts_of("Service") {
            check_service(text, item, report);
        }
        if draft.kind == Kind::Trust {
            for (text, item) in principals.texts_of("Federated") {
                check_federated(text, item, report);
            }
        }
    }
}

fn check_shape(principals: &Principals<'_>, report: &mut Report<'_>) {
    if let Value::Text(text) = &principals.member.value.value
        && text != "*"
        && !text.contains(UNKNOWN)
    {
        let location = report.location(principals.path.clone(), principals.member.value.span);
        let kind = kind_of(text);
        report.add(
            INVALID_PRINCIPAL_FORMAT,
            location,
            format!("`{text}` does not say what kind of principal it is"),
            format!("write {{\"{kind}\": \"{text}\"}}"),
        );
    }
    for kind in principals.kinds.iter().filter(|kind| !KINDS.contains(&kind.member.name.as_str())) {
        let location = report.location(kind.path.clone(), kind.member.span);
        let near = KINDS.iter().find(|known| known.eq_ignore_ascii_case(&kind.member.name));
        let mend = match near {
            Some(near) => format!("write `{near}`"),
            None => format!("the kinds of principals are {}", KINDS.join(", ")),
        };
        let message = format!("`{}` is no kind of principal", kind.member.name);
        report.add(INVALID_PRINCIPAL_KEY, location, message, mend);
    }
}

fn kind_of(text: &str) -> &'static str {
    if text.contains(":oidc-provider/") || text.contains(":saml-provider/") {
        "Federated"
    } else if text.ends_with(".amazonaws.com") {
        "Service"
    } else {
        "AWS"
    }
}

fn check_aws(text: &str, item: &Item<'_>, report: &mut Report<'_>) {
    let location = report.location(item.path.clone(), item.node.span);
    if text == "*" || is_account(text) {
        return;
    }
    if text.contains(['*', '?']) {
        report.add(
            UNSUPPORTED_WILDCARD_IN_PRINCIPAL,
            location,
            format!("a principal is one or all, and `{text}` is a pattern"),
            "name the account, and narrow it with a condition of ArnLike on aws:PrincipalArn",
        );
        return;
    }
    for (prefix, code, what) in
        [("AROA", INVALID_ROLE_REFERENCE, "role"), ("AIDA", INVALID_USER_REFERENCE, "user")]
    {
        if text.starts_with(prefix) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let message = format!("`{text}` is the id of a {what}, which its name had until it was deleted");
            report.add(code, location, message, format!("write the ARN of the {what}"));
            return;
        }
    }
    let is_identity = Arn::read(text).is_some_and(|arn| {
        let kinds: &[&str] = match arn.service {
            "iam" => &["root", "role/", "user/"],
            "sts" => &["assumed-role/", "federated-user/"],
            _ => return false,
        };
        arn.region.is_empty()
            && is_account(arn.account)
            && kinds.iter().any(|kind| {
                arn.resource.strip_prefix(kind).is_some_and(|name| name.is_empty() != kind.ends_with('/'))
            })
    });
    if !is_identity {
        report.add(
            INVALID_PRINCIPAL_FORMAT,
            location,
            format!("`{text}` is no account, role, user or session"),
            "write an account's number, or arn:aws:iam::ACCOUNT:role/NAME",
        );
    }
}

fn check_service(text: &str, item: &Item<'_>, report: &mut Report<'_>) {
    let labels_are_plain = text.split('.').all(|label| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    });
    let ends_well = [".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".aws.internal", ".aws.com"]
        .iter()
        .any(|end| text.ends_with(end));
    if labels_are_plain && ends_well {
        return;
    }
    let location = report.location(item.path.clone(), item.node.span);
    let lower = text.to_ascii_lowercase();
    let mend = if lower.ends_with(".amazonaws.com") && !lower.contains('*') {
        format!("write `{lower}`")
    } else {
        "write SERVICE.amazonaws.com in small letters".to_owned()
    };
    report.add(
        INVALID_SERVICE_PRINCIPAL_FORMAT,
        location,
        format!("`{text}` is not how a service is named"),
        mend,
    );
}

fn check_federated(text: &str, item: &Item<'_>, report: &mut Report<'_>) {
    let is_provider = Arn::read(text).is_some_and(|arn| {
        let named = |kind: &str| arn.resource.strip_prefix(kind).is_some_and(|name| !name.is_empty());
        arn.service == "iam"
            && arn.region.is_empty()
            && is_account(arn.account)
            && (named("oidc-provider/") || named("saml-provider/"))
            && !arn.resource.contains(['*', '?'])
    });
    let is_domain = text.contains('.')
        && text.split('.').all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        });
    if is_provider || is_domain {
        return;
    }
    let location = report.location(item.path.clone(), item.node.span);
    let host = text.strip_prefix("https://").map(|host| host.trim_end_matches('/'));
    let mend = match host {
        Some(host) => format!("write arn:aws:iam::ACCOUNT:oidc-provider/{host}"),
        None => "write arn:aws:iam::ACCOUNT:oidc-provider/HOST, without https://".to_owned(),
    };
    report.add(
        INVALID_FEDERATED_PRINCIPAL,
        location,
        format!("`{text}` is neither the ARN of an identity provider nor a domain name"),
        mend,
    );
}
