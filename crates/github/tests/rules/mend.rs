//! The sentence for every usual mistake in a trust policy.

use daypass_github::mend;
use proptest::prelude::*;

fn of(wanted: &[&str], presented: &str) -> Option<String> {
    let wanted: Vec<String> = wanted.iter().map(|wanted| (*wanted).to_owned()).collect();
    mend(&wanted, presented)
}

fn told(wanted: &str, presented: &str) -> String {
    of(&[wanted], presented).unwrap()
}

#[test]
fn an_environment_hides_the_ref() {
    assert_eq!(
        told("repo:o/r:ref:refs/heads/main", "repo:o/r:environment:production"),
        "the job sets `environment: production`, so GitHub's subject is `repo:o/r:environment:production`; the policy \
         asks for `repo:o/r:ref:refs/heads/main`"
    );
    assert_eq!(
        told("repo:o/r:environment:production", "repo:o/r:ref:refs/heads/main"),
        "the job does not set `environment: production`, so GitHub's subject is `repo:o/r:ref:refs/heads/main`; the \
         policy asks for `repo:o/r:environment:production`"
    );
    assert!(
        told("repo:o/r:pull_request", "repo:o/r:environment:p").starts_with("the job sets `environment: p`")
    );
    assert!(
        told("repo:o/r:environment:a", "repo:o/r:environment:b").starts_with("the job sets `environment: b`")
    );
    assert!(
        told("repo:o/r:environment:Prod*", "repo:o/r:environment:PROD-1")
            .starts_with("the job sets `environment: PROD-1`")
    );
}

#[test]
fn upper_and_lower_case_differ() {
    assert_eq!(
        told("repo:Your-Org/r:environment:p", "repo:your-org/r:environment:p"),
        "upper and lower case differ: GitHub's subject is `repo:your-org/r:environment:p`, the policy asks for \
         `repo:Your-Org/r:environment:p`; subjects are compared with case"
    );
}

#[test]
fn classic_and_immutable_subjects() {
    let classic = "repo:o/r:ref:refs/heads/main";
    let immutable = "repo:o@1/r@2:ref:refs/heads/main";
    assert_eq!(
        told(classic, immutable),
        "the repository has immutable subjects, which GitHub gives to repositories that were created, renamed or \
         transferred after 2026-07-15: GitHub's subject is `repo:o@1/r@2:ref:refs/heads/main`; the policy asks for the \
         classic form `repo:o/r:ref:refs/heads/main`"
    );
    assert_eq!(
        told(immutable, classic),
        "the policy asks for the immutable form `repo:o@1/r@2:ref:refs/heads/main`, but the repository still has \
         classic subjects: GitHub's subject is `repo:o/r:ref:refs/heads/main`"
    );
    assert!(told("repo:o/r:*", immutable).contains("immutable subjects"));
    assert!(told("repo:o/other:*", immutable).starts_with("the token is from another repository"));
    assert!(
        told("repo:o@1/r@3:*", immutable).starts_with("the token is from another repository"),
        "numbers count"
    );
}

#[test]
fn there_is_no_subject_for_an_event() {
    assert_eq!(
        told("repo:o/r:workflow_dispatch", "repo:o/r:ref:refs/heads/main"),
        "GitHub has no subject of that form: the event is not in it, except for `pull_request`, and this job's subject \
         is `repo:o/r:ref:refs/heads/main`; the policy asks for `repo:o/r:workflow_dispatch`"
    );
}

