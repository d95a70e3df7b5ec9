//! Subjects that somebody has customised, and forms of issuers that are not GitHub.

use daypass_github::{
    Event, FormError, JobBuilder, OrganizationSubject, RepositorySubject, SubjectForm, SubjectRules,
    SubjectTemplate, TemplateError, subject,
};

fn with(job: &str, rules: SubjectRules) -> String {
    subject(&JobBuilder::parse(job).unwrap().with_subject_rules(rules).build().unwrap())
}

fn template(keys: &[&str]) -> SubjectRules {
    SubjectRules { template: Some(SubjectTemplate::new(keys).unwrap()), ..SubjectRules::default() }
}

#[test]
fn claims_stand_in_the_order_of_their_keys() {
    let job = "octo-org/octo-repo workflow_path=.github/workflows/x.yml";
    let ids = "immutable=true repository_owner_id=12 repository_id=34";
    for (job, keys, expected) in [
        (job, &["repo", "context"][..], "repo:octo-org/octo-repo:ref:refs/heads/main"),
        (job, &["context", "repo"], "ref:refs/heads/main:repo:octo-org/octo-repo"),
        (job, &["repo"], "repo:octo-org/octo-repo"),
        (
            job,
            &["context", "repo", "job_workflow_ref", "repository_owner"],
            "ref:refs/heads/main:repo:octo-org/octo-repo:job_workflow_ref:octo-org/octo-repo/.github/workflows/x.yml@refs/heads/main:repository_owner:octo-org",
        ),
        (
            "o/r environment=prod",
            &["repository_owner_id", "context"],
            "repository_owner_id:1:environment:prod",
        ),
        ("o/r environment=a:b", &["environment"], "environment:a%3Ab"),
        ("o/r", &["environment"], "environment:"),
        ("o/r pull_request=3", &["repo", "context"], "repo:o/r:pull_request"),
        ("o/r repo_property_stage=live", &["repo_property_stage"], "repo_property_stage:live"),
        (&format!("o/r {ids}"), &["repo"], "repo:o@12/r@34"),
        // Only `repo` has the numbers: no other claim is changed by them.
        (&format!("o/r {ids}"), &["repository", "context"], "repository:o/r:ref:refs/heads/main"),
    ] {
        let job = job.replace("o/r environment=prod", "o/r environment=prod repository_owner_id=1");
        assert_eq!(with(&job, template(keys)), expected, "{keys:?}");
    }
}

#[test]
fn keys_that_make_no_template_are_refused() {
    for (keys, expected) in [
        (vec![], TemplateError::Empty),
        (vec!["repo".to_owned(); 51], TemplateError::TooMany(51)),
        (
            vec!["repo".to_owned(), "job-workflow".to_owned()],
            TemplateError::Characters("job-workflow".to_owned()),
        ),
        (vec![String::new()], TemplateError::Characters(String::new())),
        (vec!["aud".to_owned()], TemplateError::Unknown("aud".to_owned())),
        (vec!["sub".to_owned()], TemplateError::Unknown("sub".to_owned())),
        (vec!["exp".to_owned()], TemplateError::Unknown("exp".to_owned())),
        (vec!["repo_property_".to_owned()], TemplateError::Unknown("repo_property_".to_owned())),
        (vec!["repo".to_owned(), "repo".to_owned()], TemplateError::Repeated("repo".to_owned())),
    ] {
        assert_eq!(SubjectTemplate::new(&keys), Err(expected));
    }
}

#[test]
fn an_organisations_template_counts_where_a_repository_opts_in() {
    let own = || SubjectTemplate::new(&["repo"]).unwrap();
    let shared = || SubjectTemplate::new(&["repository_owner", "context"]).unwrap();
    let organization = OrganizationSubject { template: Some(shared()), immutable: Some(true) };
    let none = OrganizationSubject::default();
    let repository = |use_default, template| RepositorySubject { use_default, template, immutable: None };
    for (repository, organization, expected) in [
        (RepositorySubject::default(), &organization, None),
        (repository(true, Some(own())), &organization, None),
        (repository(false, Some(own())), &organization, Some(own())),
        (repository(false, None), &organization, Some(shared())),
        (repository(false, None), &none, None),
    ] {
        assert_eq!(repository.effective(organization), expected.as_ref(), "{repository:?}");
    }
}

