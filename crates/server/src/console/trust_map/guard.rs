//! Who stands between a push and a job's token.
//!
//! Which roles are production's is not known here, so no more is said than whether a person has to agree: the reviewer of
//! an environment, or whoever approves a pull request to a protected branch. That an administrator may pass by either is
//! not weighed.

use daypass_github::gate::environment::PatternKind;
use daypass_github::gate::{BranchPolicy, Environment};
use daypass_github::hosting::protection::of_branch;
use daypass_github::hosting::{BranchProtection, Repository};

/// Who stands between; each with the words for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Guard {
    /// A timer, or a rule about branches.
    Machine(String),
    /// Nobody: whoever may push has the role.
    Nobody(String),
    /// A person has to agree.
    Person(String),
}

impl Guard {
    /// The name of its colour.
    pub(super) const fn class(&self) -> &'static str {
        match self {
            Self::Machine(_) => "amber",
            Self::Nobody(_) => "red",
            Self::Person(_) => "green",
        }
    }

    /// The kind of its chip.
    pub(super) const fn chip(&self) -> &'static str {
        match self {
            Self::Machine(_) => "wait",
            Self::Nobody(_) => "bad",
            Self::Person(_) => "good",
        }
    }

    /// Who, in two words.
    pub(super) const fn short(&self) -> &'static str {
        match self {
            Self::Machine(_) => "a rule only",
            Self::Nobody(_) => "nobody",
            Self::Person(_) => "a person",
        }
    }

    /// How.
    pub(super) fn words(&self) -> &str {
        match self {
            Self::Machine(words) | Self::Nobody(words) | Self::Person(words) => words,
        }
    }
}

/// Before a job that names an environment.
pub(super) fn of_environment(repository: &Repository, environment: &Environment) -> Guard {
    if !environment.reviewers.is_empty() {
        let own = if environment.prevent_self_review {
            ", never who started the run"
        } else {
            "; a reviewer may approve their own run"
        };
        return Guard::Person(format!("one of its reviewers approves{own}"));
    }
    let mut rules = Vec::new();
    if environment.wait_minutes > 0 {
        rules.push(format!("a wait of {} minutes", environment.wait_minutes));
    }
    let custom = environment.custom_rules.iter().filter(|rule| rule.enabled).count();
    if custom > 0 {
        rules.push(format!("{custom} custom rules, which programs answer"));
    }
    match of_branches(repository, environment) {
        Branches::Any => {}
        Branches::Reviewed => {
            return Guard::Person(
                "only protected branches may deploy, and a merge to them needs an approval".to_owned(),
            );
        }
        Branches::Some => rules.push("a rule about branches".to_owned()),
    }
    if rules.is_empty() {
        return Guard::Nobody("it has no reviewers, no timer and no rule about branches".to_owned());
    }
    Guard::Machine(format!("no reviewers, only {}", rules.join(" and ")))
}

/// Before a job of a push to a branch.
pub(super) fn of_push(repository: &Repository, branch: &str) -> Guard {
    match of_branch(&repository.protections, branch) {
        Some(protection) if protection.needs_second_person() => {
            Guard::Person("a merge to the branch needs an approval".to_owned())
        }
        Some(_) => Guard::Nobody("the branch is protected, but a merge to it needs no approval".to_owned()),
        None => Guard::Nobody("the branch is not protected".to_owned()),
    }
}

/// What an environment says of branches.
enum Branches {
    Any,
    /// All that may deploy need an approval to be changed.
    Reviewed,
    Some,
}

fn of_branches(repository: &Repository, environment: &Environment) -> Branches {
    let protections = &repository.protections;
    match environment.branches {
        BranchPolicy::Any => Branches::Any,
        // Where no branch is protected, all may deploy.
        BranchPolicy::Protected if protections.is_empty() => Branches::Any,
        BranchPolicy::Protected if protections.iter().all(BranchProtection::needs_second_person) => {
            Branches::Reviewed
        }
        BranchPolicy::Protected => Branches::Some,
        BranchPolicy::Selected => {
            let is_reviewed = |pattern: &daypass_github::gate::BranchPattern| {
                let is_name = !pattern.name.contains(['*', '?', '[', '!', '{', '\\']);
                let known = |protection: &&BranchProtection| protection.pattern == pattern.name;
                let protection = if is_name {
                    of_branch(protections, &pattern.name)
                } else {
                    protections.iter().find(known)
                };
                pattern.kind == PatternKind::Branch
                    && protection.is_some_and(BranchProtection::needs_second_person)
            };
            let patterns = &environment.patterns;
            if !patterns.is_empty() && patterns.iter().all(is_reviewed) {
                Branches::Reviewed
            } else {
                Branches::Some
            }
        }
    }
}
