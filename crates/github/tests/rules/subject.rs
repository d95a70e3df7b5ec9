//! The subject of every kind of job.

use daypass_github::{JobContext, subject};

fn of(text: &str) -> String {
    subject(&JobContext::parse(text).unwrap())
}

#[test]
fn each_event_has_its_form() {
    for (job, expected) in [
        ("o/r", "repo:o/r:ref:refs/heads/main"),
        ("o/r branch=develop", "repo:o/r:ref:refs/heads/develop"),
        ("o/r ref=refs/heads/feature/x", "repo:o/r:ref:refs/heads/feature/x"),
        ("o/r tag=v1.2.3", "repo:o/r:ref:refs/tags/v1.2.3"),
        ("o/r event=workflow_dispatch", "repo:o/r:ref:refs/heads/main"),
        ("o/r event=workflow_dispatch tag=v1", "repo:o/r:ref:refs/tags/v1"),
        ("o/r event=schedule", "repo:o/r:ref:refs/heads/main"),
        ("o/r event=workflow_run branch=trunk", "repo:o/r:ref:refs/heads/trunk"),
        ("o/r event=issues", "repo:o/r:ref:refs/heads/main"),
        ("o/r event=release tag=v1", "repo:o/r:ref:refs/tags/v1"),
        ("o/r event=deployment ref=refs/heads/x", "repo:o/r:ref:refs/heads/x"),
        (
            "o/r event=merge_group ref=refs/heads/gh-readonly-queue/main/pr-7-0a",
            "repo:o/r:ref:refs/heads/gh-readonly-queue/main/pr-7-0a",
        ),
        ("o/r event=pull_request", "repo:o/r:pull_request"),
        ("o/r pull_request=7", "repo:o/r:pull_request"),
        ("o/r event=pull_request_review", "repo:o/r:pull_request"),
        ("o/r event=pull_request_review_comment ref=refs/pull/3/merge", "repo:o/r:pull_request"),
        ("o/r event=pull_request_target", "repo:o/r:ref:refs/heads/main"),
        ("o/r job_workflow_ref=p/q/.github/workflows/x.yml@refs/tags/v2", "repo:o/r:ref:refs/heads/main"),
    ] {
        assert_eq!(of(job), expected, "{job}");
    }
}

#[test]
fn an_environment_comes_before_everything() {
    for job in
        ["o/r", "o/r tag=v1", "o/r event=pull_request", "o/r event=workflow_dispatch", "o/r event=schedule"]
    {
        assert_eq!(of(&format!("{job} environment=production")), "repo:o/r:environment:production");
    }
}

#[test]
fn a_colon_is_escaped_and_a_percent_sign_is_not() {
    assert_eq!(of("o/r environment=Production:V1"), "repo:o/r:environment:Production%3AV1");
    assert_eq!(of("o/r environment=Production%3AV1"), "repo:o/r:environment:Production%3AV1");
    assert_eq!(of("o/r environment=\"a b/c%:é\""), "repo:o/r:environment:a b/c%%3Aé");
}

#[test]
fn immutable_subjects_hold_the_numbers() {
    let ids = "immutable=true repository_owner_id=1234567 repository_id=7654321";
    assert_eq!(
        of(&format!("octo-org/octo-repo {ids} event=workflow_dispatch")),
        "repo:octo-org@1234567/octo-repo@7654321:ref:refs/heads/main"
    );
    assert_eq!(of(&format!("o/r {ids} environment=p")), "repo:o@1234567/r@7654321:environment:p");
    assert_eq!(of(&format!("o/r {ids} pull_request=1")), "repo:o@1234567/r@7654321:pull_request");
}

#[test]
fn the_case_of_names_is_kept() {
    assert_eq!(of("Your-Org/Your.Repo environment=Prod"), "repo:Your-Org/Your.Repo:environment:Prod");
}