#[test]
fn numbers_stay_once_they_are_there_by_age() {
    let says = |immutable| RepositorySubject { immutable, ..RepositorySubject::default() };
    let organization = |immutable| OrganizationSubject { immutable, ..OrganizationSubject::default() };
    for (repository, shared, by_age, expected) in [
        (None, None, false, false),
        (None, None, true, true),
        (Some(false), None, true, true),
        (Some(true), None, false, true),
        (None, Some(true), false, true),
        (Some(false), Some(true), false, false),
    ] {
        let found = says(repository).is_immutable(&organization(shared), by_age);
        assert_eq!(found, expected, "{repository:?} {shared:?} {by_age}");
    }
}

/// The table of subjects in the system that was asked for, which has a row that GitHub has not.
#[test]
fn the_table_that_was_asked_for_can_be_made_row_by_row() {
    let dispatch = SubjectForm::parse(Some(Event::WORKFLOW_DISPATCH), Some(false), "{repo}:{event_name}");
    let rules = SubjectRules { forms: vec![dispatch.unwrap()], ..SubjectRules::default() };
    for (job, expected) in [
        ("org/repo branch=main", "repo:org/repo:ref:refs/heads/main"),
        ("org/repo branch=any/branch", "repo:org/repo:ref:refs/heads/any/branch"),
        ("org/repo tag=v1", "repo:org/repo:ref:refs/tags/v1"),
        ("org/repo environment=production", "repo:org/repo:environment:production"),
        ("org/repo event=pull_request", "repo:org/repo:pull_request"),
        ("org/repo event=workflow_dispatch", "repo:org/repo:workflow_dispatch"),
        ("org/repo event=workflow_dispatch environment=production", "repo:org/repo:environment:production"),
    ] {
        assert_eq!(with(job, rules.clone()), expected, "{job}");
    }
    let github = "repo:org/repo:ref:refs/heads/main";
    assert_eq!(with("org/repo event=workflow_dispatch", SubjectRules::default()), github);
}

#[test]
fn an_issuer_that_is_not_github_has_forms_of_its_own() {
    let form = |text| SubjectForm::parse(None, None, text).unwrap();
    let gitlab = "project_path:{repository}:ref_type:{ref_type}:ref:{ref}";
    let rules = SubjectRules { forms: vec![form(gitlab)], ..SubjectRules::default() };
    assert_eq!(with("o/r tag=v1", rules), "project_path:o/r:ref_type:tag:ref:refs/tags/v1");
    for (text, expected) in [
        ("", FormError::Length),
        (&*"x".repeat(1_001), FormError::Length),
        ("repo:{repository", FormError::Braces(6)),
        ("é}", FormError::Braces(2)),
        ("{repo}{", FormError::Braces(7)),
        ("{job}", FormError::Unknown("job".to_owned())),
        ("{{repo}}", FormError::Unknown("{repo".to_owned())),
    ] {
        assert_eq!(SubjectForm::parse(None, None, text), Err(expected), "{text}");
    }
}

#[test]
fn the_choice_for_pull_request_target_can_be_changed() {
    let job = "o/r event=pull_request_target";
    assert_eq!(with(job, SubjectRules::default()), "repo:o/r:ref:refs/heads/main");
    let rules = SubjectRules { target_is_pull_request: true, ..SubjectRules::default() };
    assert_eq!(with(job, rules.clone()), "repo:o/r:pull_request");
    assert_eq!(with("o/r event=push", rules), "repo:o/r:ref:refs/heads/main");
}
