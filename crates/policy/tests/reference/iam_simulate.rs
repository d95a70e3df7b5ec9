//! The same questions, put to `@cloud-copilot/iam-simulate` (npm), an evaluator that others wrote.
//!
//! Its core engine is called, since its front door drops condition keys that it does not know of, GitHub's among them.
//! Where it answers otherwise the question must be of a class that `docs/policy-differences.md` argues.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::differences::{self, Difference};
use crate::question::{Answer, Asking, Question};
use crate::{assert_often, generate, ours};

/// How many questions are asked; the other evaluator takes about a millisecond for each.
const QUESTIONS: u64 = 8_000;

/// So many in a hundred may be answered otherwise, or the comparison says little.
const DIFFERENT_PERCENT_MAX: u64 = 10;

/// Of the questions that both are expected to answer with an implicit deny, which most of what is generated comes to,
/// one of so many is asked.
const IMPLICIT_DENY_ONE_IN: u64 = 4;

#[test]
fn another_evaluator_answers_alike_but_for_the_differences_that_are_argued() {
    let questions: Vec<Asked> =
        (0..).filter_map(within_reach).take(usize::try_from(QUESTIONS).unwrap()).collect();
    let answers = simulate(&questions);
    assert_eq!(answers.len(), questions.len());
    let mut seen = [0; 3];
    let mut different: BTreeMap<Difference, u64> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for (asked, theirs) in questions.iter().zip(answers) {
        seen[asked.found as usize] += 1;
        if theirs == Ok(asked.found) {
            continue;
        }
        match asked.difference {
            Some(difference) => *different.entry(difference).or_default() += 1,
            None => unexplained.push(format!(
                "question {}: we say {:?} and iam-simulate {theirs:?}: {}",
                asked.seed,
                asked.found,
                in_json(&asked.question)
            )),
        }
    }
    println!(
        "{QUESTIONS} questions; allowed, explicitly and implicitly denied {seen:?}; different {different:?}"
    );
    assert!(unexplained.is_empty(), "{} without a class:\n{}", unexplained.len(), unexplained.join("\n"));
    let idle: Vec<_> = Difference::ALL.iter().filter(|class| !different.contains_key(class)).collect();
    assert!(idle.is_empty(), "no question shows {idle:?}; those shown: {different:?}");
    let total: u64 = different.values().sum();
    assert!(total * 100 <= QUESTIONS * DIFFERENT_PERCENT_MAX, "{total} of {QUESTIONS}: {different:?}");
    assert_often(seen);
}

#[test]
fn every_difference_is_argued() {
    let text = include_str!("../../../../docs/policy-differences.md");
    for difference in Difference::ALL {
        assert!(text.contains(&format!("\n## {difference:?}: ")), "{difference:?} has no section");
    }
    assert_eq!(text.matches("\n## ").count(), Difference::ALL.len(), "a section without a class");
}

/// A question, what it was made from and what is to be expected of it.
struct Asked {
    seed: u64,
    question: Question,
    found: Answer,
    difference: Option<Difference>,
}

/// A question as the other evaluator can be asked: with one session policy, one resource's policy, and a caller that it
/// knows; and with one difference at the most, so that an answer that differs has one cause.
fn within_reach(seed: u64) -> Option<Asked> {
    let mut question = generate::question(seed ^ 0x7369_6d75);
    let is_known = match &question.asking {
        Asking::Anonymous | Asking::Service(_) => true,
        Asking::Aws { arns, .. } => !arns[0].ends_with(":root"),
        Asking::Federated(_) => false,
    };
    question.resource_policies.truncate(1);
    if let Some(session) = &mut question.session {
        session.truncate(1);
        if session.is_empty() {
            return None;
        }
    }
    if !matches!(question.asking, Asking::Aws { .. }) {
        question.identity.clear();
    }
    // It takes the resource's policy of STS's actions for a role's trust policy, which is asked in another way here.
    let is_trust = question.action.starts_with("sts:") && !question.resource_policies.is_empty();
    let differences = differences::of(&question);
    if !is_known || is_trust || differences.len() > 1 {
        return None;
    }
    let found = ours::answer(&question);
    let is_rare = found != Answer::ImplicitlyDenied || seed.is_multiple_of(IMPLICIT_DENY_ONE_IN);
    is_rare.then(|| Asked { seed, question, found, difference: differences.first().copied() })
}

fn simulate(questions: &[Asked]) -> Vec<Result<Answer, String>> {
    let lines: Vec<String> = questions.iter().map(|asked| in_json(&asked.question).to_string()).collect();
    let mut node = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/iam_simulate.mjs"))
        .arg(package())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("node: {error}; run `cargo xtask test --only prerequisites`"));
    // It reads everything before it answers, so neither waits for the other.
    node.stdin.take().unwrap().write_all(lines.join("\n").as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    text.lines()
        .map(|line| match line {
            "Allowed" => Ok(Answer::Allowed),
            "ExplicitlyDenied" => Ok(Answer::ExplicitlyDenied),
            "ImplicitlyDenied" => Ok(Answer::ImplicitlyDenied),
            other => Err(other.to_owned()),
        })
        .collect()
}

fn package() -> PathBuf {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/clients/node/node_modules");
    let package = clients.join("@cloud-copilot/iam-simulate/dist/esm");
    assert!(
        package.is_dir(),
        "{} is missing: run `cargo xtask test --only prerequisites`",
        package.display()
    );
    package
}

fn in_json(question: &Question) -> Value {
    let context: BTreeMap<&String, Value> = question
        .context
        .iter()
        .map(|(key, values)| {
            let value = if generate::is_multivalued(key) { json!(values) } else { json!(values[0]) };
            (key, value)
        })
        .collect();
    json!({
        "principal": match &question.asking {
            Asking::Anonymous => Value::Null,
            Asking::Aws { arns, .. } => json!(arns[0]),
            Asking::Federated(name) | Asking::Service(name) => json!(name),
        },
        "action": question.action,
        "resource": question.resource,
        "account": question.resource_account.as_deref().unwrap_or(generate::ACCOUNT),
        "context": context,
        "identity": question.identity,
        "session": question.session.as_ref().map(|policies| &policies[0]),
        "boundary": question.boundary,
        "resourcePolicy": question.resource_policies.first(),
        "serviceControl": question.service_control,
        "resourceControl": question.resource_control,
    })
}
