//! From a denied call to its likely mend, in one sentence for the operator.
//!
//! A statement's elements are tried in their order and the first that fails is kept, so the statement that failed last
//! is the one that was meant. A subject that did not match is GitHub's business, and its room knows how subjects
//! differ.
//!
//! `daypass explain` and `daypass simulate` print it; it is pure.

use daypass_aws::explanation::Check;
use daypass_aws::{Explanation, Reason};
use daypass_policy::{Decision, Effect, Layer, Mismatch, Outcome, StatementReport};

/// The likely mend; none for what was allowed, and where nothing can be said.
#[must_use]
pub fn mend(explanation: &Explanation) -> Option<String> {
    if explanation.allowed {
        return None;
    }
    match &explanation.reason {
        Some(Reason::Authentication { .. }) => {
            Some(of_authentication(explanation.error.as_deref().unwrap_or_default()))
        }
        Some(reason) => of_reason(reason),
        None => explanation.checks.iter().find_map(of_check),
    }
}

/// The likely mend of a call to this sandbox, where what belongs to another account has its own policy or none.
pub(crate) fn in_sandbox(explanation: &Explanation) -> Option<String> {
    let refused = explanation.checks.iter().find(|check| check.evaluation.decision != Decision::Allowed);
    let out_of_reach = refused
        .filter(|check| check.evaluation.decision == Decision::ImplicitlyDenied { layer: Layer::Resource });
    match out_of_reach {
        Some(check) => Some(format!(
            "`{}` belongs to another account: its own policy must allow the caller too, or assume a role of that \
             account",
            check.resource
        )),
        None => mend(explanation),
    }
}

fn of_reason(reason: &Reason) -> Option<String> {
    let first = |texts: &[String]| texts.first().cloned();
    Some(match reason {
        Reason::Audience { presented, registered } => match first(registered) {
            Some(known) => format!(
                "ask for a token with the audience `{known}`, or add `{presented}` to the provider's client ids"
            ),
            None => format!("add `{presented}` to the provider's client ids"),
        },
        // What AWS says of it tells more than the reason alone: see above.
        Reason::Authentication { .. } => return None,
        Reason::Keys { .. } => {
            "check that the issuer's keys can be reached, or list the issuer in daypass.toml with `jwks_file`"
                .to_owned()
        }
        Reason::FormerRole { trusted } => {
            format!("write the trust policy again if `{trusted}` as it is now is to be trusted")
        }
        Reason::MalformedPolicy { place, hint } => match hint {
            Some(hint) => format!("mend the policy at {place}: {hint}"),
            None => format!("mend the policy at {place}"),
        },
        Reason::Provider { presented, .. } => {
            format!("create an OpenID Connect provider for `{presented}`")
        }
        Reason::Role { near: Some(near), .. } => format!("ask for `{near}`"),
        Reason::Role { presented, near: None } => {
            format!("create the role `{presented}`, or ask for one that is there")
        }
        Reason::RolesClaim { .. } => {
            "name the role in the token's roles claim, or leave that claim out".to_owned()
        }
        Reason::Token { .. } => {
            "show a token that the issuer made a moment ago, whole and unaltered".to_owned()
        }
        Reason::UnavailableKey { policy, key } => {
            format!("take the condition on `{key}` out of `{policy}`, or name the resources instead")
        }
        Reason::UnknownCall { .. } => {
            "call an operation that the GUIDE lists under \"Another service behind daypass\"".to_owned()
        }
        Reason::UnreadablePolicy { policy, .. } => format!("write the policy `{policy}` again"),
    })
}

/// By AWS's code and words.
fn of_authentication(error: &str) -> String {
    if error.starts_with("ExpiredToken") {
        "exchange a new token, or ask for a longer session: none is ever prolonged"
    } else if error.contains("Please use AWS4-HMAC-SHA256") {
        "signature version 2 is taken in presigned URLs, and for what it signs: sign with version 4, \
         `aws configure set default.s3.signature_version s3v4`"
    } else if error.contains("Request has expired") {
        "presign the URL again, for longer if need be: `aws s3 presign --expires-in SECONDS`"
    } else {
        "check the access key, the session token and the clock of whoever signed the request"
    }
    .to_owned()
}

fn of_check(check: &Check) -> Option<String> {
    let layer = match &check.evaluation.decision {
        Decision::Allowed => return None,
        Decision::ExplicitlyDenied { policy, statement, .. } => {
            let number = statement + 1;
            return Some(format!(
                "statement {number} of `{policy}` denies it, and no other statement can allow it: narrow or remove that one"
            ));
        }
        Decision::ImplicitlyDenied { layer } => *layer,
    };
    let reports = check.evaluation.layers.iter().filter(|report| report.layer == layer);
    let allowing =
        reports.flat_map(|report| &report.statements).filter(|report| report.effect == Effect::Allow);
    let nearest = allowing.filter_map(failed).max_by_key(|(_, mismatch)| progress(mismatch));
    Some(match nearest {
        Some((report, mismatch)) => of_mismatch(check, layer, report, mismatch),
        None => nothing_allows(check, layer),
    })
}

