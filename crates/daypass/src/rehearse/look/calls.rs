//! The `aws` commands of a job's scripts, and whether the role may do what they need.

use std::collections::{BTreeMap, VecDeque};

use daypass_github::expression::Context;
use daypass_github::workflow::{Step, Text};
use daypass_targets::command_line::{FoundCommand, Needs, Part, Place, Word, commands, needs};
use serde_json::{Value, json};

use super::{CallLook, Called, Verdict};
use crate::rehearse::configure::Asked;
use crate::rehearse::partial::{self, Known};

/// The most calls that are asked about for one job: what the sandbox takes.
const CALLS_MAX: usize = 1_000;
/// Characters of a command that are shown.
const COMMAND_CHARACTERS: usize = 60;
/// What a script says that changes whose credentials its calls are made with.
const CHANGES: [&str; 5] =
    ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY", "assume-role", "aws configure"];

/// Why a call is not asked about where STS refuses.
pub(super) const NO_CREDENTIALS: &str = "there are no credentials";
/// Why a call is not asked about where the role is not known.
pub(super) const NO_ROLE: &str = "which role it has is not known yet";

/// The scripts between two steps that get credentials.
#[derive(Default)]
pub(super) struct Scripts {
    scripts: Vec<Script>,
    /// What is asked about, in the order of the questions, and what is not.
    calls: Vec<CallLook>,
}

/// A script, as far as it is known.
struct Script {
    /// The line of the file that its first line is.
    line: usize,
    text: String,
    env: BTreeMap<String, String>,
}

impl Scripts {
    /// One more script of a job.
    pub(super) fn add(&mut self, step: &Step, run: &Text, context: &Context) {
        let text = partial::script(&run.value, context);
        let mut env = BTreeMap::new();
        if let Some(of_job) = context.values.get("env").and_then(Value::as_object) {
            env.extend(
                of_job.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))),
            );
        }
        for (name, text) in &step.env {
            match partial::text(&text.value, context) {
                Known::Text(value) => drop(env.insert(name.clone(), value)),
                Known::Later(_) | Known::Wrong(_) => drop(env.remove(name)),
            }
        }
        self.scripts.push(Script { line: run.line, text, env });
    }

    /// Finds what the scripts need of the role that is asked for.
    pub(super) fn with(&mut self, asked: &Asked) {
        let account = asked.role.split(':').nth(4).unwrap_or_default().to_owned();
        let place = Place { account: &account, region: &asked.region };
        let mut changed = false;
        for script in std::mem::take(&mut self.scripts) {
            changed |= CHANGES.iter().any(|word| script.text.contains(word));
            let found = script.calls(&place);
            let others = "a script changes its credentials, and these may be others";
            self.calls.extend(found.into_iter().map(|call| match call.reason {
                None if changed => CallLook { reason: Some(others.to_owned()), ..call },
                _ => call,
            }));
        }
        for call in self.calls.iter_mut().filter(|call| call.reason.is_none()).skip(CALLS_MAX) {
            call.reason = Some(format!("a rehearsal asks about {CALLS_MAX} calls of a job"));
        }
    }

    /// What is asked about.
    pub(super) fn questions(&self) -> Vec<Value> {
        let asked = self.calls.iter().filter(|call| call.reason.is_none());
        asked.map(|call| json!({ "action": call.action, "resource": call.resource })).collect()
    }

    /// The calls, with what was answered about them.
    pub(super) fn answered(&mut self, verdict: Verdict, answers: &[Called]) -> Vec<CallLook> {
        let place = Place { account: "*", region: "*" };
        for script in std::mem::take(&mut self.scripts) {
            self.calls.extend(script.calls(&place));
        }
        let mut answers: VecDeque<&Called> = answers.iter().collect();
        let mut calls = std::mem::take(&mut self.calls);
        for call in calls.iter_mut().filter(|call| call.reason.is_none()) {
            match answers.pop_front() {
                Some(answer) => {
                    call.verdict = if answer.allowed { Verdict::Allowed } else { Verdict::Denied };
                    call.reason.clone_from(&answer.message);
                    call.mend.clone_from(&answer.mend);
                }
                None if verdict == Verdict::Denied => call.reason = Some(NO_CREDENTIALS.to_owned()),
                None => call.reason = Some(NO_ROLE.to_owned()),
            }
        }
        calls
    }

    /// The calls of scripts that no step gets credentials for.
    pub(super) fn without_credentials(&mut self) -> Vec<CallLook> {
        let place = Place { account: "*", region: "*" };
        let scripts = std::mem::take(&mut self.scripts);
        let calls = scripts.into_iter().flat_map(|script| script.calls(&place));
        let none = "no step before it gets credentials";
        calls.map(|call| CallLook { reason: call.reason.or_else(|| Some(none.to_owned())), ..call }).collect()
    }
}

impl Script {
    fn calls(&self, place: &Place<'_>) -> Vec<CallLook> {
        let found = match commands(&self.text) {
            Ok(found) => found,
            Err(error) => return vec![unread(self.line, "the script", error.to_string())],
        };
        found.iter().flat_map(|command| self.of_command(command, place)).collect()
    }

    fn of_command(&self, command: &FoundCommand, place: &Place<'_>) -> Vec<CallLook> {
        let line = self.line + command.line - 1;
        let words = command.words.iter().map(|word| self.with_variables(word)).collect();
        let command = FoundCommand { line: command.line, words };
        let said = shown(&command);
        let needs = match needs(&command, place) {
            Ok(needs) => needs,
            Err(unreadable) => return vec![unread(line, &said, unreadable.why.to_string())],
        };
        let reason = elsewhere(&needs);
        let calls = needs.calls.into_iter().map(|call| CallLook {
            line,
            command: said.clone(),
            action: Some(call.action),
            resource: Some(call.resource.arn),
            exact: call.resource.exact,
            verdict: Verdict::Unknown,
            reason: reason.clone(),
            mend: None,
        });
        calls.collect()
    }