#[test]
fn branches_tags_and_pull_requests() {
    assert_eq!(
        told("repo:o/r:ref:refs/tags/v*", "repo:o/r:ref:refs/heads/main"),
        "the job runs for a branch, not for a tag, so GitHub's subject is `repo:o/r:ref:refs/heads/main`; the policy \
         asks for `repo:o/r:ref:refs/tags/v*`"
    );
    assert!(
        told("repo:o/r:ref:refs/heads/x", "repo:o/r:ref:refs/tags/v1")
            .starts_with("the job runs for a tag, not")
    );
    assert!(
        told("repo:o/r:ref:refs/heads/main", "repo:o/r:ref:refs/heads/develop")
            .starts_with("the job runs for `refs/heads/develop` and sets no `environment:`, so")
    );
    assert!(
        told("repo:o/r:ref:refs/heads/main", "repo:o/r:pull_request")
            .starts_with("the job runs for a pull request")
    );
    assert!(
        told("repo:o/r:pull_request", "repo:o/r:ref:refs/heads/main")
            .starts_with("the job does not run for a pull request")
    );
}

#[test]
fn half_a_ref_is_not_the_ref() {
    let subject = "repo:o/r:ref:refs/heads/main";
    for wanted in ["repo:o/r:ref:main", "repo:o/r:ref:heads/main"] {
        assert!(told(wanted, subject).starts_with("a subject holds the whole ref"), "{wanted}");
    }
    for wanted in ["repo:o/r:refs/heads/main", "repo:o/r:main"] {
        assert!(told(wanted, subject).contains("`ref:` and the whole ref belong to it"), "{wanted}");
    }
}

#[test]
fn wildcards_need_string_like() {
    assert_eq!(
        told("repo:o/r:*", "repo:o/r:ref:refs/heads/main"),
        "the policy compares `repo:o/r:*` with an operator that takes `*` and `?` literally; use StringLike"
    );
    assert!(told("repo:o/?:ref:refs/tags/v*", "repo:o/r:ref:refs/tags/v1").contains("StringLike"));
    assert!(!told("repo:o/x*:*", "repo:o/r:pull_request").contains("StringLike"));
}

#[test]
fn other_owners_and_repositories() {
    assert_eq!(
        told("repo:your-org/your-repo:*", "repo:evil-org/your-repo:ref:refs/heads/main"),
        "the token is from another owner: the job runs in `evil-org/your-repo`, the policy asks for \
         `your-org/your-repo`"
    );
    assert_eq!(
        told("repo:o/a:environment:p", "repo:o/b:environment:p"),
        "the token is from another repository: the job runs in `o/b`, the policy asks for `o/a`"
    );
}

#[test]
fn smaller_mistakes() {
    assert!(
        told("repo:o/r:environment:a:b", "repo:o/r:environment:a%3Ab")
            .contains("writes `:` in an environment's")
    );
    assert!(told(" repo:o/r:pull_request", "repo:o/r:pull_request").contains("white space around it"));
    assert!(
        told("o/r:ref:refs/heads/main", "repo:o/r:ref:refs/heads/main").contains("not of the form `repo:")
    );
}

#[test]
fn the_nearest_wanted_value_is_told() {
    let wanted = ["repo:x/y:*", "repo:o/r:environment:production", "repo:O/R:ref:refs/heads/main", "other"];
    let sentence = of(&wanted, "repo:o/r:ref:refs/heads/main").unwrap();
    assert!(sentence.starts_with("upper and lower case differ"), "{sentence}");
    let sentence = of(&wanted[..2], "repo:o/r:ref:refs/heads/main").unwrap();
    assert!(sentence.starts_with("the job does not set `environment: production`"), "{sentence}");
}

#[test]
fn nothing_is_said_where_nothing_is_known() {
    assert_eq!(of(&["repo:o/r:*"], "system:serviceaccount:a:b"), None);
    assert_eq!(of(&[], "repo:o/r:pull_request"), None);
    assert_eq!(of(&["repo:o/r:pull_request"], "repo:o/r:pull_request"), None);
}

proptest! {
    #[test]
    fn no_pair_makes_it_panic(wanted in "(repo:)?\\PC{0,30}", presented in "repo:[a-z/:@*]{0,30}") {
        let _ = mend(&[wanted], &presented);
    }
}