fn failed(report: &StatementReport) -> Option<(&StatementReport, &Mismatch)> {
    match &report.outcome {
        Outcome::Failed(mismatch) => Some((report, mismatch)),
        Outcome::Matched => None,
    }
}

/// How far a statement came before it failed; a subject that differs is what most likely was meant to match.
fn progress(mismatch: &Mismatch) -> u8 {
    match mismatch {
        Mismatch::Principal { .. } => 0,
        Mismatch::Action { .. } => 1,
        Mismatch::Resource { .. } => 2,
        Mismatch::Condition { .. } => 3,
    }
}

fn of_mismatch(check: &Check, layer: Layer, report: &StatementReport, mismatch: &Mismatch) -> String {
    let (policy, line) = (&report.policy, report.line);
    match mismatch {
        Mismatch::Action { .. } => nothing_allows(check, layer),
        Mismatch::Condition { operator, key, wanted, presented, .. } => {
            of_condition(operator, key, wanted, presented.as_deref())
                .unwrap_or_else(|| format!("in `{policy}` line {line}: {mismatch}"))
        }
        Mismatch::Principal { presented, .. } => {
            format!(
                "name `{presented}` in the Principal of `{policy}` line {line}, or call as one that it names"
            )
        }
        Mismatch::Resource { wanted, presented, negated: false, .. } => {
            match object_of_bucket(wanted, presented) {
                Some(sentence) => sentence,
                None => format!("add `{presented}` to the Resource of `{policy}` line {line}"),
            }
        }
        Mismatch::Resource { presented, .. } => {
            format!("take `{presented}` out of the NotResource of `{policy}` line {line}")
        }
    }
}

fn of_condition(
    operator: &str,
    key: &str,
    wanted: &[String],
    presented: Option<&[String]>,
) -> Option<String> {
    let Some(presented) = presented else {
        return Some(format!("the request has no key `{key}`; the policy asks for one of {}", list(wanted)));
    };
    if operator.contains("Not") {
        return None;
    }
    let [only] = presented else { return None };
    if has_suffix(key, ":sub") {
        return daypass_github::mend(wanted, only);
    }
    if has_suffix(key, ":aud") {
        return Some(format!(
            "the token is made out to `{only}` and the policy asks for {}: ask for a token with that audience",
            list(wanted)
        ));
    }
    None
}

/// `arn:aws:s3:::bucket` and `arn:aws:s3:::bucket/*` are different resources, and each is often forgotten.
fn object_of_bucket(wanted: &[String], presented: &str) -> Option<String> {
    let bucket = presented.strip_prefix("arn:aws:s3:::")?;
    if bucket.contains('/') {
        let own = bucket.split_once('/').map(|(bucket, _)| format!("arn:aws:s3:::{bucket}"))?;
        return wanted
            .contains(&own)
            .then(|| format!("`{own}` is the bucket alone; its objects are `{own}/*`"));
    }
    wanted.contains(&format!("{presented}/*")).then(|| {
        format!("`{presented}/*` are the bucket's objects alone; the bucket itself is `{presented}`")
    })
}

fn nothing_allows(check: &Check, layer: Layer) -> String {
    format!("add a statement that allows `{}` on `{}` to the {layer}", check.action, check.resource)
}

fn has_suffix(key: &str, suffix: &str) -> bool {
    let start = key.len().checked_sub(suffix.len());
    start.and_then(|start| key.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(suffix))
}