    /// The word with the variables of the step's `env` in it, where that makes all of it known and still one word.
    fn with_variables(&self, word: &Word) -> Word {
        if word.text().is_some() {
            return word.clone();
        }
        let mut text = String::new();
        for part in word.parts() {
            match part {
                Part::Known(known) => text.push_str(known),
                Part::Unknown(source) => match self.variable(source) {
                    Some(value) if !word.may_split() || !may_split(value) => text.push_str(value),
                    _ => return word.clone(),
                },
            }
        }
        Word::known(&text)
    }

    /// The value of `$NAME` or `${NAME}`, if the script does not set it itself.
    fn variable(&self, source: &str) -> Option<&String> {
        let name = source.strip_prefix('$')?;
        let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
        self.env.get(name).filter(|_| !is_set_in(&self.text, name))
    }
}

/// Whether a script names a variable other than to read it.
fn is_set_in(script: &str, name: &str) -> bool {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    script.match_indices(name).any(|(at, _)| {
        let before = script.get(..at).and_then(|text| text.chars().next_back());
        let behind = script.get(at + name.len()..).and_then(|text| text.chars().next());
        let is_whole = !before.is_some_and(is_of_name) && !behind.is_some_and(is_of_name);
        is_whole && !matches!(before, Some('$' | '{'))
    })
}

/// Whether bash may make several words of a value, or another one.
fn may_split(value: &str) -> bool {
    value.is_empty()
        || value.contains(|letter: char| letter.is_whitespace() || matches!(letter, '*' | '?' | '['))
}

/// Why a call is not one of the role's at AWS.
fn elsewhere(needs: &Needs) -> Option<String> {
    let profile =
        needs.profile.as_ref().map(|profile| format!("its credentials are those of the profile `{profile}`"));
    let endpoint = || needs.endpoint.as_ref().map(|endpoint| format!("it goes to `{endpoint}`"));
    profile.or_else(endpoint)
}

fn unread(line: usize, command: &str, why: String) -> CallLook {
    CallLook {
        line,
        command: command.to_owned(),
        action: None,
        resource: None,
        exact: false,
        verdict: Verdict::Unknown,
        reason: Some(why),
        mend: None,
    }
}

fn shown(command: &FoundCommand) -> String {
    let words = command.words.iter().map(ToString::to_string);
    let whole: Vec<String> = std::iter::once("aws".to_owned()).chain(words).collect();
    let whole = whole.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    if whole.chars().count() <= COMMAND_CHARACTERS {
        return whole;
    }
    let cut: String = whole.chars().take(COMMAND_CHARACTERS).collect();
    format!("{cut}...")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(text: &str) -> Script {
        let env = [("BUCKET", "my-bucket"), ("LIST", "a b")];
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Script { line: 10, text: text.to_owned(), env }
    }

    #[test]
    fn variables_of_the_step_are_known() {
        let place = Place { account: "123456789012", region: "eu-west-1" };
        for (text, expected) in [
            ("aws s3 cp a s3://$BUCKET/x", "arn:aws:s3:::my-bucket/x"),
            ("aws s3 cp a \"s3://${BUCKET}/x\"", "arn:aws:s3:::my-bucket/x"),
            ("BUCKET=other\naws s3 cp a s3://$BUCKET/x", "arn:aws:s3:::*/x"),
            ("read BUCKET\naws s3 cp a s3://$BUCKET/x", "arn:aws:s3:::*/x"),
            ("aws s3 cp a s3://$LIST/x", "arn:aws:s3:::*/x"),
            ("aws s3 cp a s3://$OTHER/x", "arn:aws:s3:::*/x"),
        ] {
            let calls = script(text).calls(&place);
            assert_eq!(calls[0].resource.as_deref(), Some(expected), "{text}: {calls:?}");
            assert_eq!(calls[0].line, 9 + text.lines().count(), "{text}");
        }
    }

    #[test]
    fn calls_with_other_credentials_are_not_the_roles() {
        let asked = Asked {
            role: "arn:aws:iam::123456789012:role/deploy".to_owned(),
            region: "eu-west-1".to_owned(),
            audience: String::new(),
            duration_seconds: 3600,
            session_name: String::new(),
            policy: None,
            policy_arns: Vec::new(),
            allowed_accounts: Vec::new(),
            masks_account: false,
            outputs_credentials: false,
            exports_credentials: true,
        };
        for (text, expected) in [
            ("aws s3 rm s3://b/x", 1),
            ("aws s3 rm s3://b/x --profile other", 0),
            ("aws s3 rm s3://b/x --endpoint-url http://minio:9000", 0),
            ("export AWS_PROFILE=other; aws s3 rm s3://b/x", 0),
            ("aws $SERVICE list", 0),
            ("aws s3 rm 's3://b", 0),
        ] {
            let mut scripts = Scripts { scripts: vec![script(text)], calls: Vec::new() };
            scripts.with(&asked);
            assert_eq!(scripts.questions().len(), expected, "{text}");
            let calls = scripts.answered(Verdict::Denied, &[]);
            assert!(calls.iter().all(|call| call.reason.is_some()), "{text}: {calls:?}");
        }
    }
}
