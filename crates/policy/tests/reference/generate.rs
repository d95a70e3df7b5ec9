//! Questions from numbers. The pools are small, so that what policies want and what requests present often meet.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::question::{Asking, Question};

pub(crate) const ACCOUNT: &str = "123456789012";
const ROOT: &str = "arn:aws:iam::123456789012:root";
const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";
const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/deploy/run-1";
const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const SERVICE: &str = "ec2.amazonaws.com";

const COMPARISONS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
    "Null",
];

const ACTIONS: [&str; 5] =
    ["s3:PutObject", "s3:getobject", "s3:GetObjectTagging", "lambda:InvokeFunction", "sts:TagSession"];

const RESOURCES: [&str; 6] = [
    "arn:aws:s3:::site/index.html",
    "arn:aws:s3:::site/team-a/x",
    "arn:aws:s3:::site",
    "arn:aws:lambda:eu-west-1:123456789012:function:deploy",
    "arn:aws:lambda:eu-west-1:1:x-1:123456789012:function:deploy",
    "*",
];

/// Keys and what requests present for them.
const KEYS: [(&str, &[&str]); 8] = [
    ("t:text", &["team-a", "TEAM-A", "*", "", "team-b", "\u{dc}ber"]),
    ("t:number", &["10", "-2.5", "0010.0", "ten", "2.500001"]),
    (
        "t:date",
        &["2026-01-31T12:00:00Z", "2026-01-31", "1769860800", "2026", "2026-01-31T13:00:00+01:00", "soon"],
    ),
    ("t:flag", &["true", "FALSE", "maybe"]),
    ("t:bytes", &["YQ==", "YWI=", "YR=="]),
    ("t:address", &["10.1.2.3", "2001:db8::7", "10.200.0.1", "nowhere"]),
    ("t:arn", &[ROLE, SESSION, "arn:aws:s3:::site/a:b", "no-arn"]),
    (MANY, &["team-a", "10", "true", "10.1.2.3", ROLE, "2026-01-31", "YQ==", ""]),
];

/// The key that may have several values.
const MANY: &str = "t:many";

/// A key that no request has.
const NEVER: &str = "t:never";

pub(crate) fn is_multivalued(key: &str) -> bool {
    key == MANY
}

/// Numbers from a number: xorshift64*, which needs no library and repeats itself everywhere.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        let mut dice = Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for _ in 0..4 {
            dice.below(2);
        }
        dice
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let mixed = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(mixed).unwrap() % bound
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// One value, alone or in a list, or several.
    fn some(&mut self, from: &[&str], most: usize) -> Value {
        if self.one_in(3) {
            return json!(self.pick(from));
        }
        let count = 1 + self.below(most);
        (0..count).map(|_| json!(self.pick(from))).collect()
    }
}

pub(crate) fn question(seed: u64) -> Question {
    let mut dice = Dice::new(seed);
    let mut question = blank(&mut dice);
    let is_of_account = matches!(question.asking, Asking::Aws { .. });
    question.identity = policies(&mut dice, At::Identity, 2);
    if is_of_account {
        question.session = dice.one_in(4).then(|| policies(&mut dice, At::Session, 1));
        question.boundary = dice.one_in(4).then(|| policy(&mut dice, At::Identity));
        if dice.one_in(4) {
            let levels = 1 + dice.below(2);
            question.service_control =
                (0..levels).map(|_| policies(&mut dice, At::ServiceControl, 1)).collect();
        }
    }
    if dice.one_in(2) {
        question.resource_policies = policies(&mut dice, At::Resource, 2);
    }
    if dice.one_in(5) {
        let levels = 1 + dice.below(2);
        question.resource_control =
            (0..levels).map(|_| policies(&mut dice, At::ResourceControl, 1)).collect();
    }
    question.resource_account = match dice.below(4) {
        0 => Some("999999999999".to_owned()),
        1 => Some(ACCOUNT.to_owned()),
        _ => None,
    };
    question
}

pub(crate) fn trust_question(seed: u64) -> Question {
    let mut dice = Dice::new(seed ^ 0x7275_7374);
    let mut question = blank(&mut dice);
    question.action =
        dice.pick(&["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:TagSession"]).to_owned();
    question.resource = ROLE.to_owned();
    question.trust = policy(&mut dice, At::Trust);
    question
}

