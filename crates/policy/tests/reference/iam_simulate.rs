//! The same questions, put to `@cloud-copilot/iam-simulate` (npm), an evaluator that others wrote.
//!
//! Its core engine is called, since its front door drops condition keys that it does not know of, GitHub's among them.
//! Where it answers otherwise the question must be of a class that `docs/policy-differences.md` argues.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::differences::{self, Difference};
use crate::question::{Answer, Asking, Question};
use crate::{assert_often, generate, ours};

/// How many questions are asked; the other evaluator takes about a millisecond for each.
const QUESTIONS: u64 = 8_000;

/// So many in a hundred may be answered otherwise, or the comparison says little.
const DIFFERENT_PERCENT_MAX: u64 = 10;

#[test]
fn another_evaluator_answers_alike_but_for_the_differences_that_are_argued() {
    let questions: Vec<Question> =
        (0..).filter_map(within_reach).take(usize::try_from(QUESTIONS).unwrap()).collect();
    assert_eq!(questions.len() as u64, QUESTIONS);
    let answers = simulate(&questions);
    assert_eq!(answers.len(), questions.len());
    let mut seen = [0; 3];
    let mut unexplained = Vec::new();
    let mut tally: BTreeMap<Difference, Tally> = BTreeMap::new();
    for (question, theirs) in questions.iter().zip(answers) {
        let found = ours::answer(question);
        seen[found as usize] += 1;
        let differences = differences::of(question);
        if let Some(difference) = differences.first() {
            let tally = tally.entry(*difference).or_default();
            tally.asked += 1;
            tally.different += u64::from(theirs != Ok(found));
        } else if theirs != Ok(found) {
            unexplained.push(format!("we say {found:?}, iam-simulate {theirs:?}: {}", in_json(question)));
        }
    }
    println!("{QUESTIONS} questions: {seen:?} allowed, denied in words, denied; {tally:?}");
    assert_eq!(unexplained.len(), 0, "nothing says why:\n{}", unexplained.join("\n"));
    assert_often(seen);
    let different: u64 = tally.values().map(|tally| tally.different).sum();
    assert!(different * 100 <= QUESTIONS * DIFFERENT_PERCENT_MAX, "{tally:?}");
    for difference in differences::ALL {
        let hit = tally.get(&difference).is_some_and(|tally| tally.different > 0);
        assert!(hit, "no question differs by {difference:?}: take it out");
    }
}

/// How often a difference stood in a question, and how often the answers differed.
#[derive(Debug, Default)]
struct Tally {
    asked: u64,
    different: u64,
}

/// A question as the other evaluator can be asked: with one session policy, one resource's policy, a caller that it
/// knows, and no action of STS, for which it wants a trust policy.
fn within_reach(seed: u64) -> Option<Question> {
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
    (is_known && !question.action.starts_with("sts:") && differences::of(&question).len() <= 1)
        .then_some(question)
}

fn simulate(questions: &[Question]) -> Vec<Result<Answer, String>> {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = questions.iter().map(|question| in_json(question).to_string()).collect();
    let input = folder.path().join("questions.jsonl");
    fs::write(&input, lines.join("\n")).unwrap();
    let output = Command::new("node")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/iam_simulate.mjs"))
        .arg(package())
        .arg(&input)
        .output()
        .unwrap();
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
