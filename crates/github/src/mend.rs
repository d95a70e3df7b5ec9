//! From a subject that did not match to the likely mend, in one sentence.

use crate::subject::escaped;

/// A subject taken apart. A wanted one may hold wildcards anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts<'a> {
    owner: &'a str,
    repository: &'a str,
    numbered: bool,
    context: Context<'a>,
}

/// What follows the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context<'a> {
    Environment(&'a str),
    PullRequest,
    Ref(&'a str),
    Other(&'a str),
}

/// How far a wanted subject is from the one presented: the nearest is the one whose mend is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Distance {
    Spelling,
    Form,
    Context,
    Repository,
    Owner,
    Foreign,
}

/// The likely mend where a subject matched none of the wanted values: what the job does, what the policy asks for, and
/// how the two come together. `None` where nothing can be said, which is so for subjects that are not GitHub's.
#[must_use]
pub fn mend(wanted: &[String], presented_subject: &str) -> Option<String> {
    let presented = Parts::read(presented_subject)?;
    wanted
        .iter()
        .filter(|wanted| *wanted != presented_subject)
        .map(|wanted| one(wanted, presented_subject, presented))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, sentence)| sentence)
}

/// The mend for one wanted value.
fn one(wanted: &str, subject: &str, presented: Parts<'_>) -> (Distance, String) {
    if wanted.trim() == subject {
        let sentence = format!("the policy asks for `{wanted}` with white space around it; take it out");
        return (Distance::Spelling, sentence);
    }
    if wanted.eq_ignore_ascii_case(subject) {
        let sentence = format!(
            "upper and lower case differ: GitHub's subject is `{subject}`, the policy asks for `{wanted}`; subjects are \
             compared with case"
        );
        return (Distance::Spelling, sentence);
    }
    if wanted.contains(['*', '?']) && matches(wanted, subject) {
        let sentence = format!(
            "the policy compares `{wanted}` with an operator that takes `*` and `?` literally; use StringLike"
        );
        return (Distance::Spelling, sentence);
    }
    let Some(parts) = Parts::read(wanted) else {
        let sentence = format!(
            "GitHub's subject is `{subject}`; the policy asks for `{wanted}`, which is not of the form \
             `repo:OWNER/REPOSITORY:...`"
        );
        return (Distance::Foreign, sentence);
    };
    if parts.numbered != presented.numbered {
        return numbers(wanted, subject, parts, presented);
    }
    if !matches(parts.owner, presented.owner) {
        let sentence = format!(
            "the token is from another owner: the job runs in `{}/{}`, the policy asks for `{}/{}`",
            presented.owner, presented.repository, parts.owner, parts.repository
        );
        return (Distance::Owner, sentence);
    }
    if !matches(parts.repository, presented.repository) {
        let sentence = format!(
            "the token is from another repository: the job runs in `{}/{}`, the policy asks for `{}/{}`",
            presented.owner, presented.repository, parts.owner, parts.repository
        );
        return (Distance::Repository, sentence);
    }
    context(wanted, subject, parts.context, presented.context)
}

/// One subject holds the numbers of owner and repository, the other does not.
fn numbers(wanted: &str, subject: &str, parts: Parts<'_>, presented: Parts<'_>) -> (Distance, String) {
    let same = matches(without_number(parts.owner), without_number(presented.owner))
        && matches(without_number(parts.repository), without_number(presented.repository));
    if !same {
        let sentence = format!(
            "the token is from another repository: GitHub's subject is `{subject}`, the policy asks for `{wanted}`"
        );
        return (Distance::Owner, sentence);
    }
    let sentence = if presented.numbered {
        format!(
            "the repository has immutable subjects, which GitHub gives to repositories that were created, renamed or \
             transferred after 2026-07-15: GitHub's subject is `{subject}`; the policy asks for the classic form \
             `{wanted}`"
        )
    } else {
        format!(
            "the policy asks for the immutable form `{wanted}`, but the repository still has classic subjects: GitHub's \
             subject is `{subject}`"
        )
    };
    let same_context = context_matches(parts.context, presented.context);
    (if same_context { Distance::Form } else { Distance::Context }, sentence)
}

/// The repository is right, what follows it is not.
fn context(wanted: &str, subject: &str, asked: Context<'_>, presented: Context<'_>) -> (Distance, String) {
    let difference = match (asked, presented) {
        (Context::Environment(asked), Context::Environment(presented)) if escaped(asked) == presented => {
            return form(format!(
                "GitHub writes `:` in an environment's name as `%3A`: its subject is `{subject}`; the policy asks for \
                 `{wanted}`"
            ));
        }
        (Context::Other(asked), Context::Ref(reference)) if is_short_for(asked, reference) => {
            return form(format!(
                "GitHub's subject is `{subject}`: `ref:` and the whole ref belong to it; the policy asks for `{wanted}`"
            ));
        }
        (Context::Ref(asked), Context::Ref(reference)) if is_short_for(asked, reference) => {
            return form(format!(
                "a subject holds the whole ref: GitHub's is `{subject}`; the policy asks for `{wanted}`"
            ));
        }
        (Context::Other("workflow_dispatch" | "push" | "schedule" | "release"), _) => {
            return form(format!(
                "GitHub has no subject of that form: the event is not in it, except for `pull_request`, and this job's \
                 subject is `{subject}`; the policy asks for `{wanted}`"
            ));
        }
        (asked, presented) => difference(asked, presented),
    };
    let sentence =
        format!("{difference}, so GitHub's subject is `{subject}`; the policy asks for `{wanted}`");
    (Distance::Context, sentence)
}

