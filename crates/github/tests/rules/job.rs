//! Which descriptions make a job.

use daypass_github::{JOB_TEXT_BYTES_MAX, JobBuilder, JobContext, JobError, Property};
use proptest::prelude::*;

fn error(text: &str) -> JobError {
    JobContext::parse(text).unwrap_err()
}

#[test]
fn a_job_begins_with_its_repository() {
    for text in ["", "o", "o/", "/r", "o/r/x", "o-/r", "o/..", "https://github.com/o/r", "event=push"] {
        let first = text.split(' ').next().unwrap().to_owned();
        assert_eq!(error(text), JobError::NotARepository { text: first }, "{text}");
    }
    assert_eq!(error("o").to_string(), "a job begins with its repository as `owner/name`, not `o`");
    assert_eq!(
        error("o").hint().unwrap(),
        "write for example `your-org/your-repo environment=production ref=refs/heads/main`"
    );
}

#[test]
fn words_are_pairs_and_known_and_said_once() {
    assert_eq!(error("o/r push"), JobError::NotAPair { word: "push".to_owned() });
    assert_eq!(error("o/r envrionment=x"), JobError::UnknownProperty { name: "envrionment".to_owned() });
    assert!(error("o/r envrionment=x").hint().unwrap().contains("environment, "));
    assert_eq!(error("o/r actor=a actor=b"), JobError::Repeated { property: Property::Actor });
    assert_eq!(
        error("o/r ref=refs/heads/a branch=b"),
        JobError::Excluding { property: Property::Ref, other: Property::Branch }
    );
    assert_eq!(error("o/r branch=a tag=b").to_string(), "`branch` and `tag` exclude each other");
    let bytes = JOB_TEXT_BYTES_MAX + 1;
    assert_eq!(error(&"x".repeat(bytes)), JobError::TooLong { bytes, max: JOB_TEXT_BYTES_MAX });
}

#[test]
fn quotation_marks_keep_spaces() {
    let job = JobContext::parse("  o/r\tenvironment=\"my \\\"big\\\" stage\" \"actor=octo\"cat\n").unwrap();
    assert_eq!((job.environment(), job.actor()), (Some("my \"big\" stage"), "octocat"));
    assert_eq!(error("o/r environment=\"x"), JobError::UnclosedQuote);
    assert_eq!(error("o/r environment=\"x\\"), JobError::UnclosedQuote);
}

#[test]
fn impossible_values_are_refused() {
    for (word, property) in [
        ("environment=", Property::Environment),
        ("ref=main", Property::Ref),
        ("ref=refs/heads/a..b", Property::Ref),
        ("branch=a:b", Property::Branch),
        ("tag=v1.lock", Property::Tag),
        ("event=deploy", Property::Event),
        ("actor=a_", Property::Actor),
        ("run_id=007", Property::RunId),
        ("pull_request=0", Property::PullRequest),
        ("sha=main", Property::Sha),
        ("visibility=secret", Property::Visibility),
        ("runner_environment=laptop", Property::RunnerEnvironment),
        ("immutable=yes", Property::Immutable),
        ("workflow_path=deploy.yml", Property::WorkflowPath),
        ("job_workflow_ref=o/r/.github/workflows/x.yml@main", Property::JobWorkflowRef),
        ("job_workflow_ref=o/r/x.yml@refs/heads/main", Property::JobWorkflowRef),
    ] {
        let found = error(&format!("o/r {word}"));
        assert!(
            matches!(found, JobError::Invalid { property: named, .. } if named == property),
            "{word}: {found}"
        );
    }
    assert_eq!(
        error("o/r immutable=yes").to_string(),
        "`immutable` cannot be `yes`: it is `true` or `false`"
    );
    assert!(matches!(error("o/r repo_property_=x"), JobError::UnknownProperty { .. }));
}

#[test]
fn the_ref_goes_with_the_event() {
    for (text, message) in [
        ("event=release", "a job of event `release` needs `tag=...`"),
        ("event=release branch=x", "a job of event `release` is of a tag"),
        (
            "event=pull_request branch=x",
            "a job of event `pull_request` has the ref `refs/pull/NUMBER/merge`, whatever its branch",
        ),
        ("event=push ref=refs/pull/1/merge", "a job of event `push` cannot have the ref of a pull request"),
        ("event=push head_ref=x", "a job of event `push` has no `head_ref` and no `base_ref`"),
        ("event=push pull_request=1", "a job of event `push` is not of a pull request"),
        ("event=schedule tag=v1", "a job of event `schedule` is of the default branch"),
        (
            "event=merge_group branch=main",
            "a job of event `merge_group` is of a branch `gh-readonly-queue/...`",
        ),
    ] {
        assert_eq!(error(&format!("o/r {text}")).to_string(), message, "{text}");
    }
    let queued = JobContext::parse("o/r event=merge_group").unwrap();
    assert!(queued.reference().starts_with("refs/heads/gh-readonly-queue/main/pr-1-"));
}

#[test]
fn a_builder_says_the_same_as_the_text() {
    let built = JobBuilder::new("o/r")
        .unwrap()
        .with(Property::Environment, "stage")
        .with(Property::Environment, "prod")
        .with_default(Property::Environment, "ignored")
        .with_default(Property::RunId, "42")
        .with_custom("team", "a b")
        .build();
    assert_eq!(built, JobContext::parse("o/r environment=prod run_id=42 repo_property_team=\"a b\""));
}

#[test]
fn the_short_text_makes_the_job_again() {
    for text in [
        "o/r",
        "o/r environment=\"my \\\"big\\\\ stage\" actor=dependabot[bot]",
        "o/r event=pull_request ref=refs/pull/9/merge",
        "o/r immutable=true repository_id=7 tag=v1 run_id=99",
    ] {
        let job = JobContext::parse(text).unwrap();
        assert_eq!(JobContext::parse(&job.to_string()).unwrap(), job, "{text}");
    }
    let shown = JobContext::parse("o/r tag=v1 run_id=9").unwrap().to_string();
    assert_eq!(shown, "o/r event=push ref=refs/tags/v1 actor=o run_id=9");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*", words in "o/r( (ref|event|environment|tag|actor)=[ -~]{0,12}){0,4}") {
        let _ = JobContext::parse(&text);
        if let Ok(job) = JobContext::parse(&words) {
            prop_assert!(daypass_github::subject(&job).starts_with("repo:o/r:"));
        }
    }
}
