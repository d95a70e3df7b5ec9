//! A policy that has a say and cannot be asked: it denies, also where it could only have denied less.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_aws::{Change, Reason};

use crate::bench::{BOUND, Bench, MANAGED, OBJECT, policy};

fn reason(bench: &Bench) -> (String, String) {
    let refusal = bench.ask("s3:GetObject", OBJECT).unwrap_err();
    assert_eq!(refusal.error.status, 403);
    match refusal.reason {
        Some(Reason::UnreadablePolicy { policy, detail }) => {
            // The grammar's hint comes after the place, and is the grammar's own business.
            (policy, detail.split_inclusive(')').next().unwrap_or_default().to_owned())
        }
        other => (String::new(), format!("{other:?}")),
    }
}

#[test]
fn a_damaged_policy_denies_whatever_the_others_allow() {
    let allowed = || Bench::new().inline("all", &policy("Allow", "s3:*"));
    let of =
        |name: &str| (name.to_owned(), "This policy contains invalid Json (line 1, column 2)".to_owned());
    assert_eq!(reason(&allowed().inline("damaged", "{")), of("damaged"));
    assert_eq!(reason(&allowed().attached(MANAGED, "{")), of(MANAGED));
    assert_eq!(reason(&allowed().bound("{")), of(BOUND));
    let mut session = allowed().managed(MANAGED, "{");
    session.session.policy_arns.push(MANAGED.to_owned());
    assert_eq!(reason(&session), of(MANAGED));
    let mut inline = allowed();
    inline.session.policies.push("{".to_owned());
    assert_eq!(reason(&inline), of("session policy"));
}

#[test]
fn a_policy_that_is_gone_denies() {
    let gone = |name: &str| (name.to_owned(), "there is no such policy".to_owned());
    let mut attached = Bench::new().inline("all", &policy("Allow", "s3:*"));
    attached.role.attached.push("arn:aws:iam::aws:policy/NoSuchPolicy".to_owned());
    assert_eq!(reason(&attached), gone("arn:aws:iam::aws:policy/NoSuchPolicy"));
    let mut bound = Bench::new().inline("all", &policy("Allow", "s3:*")).bound(&policy("Allow", "*"));
    assert_eq!(bound.read(), Ok(()));
    bound.account = bound.account.apply(&[Change::DeletePolicy(BOUND.to_owned())]);
    assert_eq!(reason(&bound), gone(BOUND));
}

#[test]
fn a_policy_without_a_version_in_force_denies() {
    let mut bench = Bench::new().attached(MANAGED, &policy("Allow", "s3:*"));
    let mut damaged = bench.account.policy(MANAGED).unwrap().as_ref().clone();
    for version in &mut damaged.versions {
        version.is_default = false;
    }
    bench.account = bench.account.apply(&[Change::PutPolicy(Box::new(damaged))]);
    assert_eq!(reason(&bench), (MANAGED.to_owned(), "it has no default version".to_owned()));
}
