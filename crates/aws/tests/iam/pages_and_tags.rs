//! Pages of long lists, and tags.

use proptest::prelude::*;

use crate::sandbox::{GITHUB_ARN, Sandbox, TRUST};

const ROLE: (&str, &str) = ("RoleName", "deploy");

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(inner, _)| inner)
}

/// Role names of all pages, each page as one list.
fn pages(sandbox: &mut Sandbox, items: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let mut parameters = vec![("MaxItems", items)];
        parameters.extend(marker.as_deref().map(|marker| ("Marker", marker)));
        let answer = sandbox.answer("ListRoles", &parameters);
        pages.push(
            answer
                .split("<RoleName>")
                .skip(1)
                .filter_map(|rest| rest.split_once('<').map(|(name, _)| name.to_owned()))
                .collect(),
        );
        let is_truncated = answer.contains("<IsTruncated>true</IsTruncated>");
        marker = between(&answer, "<Marker>", "<").map(str::to_owned);
        assert_eq!(is_truncated, marker.is_some());
        if marker.is_none() {
            return pages;
        }
    }
}

fn with_roles(names: &[&str]) -> Sandbox {
    let mut sandbox = Sandbox::new();
    for name in names {
        sandbox.done("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", TRUST)]);
    }
    sandbox
}

#[test]
fn pages_follow_each_other() {
    let mut sandbox = with_roles(&["e", "B", "a", "d", "C"]);
    assert_eq!(pages(&mut sandbox, "2"), [vec!["a", "B"], vec!["C", "d"], vec!["e"]]);
    assert_eq!(pages(&mut sandbox, "5"), [vec!["a", "B", "C", "d", "e"]]);
    assert_eq!(pages(&mut Sandbox::new(), "1"), [Vec::<String>::new()]);
}

#[test]
fn a_page_goes_on_where_its_marker_was_deleted() {
    let mut sandbox = with_roles(&["a", "b", "c"]);
    let answer = sandbox.answer("ListRoles", &[("MaxItems", "2")]);
    let marker = between(&answer, "<Marker>", "<").unwrap().to_owned();
    sandbox.done("DeleteRole", &[("RoleName", "b")]);
    let answer = sandbox.answer("ListRoles", &[("Marker", &marker)]);
    assert_eq!(between(&answer, "<RoleName>", "<"), Some("c"));
}