fn list(texts: &[String]) -> String {
    texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use daypass_policy::{Evaluation, LayerReport};

    use super::*;

    fn denied(layer: Layer, statements: Vec<StatementReport>) -> Explanation {
        let evaluation = Evaluation {
            decision: Decision::ImplicitlyDenied { layer },
            layers: vec![LayerReport { layer, level: None, statements }],
        };
        let check = Check {
            action: "s3:PutObject".to_owned(),
            resource: "arn:aws:s3:::site/a".to_owned(),
            evaluation,
        };
        Explanation {
            operation: "PutObject".to_owned(),
            allowed: false,
            caller: None,
            error: None,
            reason: None,
            checks: vec![check],
            claims: None,
            mend: None,
        }
    }

    fn statement(mismatch: Mismatch) -> StatementReport {
        StatementReport {
            policy: "deploy".to_owned(),
            index: 0,
            sid: None,
            effect: Effect::Allow,
            line: 4,
            outcome: Outcome::Failed(mismatch),
        }
    }

    fn condition(operator: &str, key: &str, wanted: &str, presented: Option<&str>) -> StatementReport {
        statement(Mismatch::Condition {
            operator: operator.to_owned(),
            key: key.to_owned(),
            wanted: vec![wanted.to_owned()],
            written: None,
            presented: presented.map(|text| vec![text.to_owned()]),
        })
    }

    const SUB: &str = "token.actions.githubusercontent.com:sub";

    #[test]
    fn a_subject_that_differs_is_explained_by_what_the_job_does() {
        let wanted = "repo:octo-org/octo-repo:ref:refs/heads/main";
        let presented = "repo:octo-org/octo-repo:environment:production";
        let explanation = denied(Layer::Trust, vec![condition("StringEquals", SUB, wanted, Some(presented))]);
        assert_eq!(
            mend(&explanation).unwrap(),
            "the job sets `environment: production`, so GitHub's subject is \
             `repo:octo-org/octo-repo:environment:production`; the policy asks for \
             `repo:octo-org/octo-repo:ref:refs/heads/main`"
        );
    }

    #[test]
    fn the_statement_that_came_furthest_is_the_one_that_was_meant() {
        let resource = statement(Mismatch::Resource {
            wanted: vec!["arn:aws:s3:::site".to_owned()],
            written: None,
            presented: "arn:aws:s3:::site/a".to_owned(),
            negated: false,
        });
        let action = statement(Mismatch::Action {
            wanted: vec!["s3:GetObject".to_owned()],
            presented: "s3:PutObject".to_owned(),
            negated: false,
        });
        let explanation = denied(Layer::Identity, vec![action.clone(), resource, action.clone()]);
        assert_eq!(
            mend(&explanation).unwrap(),
            "`arn:aws:s3:::site` is the bucket alone; its objects are `arn:aws:s3:::site/*`"
        );
        let nothing =
            "add a statement that allows `s3:PutObject` on `arn:aws:s3:::site/a` to the identity policies";
        assert_eq!(mend(&denied(Layer::Identity, vec![action])).unwrap(), nothing);
        assert_eq!(mend(&denied(Layer::Identity, Vec::new())).unwrap(), nothing);
    }

    #[test]
    fn audiences_and_absent_keys() {
        let aud = "token.actions.githubusercontent.com:AUD";
        let explanation = denied(
            Layer::Trust,
            vec![condition("StringEquals", aud, "sts.amazonaws.com", Some("https://github.com/o"))],
        );
        assert_eq!(
            mend(&explanation).unwrap(),
            "the token is made out to `https://github.com/o` and the policy asks for `sts.amazonaws.com`: ask for a \
             token with that audience"
        );
        let explanation =
            denied(Layer::Trust, vec![condition("StringEquals", "aws:SourceIp", "10.0.0.1", None)]);
        assert_eq!(
            mend(&explanation).unwrap(),
            "the request has no key `aws:SourceIp`; the policy asks for one of `10.0.0.1`"
        );
    }

    #[test]
    fn whoever_is_not_let_in_reads_what_to_do_next() {
        let expect = |error: &str, start: &str| {
            let explanation = Explanation {
                error: Some(error.to_owned()),
                reason: Some(Reason::Authentication { detail: String::new() }),
                ..denied(Layer::Identity, Vec::new())
            };
            let mend = mend(&explanation).unwrap();
            assert!(mend.starts_with(start), "{error}: {mend}");
        };
        expect("ExpiredToken: The security token included in the request is expired", "exchange a new token");
        expect(
            "ExpiredTokenException: The security token included in the request is expired",
            "exchange a new",
        );
        let outdated = "InvalidRequest: The authorization mechanism you have provided is not supported. Please use \
                        AWS4-HMAC-SHA256.";
        expect(
            outdated,
            "signature version 2 is taken in presigned URLs, and for what it signs: sign with version 4",
        );
        expect("AccessDenied: Request has expired", "presign the URL again");
        expect(
            "InvalidClientTokenId: The security token included in the request is invalid.",
            "check the access key",
        );
    }

    #[test]
    fn another_accounts_bucket_is_out_of_reach_in_a_sandbox_alone() {
        let explanation = denied(Layer::Resource, Vec::new());
        assert!(mend(&explanation).unwrap().ends_with("to the resource policy"));
        assert!(in_sandbox(&explanation).unwrap().ends_with("assume a role of that account"));
    }

    #[test]
    fn an_explicit_deny_and_an_allowed_call() {
        let mut explanation = denied(Layer::Identity, Vec::new());
        for check in &mut explanation.checks {
            check.evaluation.decision = Decision::ExplicitlyDenied {
                layer: Layer::Identity,
                policy: "guard".to_owned(),
                statement: 1,
            };
        }
        assert_eq!(
            mend(&explanation).unwrap(),
            "statement 2 of `guard` denies it, and no other statement can allow it: narrow or remove that one"
        );
        explanation.allowed = true;
        assert_eq!(mend(&explanation), None);
    }
}
