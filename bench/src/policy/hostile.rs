//! The worst case: as many hostile patterns as a policy may hold, before a resource that almost matches each.

use std::time::Duration;

use daypass_policy::{Context, Document, Kind, Named, Policies, Principal, Request, Verdict, decide};

use super::cases::{ACCOUNT, ROLE, SESSION};
use super::timing::{median, time};
use super::{Lap, Options};
use crate::failure::Outcome;

/// Characters of all inline policies of a role together, which is the most that IAM keeps in one text: IAM user guide,
/// "IAM and AWS STS quotas".
const INLINE_CHARACTERS: usize = 10_240;
/// Bytes of an object's key: S3 user guide, "Naming Amazon S3 objects".
const KEY_BYTES: usize = 1_024;

/// One policy and its time.
#[derive(Debug)]
pub(super) struct Worst {
    pub(super) what: &'static str,
    pub(super) policy_bytes: usize,
    pub(super) decision: Duration,
}

/// Measures each kind of hostile policy.
pub(super) fn measure(options: &Options) -> Outcome<Vec<Worst>> {
    eprintln!("measuring hostile policies");
    let in_resources = |number: usize| format!("arn:aws:s3:::b/*a*a*a*a*a*b{number}");
    let in_conditions = |number: usize| format!("*a*a*a*a*a*b{number}");
    let with_marks = |number: usize| format!("arn:aws:s3:::b/*a?*a?*a?*a?*a?*b{number}");
    let one_long = "*a".repeat((INLINE_CHARACTERS - 200) / 2) + "b";
    let texts = [
        ("`*a*a*a*a*a*b` in Resource", resources(&fill(in_resources))),
        ("`*a?*a?*a?*a?*a?*b` in Resource", resources(&fill(with_marks))),
        ("`*a*a*a*a*a*b` in StringLike", conditions(&fill(in_conditions))),
        ("one pattern `*a*a...*ab` of the whole size", conditions(&format!("\"{one_long}\""))),
    ];
    texts.into_iter().map(|(what, text)| one(what, &text, options)).collect()
}

/// As many patterns as fit, as the items of a list.
fn fill(pattern: impl Fn(usize) -> String) -> String {
    let mut items = String::new();
    let mut number = 0;
    loop {
        let item = format!("\"{}\"", pattern(number));
        if items.len() + item.len() + 200 > INLINE_CHARACTERS {
            return items;
        }
        if number > 0 {
            items.push(',');
        }
        items.push_str(&item);
        number += 1;
    }
}

fn resources(patterns: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:*","Resource":[{patterns}]}}}}"#
    )
}

fn conditions(patterns: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{{"StringLike":{{"s3:prefix":[{patterns}]}}}}}}}}"#
    )
}

fn one(what: &'static str, text: &str, options: &Options) -> Outcome<Worst> {
    let document = Document::parse(Kind::Identity, text)?;
    let identity = [Named { name: "hostile", document: &document }];
    let mut context = Context::new();
    context.insert("s3:prefix", "a".repeat(KEY_BYTES));
    let resource = format!("arn:aws:s3:::b/{}", "a".repeat(KEY_BYTES));
    let request = Request {
        principal: Principal::Aws { arns: &[SESSION, ROLE], account: ACCOUNT },
        action: "s3:GetObject",
        resource: &resource,
        context: &context,
        resource_account: None,
    };
    let policies = Policies { identity: &identity, ..Policies::default() };
    if decide(&policies, &request) == Verdict::Allowed {
        return Err(format!("{what}: nothing may match").into());
    }
    let mut lap: Lap<'_> = Box::new(|| usize::from(decide(&policies, &request) == Verdict::Allowed));
    // A lap takes less than a millisecond, or the figure is bad anyway.
    let count = options.turn.as_millis().max(1) as usize;
    let mut times = Vec::new();
    for _ in 0..options.rounds {
        times.push(time(&mut lap, count)?.as_secs_f64() / count as f64);
    }
    Ok(Worst { what, policy_bytes: text.len(), decision: Duration::from_secs_f64(median(times)) })
}