fn blank(dice: &mut Dice) -> Question {
    let aws = |arns: &[&str]| Asking::Aws {
        arns: arns.iter().map(|arn| (*arn).to_owned()).collect(),
        account: ACCOUNT.to_owned(),
    };
    Question {
        asking: match dice.below(10) {
            0 => Asking::Anonymous,
            1 => Asking::Federated(PROVIDER.to_owned()),
            2 => Asking::Service(SERVICE.to_owned()),
            3 => aws(&[ROOT]),
            4 => aws(&[ROLE]),
            _ => aws(&[SESSION, ROLE]),
        },
        action: dice.pick(&ACTIONS).to_owned(),
        resource: dice.pick(&RESOURCES).to_owned(),
        resource_account: None,
        context: context(dice),
        identity: Vec::new(),
        session: None,
        boundary: None,
        resource_policies: Vec::new(),
        service_control: Vec::new(),
        resource_control: Vec::new(),
        trust: Value::Null,
    }
}

fn context(dice: &mut Dice) -> BTreeMap<String, Vec<String>> {
    let mut context = BTreeMap::new();
    for (key, values) in KEYS {
        if dice.one_in(4) {
            continue;
        }
        let count = if is_multivalued(key) { dice.below(4) } else { 1 };
        context.insert(key.to_owned(), (0..count).map(|_| dice.pick(values).to_owned()).collect());
    }
    context
}

/// Where a policy hangs, which says what may stand in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// The caller's own, and its boundary.
    Identity,
    Resource,
    ResourceControl,
    ServiceControl,
    Session,
    Trust,
}

fn policies(dice: &mut Dice, at: At, most: usize) -> Vec<Value> {
    let count = if dice.one_in(8) { 0 } else { 1 + dice.below(most) };
    (0..count).map(|_| policy(dice, at)).collect()
}

fn policy(dice: &mut Dice, at: At) -> Value {
    let is_control = matches!(at, At::ResourceControl | At::ServiceControl);
    let is_new = is_control || !dice.one_in(4);
    let mut statements: Vec<Value> = (0..=dice.below(2)).map(|_| statement(dice, at, is_new)).collect();
    // What hangs at every account of an organisation from the start.
    if is_control && !dice.one_in(5) {
        statements.push(full(at));
    }
    let version = if is_new { "2012-10-17" } else { "2008-10-17" };
    match (statements.as_slice(), dice.one_in(2)) {
        ([one], true) => json!({ "Version": version, "Statement": one }),
        _ => json!({ "Version": version, "Statement": statements }),
    }
}

fn full(at: At) -> Value {
    let mut statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    if at == At::ResourceControl {
        statement["Principal"] = json!("*");
    }
    statement
}

fn statement(dice: &mut Dice, at: At, is_new: bool) -> Value {
    let denies = at == At::ResourceControl || dice.one_in(5);
    let mut statement = Map::new();
    statement.insert("Effect".to_owned(), json!(if denies { "Deny" } else { "Allow" }));
    let negated = |dice: &mut Dice, name: &str| {
        if dice.one_in(6) { format!("Not{name}") } else { name.to_owned() }
    };
    match at {
        At::Identity | At::ServiceControl | At::Session => {}
        At::Resource | At::Trust => {
            let name = if denies && dice.one_in(3) { "NotPrincipal" } else { "Principal" };
            statement.insert(name.to_owned(), principals(dice));
        }
        At::ResourceControl => {
            statement.insert("Principal".to_owned(), json!("*"));
        }
    }
    if at == At::Trust {
        let actions =
            ["sts:AssumeRole*", "STS:assumerole", "sts:AssumeRoleWithWebIdentity", "sts:T?gSession"];
        statement.insert("Action".to_owned(), dice.some(&actions, 2));
    } else {
        let actions =
            ["*", "s3:*", "S3:putobject", "s3:Get*", "s3:?utObject", "lambda:Invoke*", "s3:*Object*"];
        let name = if at == At::ResourceControl { "Action".to_owned() } else { negated(dice, "Action") };
        statement.insert(name, dice.some(&actions, 3));
        statement.insert(negated(dice, "Resource"), resources(dice, at, is_new));
    }
    if dice.one_in(2) {
        statement.insert("Condition".to_owned(), conditions(dice, is_new));
    }
    Value::Object(statement)
}

fn resources(dice: &mut Dice, at: At, is_new: bool) -> Value {
    let mut pool = vec![
        "*",
        "*",
        "arn:aws:s3:::site/*",
        "arn:aws:s3:::s?te*",
        "arn:aws:s3:::site",
        "arn:*:s3:::*/index.html",
        "arn:aws:lambda:eu-*-1:123456789012:function:*",
        "arn:aws:lambda:*:function:deploy",
        "arn:aws:lambda:eu-west-?:*:deploy",
    ];
    if at == At::Identity {
        pool.push("arn:aws:lambda");
    }
    if at != At::Session {
        pool.push("arn:aws:s3:*");
    }
    if is_new {
        pool.extend([
            "arn:aws:s3:::site/${t:text}/x",
            "arn:aws:s3:::site/${t:none, 'team-a'}/?",
            "arn:aws:s3:::${t:many}/*",
            "arn:aws:s3:::site/${T:Text,'team-a'}/*",
            "arn:aws:s3:::${$}{x}",
            "arn:aws:s3:::site/${*}",
        ]);
    } else {
        pool.push("arn:aws:s3:::site/${t:text}/x");
    }
    dice.some(&pool, 3)
}

