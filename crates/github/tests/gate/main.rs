//! Gates: each cell of the state table, patterns, limits, and a second opinion on random histories.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod environments;
mod histories;
mod patterns;
mod table;

use std::collections::BTreeSet;

use daypass_github::gate::environment::Protection;
use daypass_github::gate::{CustomRule, Environment, Gate, Person, Reviewer};
use jiff::Timestamp;

const ALICE: u64 = 1;
const BOB: u64 = 2;
const MALLORY: u64 = 3;
const OPERATORS: u64 = 70;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + minutes * 60).unwrap()
}

/// Alice reviews by name, Bob as a member of a team and administers, Mallory may write and no more.
fn person(id: u64) -> Person {
    let (login, teams) = match id {
        ALICE => ("alice", BTreeSet::new()),
        BOB => ("bob", BTreeSet::from([OPERATORS])),
        _ => ("mallory", BTreeSet::from([71])),
    };
    Person { id, login: login.to_owned(), teams, is_administrator: id == BOB }
}

/// Production, with two reviewers.
fn reviewed() -> Environment {
    Environment {
        reviewers: vec![Reviewer::User(ALICE), Reviewer::Team(OPERATORS)],
        ..Environment::unprotected(9, "production", at(0)).unwrap()
    }
}

fn rule(id: u64, enabled: bool) -> CustomRule {
    CustomRule { id, app_id: id * 10, app_slug: format!("app-{id}"), enabled }
}

fn gate(environment: &Environment) -> Gate {
    Gate::request(environment, MALLORY, ("refs/heads/main", Protection::default()), at(0))
}