#[test]
fn a_page_has_a_hundred_items_where_nothing_is_said() {
    let names: Vec<String> = (0..101).map(|index| format!("r{index}")).collect();
    let mut sandbox = with_roles(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let answer = sandbox.answer("ListRoles", &[]);
    assert_eq!(answer.matches("<RoleName>").count(), 100);
    assert!(answer.contains("<IsTruncated>true</IsTruncated><Marker>"));
}

#[test]
fn roles_are_listed_by_path_without_their_tags() {
    let mut sandbox = Sandbox::with_role();
    let tag = [("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")];
    let role = [("RoleName", "x"), ("Path", "/ci/prod/"), ("AssumeRolePolicyDocument", TRUST)];
    sandbox.done("CreateRole", &[role.as_slice(), &tag].concat());
    for (prefix, names) in [("/", "deploy x"), ("/ci/", "x"), ("/c", "x"), ("/ci/prod/x", ""), ("/x/", "")] {
        let answer = sandbox.answer("ListRoles", &[("PathPrefix", prefix)]);
        let found: Vec<&str> = answer
            .split("<RoleName>")
            .skip(1)
            .filter_map(|rest| rest.split_once('<').map(|(name, _)| name))
            .collect();
        assert_eq!(found.join(" "), names, "{prefix}");
        assert!(!answer.contains("<Tags>"), "{answer}");
    }
    for prefix in ["ci/", "/c i"] {
        assert_eq!(
            sandbox.refusal("ListRoles", &[("PathPrefix", prefix)]),
            "400 ValidationError: The specified value for pathPrefix is invalid. It must begin with the / character \
             and contain only alphanumeric characters and/or / characters."
        );
    }
}

#[test]
fn a_page_that_cannot_be_is_refused() {
    let mut sandbox = Sandbox::with_role();
    for (parameter, refusal) in [
        (("Marker", "?"), "400 ValidationError: Invalid Marker."),
        (("Marker", "_w"), "400 ValidationError: Invalid Marker."),
        (
            ("MaxItems", "0"),
            "400 ValidationError: 1 validation error detected: Value '0' at 'maxItems' \
             failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            ("MaxItems", "1001"),
            "400 ValidationError: 1 validation error detected: Value '1001' at 'maxItems' \
             failed to satisfy constraint: Member must have value less than or equal to 1000",
        ),
        (("MaxItems", "x"), "400 MalformedInput: Invalid integer value in the request"),
    ] {
        assert_eq!(sandbox.refusal("ListRoles", &[parameter]), refusal);
        assert_eq!(sandbox.refusal("ListRolePolicies", &[ROLE, parameter]), refusal);
    }
}

#[test]
fn tags_of_a_role_are_replaced_without_regard_to_case() {
    let mut sandbox = Sandbox::with_role();
    for (key, value) in [("Team", "red"), ("stage", ""), ("team", "blue")] {
        sandbox.done("TagRole", &[ROLE, ("Tags.member.1.Key", key), ("Tags.member.1.Value", value)]);
    }
    assert_eq!(
        sandbox.answer("ListRoleTags", &[ROLE]),
        "<Tags><member><Key>stage</Key><Value></Value></member>\
         <member><Key>team</Key><Value>blue</Value></member></Tags><IsTruncated>false</IsTruncated>"
    );
    let first = sandbox.answer("ListRoleTags", &[ROLE, ("MaxItems", "1")]);
    let marker = between(&first, "<Marker>", "<").unwrap().to_owned();
    assert_eq!(
        sandbox.answer("ListRoleTags", &[ROLE, ("Marker", &marker)]),
        "<Tags><member><Key>team</Key><Value>blue</Value></member></Tags><IsTruncated>false</IsTruncated>"
    );
    sandbox.done("UntagRole", &[ROLE, ("TagKeys.member.1", "TEAM"), ("TagKeys.member.2", "absent")]);
    assert_eq!(sandbox.account.role("deploy").unwrap().tags.len(), 1);
}

#[test]
fn tags_of_a_provider_are_added_listed_and_removed() {
    let mut sandbox = Sandbox::with_role();
    let arn = ("OpenIDConnectProviderArn", GITHUB_ARN);
    let tag = [("Tags.member.1.Key", "k"), ("Tags.member.1.Value", "v")];
    sandbox.done("TagOpenIDConnectProvider", &[&[arn], tag.as_slice()].concat());
    let listed = "<Tags><member><Key>k</Key><Value>v</Value></member></Tags><IsTruncated>false</IsTruncated>";
    assert_eq!(sandbox.answer("ListOpenIDConnectProviderTags", &[arn]), listed);
    sandbox.done("UntagOpenIDConnectProvider", &[arn, ("TagKeys.member.1", "k")]);
    assert_eq!(
        sandbox.answer("ListOpenIDConnectProviderTags", &[arn]),
        "<Tags></Tags><IsTruncated>false</IsTruncated>"
    );
}

#[test]
fn what_is_wrong_with_tags_is_told_in_words() {
    const DETECTED: &str = "400 ValidationError: 1 validation error detected:";
    let mut sandbox = Sandbox::with_role();
    let long_value = "v".repeat(257);
    for (tags, refusal) in [
        (
            vec![],
            format!("{DETECTED} Value null at 'tags' failed to satisfy constraint: Member must not be null"),
        ),
        (
            vec![("Tags.member.1.Key", "k")],
            format!(
                "{DETECTED} Value null at 'tags.1.member.value' failed to satisfy constraint: Member must not be null"
            ),
        ),
        (
            vec![("Tags.member.1.Value", "v")],
            format!(
                "{DETECTED} Value null at 'tags.1.member.key' failed to satisfy constraint: Member must not be null"
            ),
        ),
        (
            vec![("Tags.member.1.Key", "a*b"), ("Tags.member.1.Value", "v")],
            format!(
                "{DETECTED} Value 'a*b' at 'tags.1.member.key' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: [\\p{{L}}\\p{{Z}}\\p{{N}}_.:/=+\\-@]+"
            ),
        ),
        (
            vec![("Tags.member.1.Key", "k"), ("Tags.member.1.Value", &long_value)],
            format!(
                "{DETECTED} Value '{}' at 'tags.1.member.value' failed to satisfy constraint: \
                 Member must have length less than or equal to 256",
                "v".repeat(256)
            ),
        ),
        (
            vec![
                ("Tags.member.1.Key", "k"),
                ("Tags.member.1.Value", "1"),
                ("Tags.member.2.Key", "K"),
                ("Tags.member.2.Value", "2"),
            ],
            "400 InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive."
                .to_owned(),
        ),
        (
            vec![("Tags.member.1.Key", "AWS:x"), ("Tags.member.1.Value", "1")],
            "400 InvalidInput: aws: prefixed tag key names are not allowed for external use.".to_owned(),
        ),
    ] {
        assert_eq!(sandbox.refusal("TagRole", &[&[ROLE], tags.as_slice()].concat()), refusal);
    }
    assert_eq!(
        sandbox.refusal("UntagRole", &[ROLE]),
        format!("{DETECTED} Value null at 'tagKeys' failed to satisfy constraint: Member must not be null")
    );
}

#[test]
fn a_thing_has_fifty_tags() {
    let names: Vec<(String, String)> = (1..=51)
        .map(|index| (format!("Tags.member.{index}.Key"), format!("Tags.member.{index}.Value")))
        .collect();
    let mut parameters = vec![ROLE];
    for (key, value) in &names {
        parameters.extend([(key.as_str(), key.as_str()), (value.as_str(), "v")]);
    }
    let mut sandbox = Sandbox::with_role();
    assert_eq!(
        sandbox.refusal("TagRole", &parameters),
        "400 ValidationError: 1 validation error detected: Value at 'tags' failed to satisfy constraint: \
         Member must have length less than or equal to 50"
    );
    parameters.truncate(101);
    sandbox.done("TagRole", &parameters);
    sandbox
        .done("TagRole", &[ROLE, ("Tags.member.1.Key", "tags.member.1.key"), ("Tags.member.1.Value", "w")]);
    assert_eq!(
        sandbox.refusal("TagRole", &[ROLE, ("Tags.member.1.Key", "new"), ("Tags.member.1.Value", "v")]),
        "409 LimitExceeded: Cannot exceed quota for TagsPerRole: 50"
    );
}

proptest! {
    #[test]
    fn whatever_is_sent_is_answered_or_refused(
        name in "\\PC{0,70}", path in "\\PC{0,20}", url in "(https://)?\\PC{0,40}", marker in "\\PC{0,20}",
        key in "\\PC{0,10}", document in "\\PC{0,60}",
    ) {
        let mut sandbox = Sandbox::with_role();
        for operation in daypass_aws::iam::OPERATIONS {
            let parameters = [
                ("RoleName", name.as_str()), ("Path", &path), ("PathPrefix", &path), ("Url", &url),
                ("OpenIDConnectProviderArn", &url), ("Marker", &marker), ("MaxItems", &marker),
                ("PolicyName", &name), ("PolicyDocument", &document), ("AssumeRolePolicyDocument", &document),
                ("Description", &document), ("ClientID", &name), ("Tags.member.1.Key", &key),
                ("Tags.member.1.Value", &key), ("TagKeys.member.1", &key), ("ThumbprintList.member.1", &name),
            ];
            let sent = daypass_aws::Parameters::from_iter(parameters);
            let _ = operation.resource(&sandbox.account, &sent);
            let _ = operation.condition_keys(&sandbox.account, &sent);
            let _ = operation.request_parameters(&sent);
            let _ = sandbox.call(operation.name, &parameters);
        }
    }
}