fn form(sentence: String) -> (Distance, String) {
    (Distance::Form, sentence)
}

/// What the job does that the policy does not expect.
fn difference(asked: Context<'_>, presented: Context<'_>) -> String {
    match (asked, presented) {
        (Context::Environment(asked), Context::Environment(name)) if asked.eq_ignore_ascii_case(name) => {
            format!("the workflow file spells the environment `{name}`")
        }
        (_, Context::Environment(name)) => format!("the job sets `environment: {name}`"),
        (Context::Environment(asked), Context::PullRequest | Context::Ref(_) | Context::Other(_)) => {
            format!("the job does not set `environment: {asked}`")
        }
        (_, Context::PullRequest) => "the job runs for a pull request and sets no `environment:`".to_owned(),
        (Context::PullRequest, Context::Ref(_)) => "the job does not run for a pull request".to_owned(),
        (Context::Ref(asked), Context::Ref(reference)) if is_tag(asked) != is_tag(reference) => {
            let kind = if is_tag(reference) { "tag" } else { "branch" };
            let other = if is_tag(asked) { "tag" } else { "branch" };
            format!("the job runs for a {kind}, not for a {other}")
        }
        (_, Context::Ref(reference)) => format!("the job runs for `{reference}` and sets no `environment:`"),
        (_, Context::Other(_)) => "the repository's subjects are customised".to_owned(),
    }
}

impl<'a> Parts<'a> {
    /// `repo:OWNER/REPOSITORY:CONTEXT`; the context may be missing where a wildcard stands for it.
    fn read(subject: &'a str) -> Option<Self> {
        let rest = subject.strip_prefix("repo:")?;
        let (owner, rest) = rest.split_once('/')?;
        let (repository, context) = rest.split_once(':').unwrap_or((rest, ""));
        let context = if let Some(name) = context.strip_prefix("environment:") {
            Context::Environment(name)
        } else if let Some(reference) = context.strip_prefix("ref:") {
            Context::Ref(reference)
        } else if context == "pull_request" {
            Context::PullRequest
        } else {
            Context::Other(context)
        };
        Some(Self { owner, repository, numbered: owner.contains('@') || repository.contains('@'), context })
    }
}

fn context_matches(asked: Context<'_>, presented: Context<'_>) -> bool {
    match (asked, presented) {
        (Context::Environment(asked), Context::Environment(name)) => matches(asked, name),
        (Context::Ref(asked), Context::Ref(reference)) => matches(asked, reference),
        (Context::PullRequest, Context::PullRequest) => true,
        (Context::Other(asked), _) => asked.contains('*'),
        _ => false,
    }
}

/// `NAME` of `NAME@NUMBER`.
fn without_number(text: &str) -> &str {
    text.split_once('@').map_or(text, |(name, _)| name)
}

fn is_tag(reference: &str) -> bool {
    reference.starts_with("refs/tags/")
}

/// Whether a text is a ref without its beginning: `main`, `heads/main`, or the whole ref where `ref:` is missing.
fn is_short_for(asked: &str, reference: &str) -> bool {
    let name = reference.strip_prefix("refs/heads/").or_else(|| reference.strip_prefix("refs/tags/"));
    !asked.is_empty()
        && (name == Some(asked)
            || asked == reference && !asked.starts_with("ref:")
            || reference.strip_prefix("refs/") == Some(asked))
}

/// Whether a pattern with `*` and `?` matches, in time proportional to the product of the lengths at most.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let mut reached = vec![false; pattern.len() + 1];
    start(&pattern, &mut reached);
    for character in text.chars() {
        let before = std::mem::replace(&mut reached, vec![false; pattern.len() + 1]);
        for (position, (here, symbol)) in before.iter().zip(&pattern).enumerate() {
            let target = match symbol {
                '*' => position,
                '?' => position + 1,
                same if *same == character => position + 1,
                _ => continue,
            };
            if *here && let Some(slot) = reached.get_mut(target) {
                *slot = true;
            }
        }
        skip_stars(&pattern, &mut reached);
    }
    reached.last() == Some(&true)
}

/// The positions that are reached before the first character.
fn start(pattern: &[char], reached: &mut [bool]) {
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    skip_stars(pattern, reached);
}

/// A `*` may stand for nothing.
fn skip_stars(pattern: &[char], reached: &mut [bool]) {
    for (position, symbol) in pattern.iter().enumerate() {
        if *symbol == '*'
            && reached.get(position) == Some(&true)
            && let Some(next) = reached.get_mut(position + 1)
        {
            *next = true;
        }
    }
}
