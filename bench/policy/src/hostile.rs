//! The worst case: as many hostile patterns as a policy may hold, before a resource that almost matches each.

use std::time::Duration;

use daypass_policy::{
    Context, Document, Kind, Named, POLICY_BYTES_MAX, Policies, Principal, Request, Verdict, decide,
};

use crate::Lap;
use crate::cases::{ACCOUNT, ROLE, SESSION};
use crate::failure::Outcome;
use crate::options::Options;
use crate::timing::{median, time, warm_up};

/// Characters of all inline policies of a role together, which is the most that IAM keeps in one text: IAM user guide,
/// "IAM and AWS STS quotas".
const INLINE_CHARACTERS: usize = 10_240;
/// Bytes of an object's key: S3 user guide, "Naming Amazon S3 objects".
const KEY_BYTES: usize = 1_024;
/// What a policy takes besides its patterns, in bytes, at the most.
const FRAME_BYTES: usize = 200;

/// One kind of hostile pattern, and its times.
#[derive(Debug)]
pub(crate) struct Worst {
    pub(crate) what: &'static str,
    /// In the largest policy that IAM keeps.
    pub(crate) legal: Duration,
    /// In the largest text that is read as a policy at all.
    pub(crate) readable: Duration,
}

/// The sizes that are measured, in bytes.
pub(crate) const SIZES: [usize; 2] = [INLINE_CHARACTERS, POLICY_BYTES_MAX];

/// Writes a policy around patterns.
type Frame = fn(&str) -> String;
/// Writes the pattern of a number.
type Pattern = fn(usize) -> String;

const KINDS: &[(&str, Frame, Pattern)] = &[
    ("`*a*a*a*a*a*b` in Resource", resources, |number| format!("arn:aws:s3:::b/{number}*a*a*a*a*a*b")),
    ("`*a*a*a*a*a*b*` in Resource", resources, |number| format!("arn:aws:s3:::b/*a*a*a*a*a*b{number}*")),
    ("`*a?*a?*a?*a?*b*` in Resource", resources, |number| format!("arn:aws:s3:::b/*a?*a?*a?*a?*b{number}*")),
    ("`*aaaaaaaab*` in Resource", resources, |number| format!("arn:aws:s3:::b/*aaaaaaaab{number}*")),
    ("`*a*a*a*a*a*b` in StringLike", conditions, |number| format!("{number}*a*a*a*a*a*b")),
    ("`*a*a*a*a*a*b*` in StringLike", conditions, |number| format!("*a*a*a*a*a*b{number}*")),
    ("`*a?*a?*a?*a?*b*` in StringLike", conditions, |number| format!("*a?*a?*a?*a?*b{number}*")),
    ("`*a*a`... 500 times, `b*` in StringLike", conditions, |number| {
        format!("{}b{number}*", "*a".repeat(500))
    }),
];

/// Measures each kind.
pub(crate) fn measure(options: &Options) -> Outcome<Vec<Worst>> {
    eprintln!("measuring hostile policies");
    let each = KINDS.iter().map(|(what, frame, pattern)| {
        let [legal, readable] = SIZES.map(|size| one(what, &frame(&fill(*pattern, size)), options));
        Ok(Worst { what, legal: legal?, readable: readable? })
    });
    each.collect()
}

/// As many patterns as fit, as the items of a list.
fn fill(pattern: Pattern, size: usize) -> String {
    let mut items = String::new();
    for number in 0.. {
        let item = format!("\"{}\"", pattern(number));
        if items.len() + item.len() + 1 + FRAME_BYTES > size {
            break;
        }
        if number > 0 {
            items.push(',');
        }
        items.push_str(&item);
    }
    items
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

fn one(what: &str, text: &str, options: &Options) -> Outcome<Duration> {
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
    let count = warm_up(&mut lap, options.turn)?;
    let mut times = Vec::new();
    for _ in 0..options.rounds {
        times.push(time(&mut lap, count)?.as_secs_f64() / count as f64);
    }
    Ok(Duration::from_secs_f64(median(times)))
}