fn principals(dice: &mut Dice) -> Value {
    if dice.one_in(5) {
        return json!("*");
    }
    let mut kinds = Map::new();
    let aws =
        [ROLE, ROLE, SESSION, ACCOUNT, ROOT, "999999999999", "*", "arn:aws:iam::123456789012:role/other"];
    if !dice.one_in(4) {
        kinds.insert("AWS".to_owned(), dice.some(&aws, 4));
    }
    if dice.one_in(4) {
        kinds.insert("Federated".to_owned(), dice.some(&[PROVIDER, "accounts.google.com"], 2));
    }
    if kinds.is_empty() || dice.one_in(4) {
        kinds.insert("Service".to_owned(), dice.some(&[SERVICE, "lambda.amazonaws.com"], 2));
    }
    Value::Object(kinds)
}

fn conditions(dice: &mut Dice, is_new: bool) -> Value {
    let mut blocks = Map::new();
    for _ in 0..=dice.below(2) {
        let comparison = COMPARISONS[dice.below(COMPARISONS.len())];
        let is_null = comparison == "Null";
        let quantifier = if is_null { "" } else { dice.pick(&["", "", "ForAllValues:", "ForAnyValue:"]) };
        let suffix = if !is_null && dice.one_in(4) { "IfExists" } else { "" };
        let mut keys = Map::new();
        for _ in 0..=dice.below(2) {
            let values = wanted(comparison, is_new);
            let value = if dice.one_in(12) { json!([]) } else { dice.some(&values, 3) };
            keys.insert(key(dice, comparison), value);
        }
        blocks.insert(format!("{quantifier}{comparison}{suffix}"), Value::Object(keys));
    }
    Value::Object(blocks)
}

/// Mostly a key that the operator can read.
fn key(dice: &mut Dice, comparison: &str) -> String {
    let own = match comparison {
        name if name.starts_with("String") => "t:Text",
        name if name.starts_with("Numeric") => "T:number",
        name if name.starts_with("Date") => "t:date",
        name if name.starts_with("Arn") => "t:arn",
        name if name.ends_with("IpAddress") => "t:address",
        "Bool" => "t:flag",
        "BinaryEquals" => "t:bytes",
        _ => "t:text",
    };
    dice.pick(&[own, own, own, MANY, MANY, NEVER]).to_owned()
}

fn wanted(comparison: &str, is_new: bool) -> Vec<&'static str> {
    let mut values = match comparison {
        name if name.starts_with("String") => vec!["team-a", "team-*", "t?am-b", "*", "", "\u{fc}ber", "10"],
        name if name.starts_with("Numeric") => vec!["10", "-2.5", "2.5", "9.999999", "+10"],
        name if name.starts_with("Date") => {
            vec![
                "2026-01-31T12:00:00Z",
                "2026-01-31",
                "1769860800",
                "2026",
                "2026-01-31T11:30-00:30",
                "2026-02",
            ]
        }
        name if name.starts_with("Arn") => vec![
            ROLE,
            "arn:aws:iam::*:role/*",
            "arn:aws:sts::?????????012:assumed-role/*/run-?",
            "arn:*:*:*:*:*",
            "arn:aws:s3:::site/*",
        ],
        name if name.ends_with("IpAddress") => {
            vec!["10.0.0.0/8", "10.1.2.3", "2001:DB8::/32", "0.0.0.0/0", "10.128.0.0/9"]
        }
        "BinaryEquals" => vec!["YQ==", "YWI="],
        _ => vec!["true", "false", "True"],
    };
    let takes_variables = ["String", "Arn", "Bool"].iter().any(|family| comparison.starts_with(family));
    if takes_variables && is_new {
        let variable = if comparison == "Bool" { "${t:flag}" } else { "${t:text}" };
        values.push(variable);
    }
    if comparison.starts_with("Arn") && is_new {
        values.extend(["${t:arn}", "arn:aws:iam::*:role/${t:never, 'deploy'}"]);
    }
    if comparison.starts_with("String") && is_new {
        values.extend([
            "${t:never}",
            "${t:never, 'team-a'}",
            "te${t:many}",
            "${t:many, 'team-a'}",
            "${*}",
            "${t:text}*",
        ]);
    }
    values
}
