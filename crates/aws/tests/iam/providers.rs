//! OpenID Connect providers.

use daypass_aws::Change;
use serde_json::json;

use crate::sandbox::{GITHUB, GITHUB_ARN, Sandbox};

const THUMBPRINT: &str = "6938FD4D98BAB03FAADB97B34396831E3780AEA1";

#[test]
fn a_provider_is_made_shown_and_listed() {
    let mut sandbox = Sandbox::new();
    let made = sandbox.done(
        "CreateOpenIDConnectProvider",
        &[
            ("Url", GITHUB),
            ("ClientIDList.member.1", "sts.amazonaws.com"),
            ("ClientIDList.member.2", "other"),
            ("ClientIDList.member.3", "sts.amazonaws.com"),
            ("ThumbprintList.member.1", THUMBPRINT),
            ("ThumbprintList.member.2", THUMBPRINT),
        ],
    );
    assert_eq!(
        crate::sandbox::render(&made.result),
        format!("<OpenIDConnectProviderArn>{GITHUB_ARN}</OpenIDConnectProviderArn>")
    );
    assert_eq!(made.event.response_elements, Some(json!({ "openIDConnectProviderArn": GITHUB_ARN })));
    assert!(made.event.resources.is_empty());
    assert_eq!(made.event.request_parameters.unwrap()["url"], GITHUB);
    let thumbprint = THUMBPRINT.to_lowercase();
    assert_eq!(
        sandbox.answer("GetOpenIDConnectProvider", &[("OpenIDConnectProviderArn", GITHUB_ARN)]),
        format!(
            "<Url>token.actions.githubusercontent.com</Url>\
             <ClientIDList><member>sts.amazonaws.com</member><member>other</member></ClientIDList>\
             <ThumbprintList><member>{thumbprint}</member><member>{thumbprint}</member></ThumbprintList>\
             <CreateDate>2026-11-23T04:42:05Z</CreateDate><Tags></Tags>"
        )
    );
    sandbox.done("CreateOpenIDConnectProvider", &[("Url", "https://example.com/")]);
    sandbox.done("CreateOpenIDConnectProvider", &[("Url", "https://example.com")]);
    assert_eq!(
        sandbox.answer("ListOpenIDConnectProviders", &[]),
        format!(
            "<OpenIDConnectProviderList>\
             <member><Arn>arn:aws:iam::123456789012:oidc-provider/example.com</Arn></member>\
             <member><Arn>arn:aws:iam::123456789012:oidc-provider/example.com/</Arn></member>\
             <member><Arn>{GITHUB_ARN}</Arn></member></OpenIDConnectProviderList>"
        )
    );
}

#[test]
fn tags_of_a_new_provider_are_answered() {
    let mut sandbox = Sandbox::new();
    let made = sandbox.done(
        "CreateOpenIDConnectProvider",
        &[("Url", GITHUB), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "")],
    );
    assert_eq!(
        crate::sandbox::render(&made.result),
        format!(
            "<OpenIDConnectProviderArn>{GITHUB_ARN}</OpenIDConnectProviderArn>\
             <Tags><member><Key>team</Key><Value></Value></member></Tags>"
        )
    );
    assert_eq!(made.event.response_elements.unwrap()["tags"], json!([{ "key": "team", "value": "" }]));
}

#[test]
fn a_second_one_of_the_same_url_is_refused() {
    let mut sandbox = Sandbox::with_role();
    for url in [GITHUB.to_owned(), format!("{GITHUB}:443")] {
        assert_eq!(
            sandbox.refusal("CreateOpenIDConnectProvider", &[("Url", &url)]),
            "409 EntityAlreadyExists: Provider with url https://token.actions.githubusercontent.com already exists."
        );
    }
}

#[test]
fn what_is_wrong_with_a_new_provider_is_told_in_words() {
    let long_url = format!("https://{}.com", "a".repeat(244));
    let long_client_id = "c".repeat(256);
    for (parameters, refusal) in [
        (
            vec![],
            "400 ValidationError: 1 validation error detected: \
             Value null at 'url' failed to satisfy constraint: Member must not be null"
                .to_owned(),
        ),
        (
            vec![("Url", long_url.as_str())],
            format!(
                "400 ValidationError: 1 validation error detected: Value '{long_url}' at 'url' \
                 failed to satisfy constraint: Member must have length less than or equal to 255"
            ),
        ),
        (
            vec![("Url", "example.com")],
            "400 ValidationError: Invalid Open ID Connect Provider URL".to_owned(),
        ),
        (vec![("Url", "https://example.com?a=b")], "400 InvalidInput: Unknown".to_owned()),
        (
            vec![("Url", GITHUB), ("ClientIDList.member.1", long_client_id.as_str())],
            format!(
                "400 ValidationError: 1 validation error detected: Value '{long_client_id}' at 'clientID' \
                 failed to satisfy constraint: Member must have length less than or equal to 255"
            ),
        ),
        (
            vec![("Url", GITHUB), ("ThumbprintList.member.1", "6938")],
            "400 InvalidInput: Thumbprint must be exactly 40 characters.".to_owned(),
        ),
    ] {
        // A value is repeated up to its 256th character, which is the last of these two.
        assert_eq!(Sandbox::new().refusal("CreateOpenIDConnectProvider", &parameters), refusal);
    }
}

#[test]
fn thumbprints_are_counted_and_need_not_be_hexadecimal() {
    let names: Vec<String> = (1..=6).map(|index| format!("ThumbprintList.member.{index}")).collect();
    let value = "z".repeat(40);
    let mut parameters = vec![("Url", GITHUB)];
    parameters.extend(names.iter().map(|name| (name.as_str(), value.as_str())));
    let mut sandbox = Sandbox::new();
    assert_eq!(
        sandbox.refusal("CreateOpenIDConnectProvider", &parameters),
        "400 InvalidInput: Thumbprint list must contain fewer than 5 entries."
    );
    parameters.pop();
    sandbox.done("CreateOpenIDConnectProvider", &parameters);
    assert_eq!(sandbox.account.providers().next().unwrap().thumbprints, vec![value; 5]);
}

#[test]
fn thumbprints_are_replaced_as_a_whole() {
    let mut sandbox = Sandbox::with_role();
    let arn = ("OpenIDConnectProviderArn", GITHUB_ARN);
    let update = "UpdateOpenIDConnectProviderThumbprint";
    let outcome = sandbox.done(update, &[arn, ("ThumbprintList.member.1", THUMBPRINT)]);
    assert_eq!(outcome.event.response_elements, None);
    assert_eq!(sandbox.account.providers().next().unwrap().thumbprints, vec![THUMBPRINT.to_lowercase()]);
    assert_eq!(
        sandbox.refusal(update, &[arn, ("ThumbprintList", "")]),
        "400 InvalidInput: Thumbprint list must contain at least one entry."
    );
    assert_eq!(
        sandbox.refusal(update, &[arn]),
        "400 ValidationError: 1 validation error detected: \
         Value null at 'thumbprintList' failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn client_ids_come_and_go() {
    let mut sandbox = Sandbox::with_role();
    let arn = ("OpenIDConnectProviderArn", GITHUB_ARN);
    let client_ids = |sandbox: &Sandbox| sandbox.account.providers().next().unwrap().client_ids.clone();
    for (operation, client_id, changes, after) in [
        ("AddClientIDToOpenIDConnectProvider", "b", 1, vec!["b"]),
        ("AddClientIDToOpenIDConnectProvider", "a", 1, vec!["b", "a"]),
        ("AddClientIDToOpenIDConnectProvider", "b", 0, vec!["b", "a"]),
        ("AddClientIDToOpenIDConnectProvider", "B", 1, vec!["b", "a", "B"]),
        ("RemoveClientIDFromOpenIDConnectProvider", "b", 1, vec!["a", "B"]),
        ("RemoveClientIDFromOpenIDConnectProvider", "b", 0, vec!["a", "B"]),
    ] {
        let outcome = sandbox.done(operation, &[arn, ("ClientID", client_id)]);
        assert_eq!(outcome.changes.len(), changes, "{operation} {client_id}");
        assert_eq!(client_ids(&sandbox), after, "{operation} {client_id}");
    }
}

#[test]
fn client_ids_have_a_quota() {
    const REFUSAL: &str = "409 LimitExceeded: Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100";
    let names: Vec<String> = (1..=101).map(|index| format!("ClientIDList.member.{index}")).collect();
    let mut parameters = vec![("Url", GITHUB)];
    parameters.extend(names.iter().map(|name| (name.as_str(), name.as_str())));
    let mut sandbox = Sandbox::new();
    assert_eq!(sandbox.refusal("CreateOpenIDConnectProvider", &parameters), REFUSAL);
    parameters.pop();
    sandbox.done("CreateOpenIDConnectProvider", &parameters);
    let arn = ("OpenIDConnectProviderArn", GITHUB_ARN);
    assert_eq!(sandbox.refusal("AddClientIDToOpenIDConnectProvider", &[arn, ("ClientID", "x")]), REFUSAL);
    sandbox.done("AddClientIDToOpenIDConnectProvider", &[arn, ("ClientID", "ClientIDList.member.1")]);
}

#[test]
fn an_account_has_a_hundred_providers() {
    let mut sandbox = Sandbox::new();
    for index in 0..100 {
        sandbox.done("CreateOpenIDConnectProvider", &[("Url", &format!("https://{index}.example.com"))]);
    }
    assert_eq!(
        sandbox.refusal("CreateOpenIDConnectProvider", &[("Url", GITHUB)]),
        "409 LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 100"
    );
}

#[test]
fn what_is_not_there_is_not_found() {
    let mut sandbox = Sandbox::with_role();
    let arn = [("OpenIDConnectProviderArn", GITHUB_ARN)];
    let deleted = sandbox.done("DeleteOpenIDConnectProvider", &arn);
    assert_eq!(deleted.changes, [Change::DeleteProvider("token.actions.githubusercontent.com".to_owned())]);
    assert_eq!(
        sandbox.refusal("DeleteOpenIDConnectProvider", &arn),
        format!("404 NoSuchEntity: OpenId connect Provider {GITHUB_ARN} cannot be found.")
    );
    let tag = ("Tags.member.1.Key", "k");
    let key = ("TagKeys.member.1", "k");
    for (operation, more) in [
        ("GetOpenIDConnectProvider", vec![]),
        ("AddClientIDToOpenIDConnectProvider", vec![("ClientID", "x")]),
        ("RemoveClientIDFromOpenIDConnectProvider", vec![("ClientID", "x")]),
        ("UpdateOpenIDConnectProviderThumbprint", vec![("ThumbprintList.member.1", THUMBPRINT)]),
        ("TagOpenIDConnectProvider", vec![tag, ("Tags.member.1.Value", "v")]),
        ("UntagOpenIDConnectProvider", vec![key]),
        ("ListOpenIDConnectProviderTags", vec![]),
    ] {
        let parameters: Vec<_> = arn.into_iter().chain(more).collect();
        assert_eq!(
            sandbox.refusal(operation, &parameters),
            format!("404 NoSuchEntity: OpenIDConnect Provider not found for arn {GITHUB_ARN}"),
            "{operation}"
        );
    }
}

#[test]
fn only_a_providers_arn_names_a_provider() {
    let mut sandbox = Sandbox::with_role();
    let foreign = GITHUB_ARN.replace("123456789012", "210987654321");
    for (name, refusal) in [
        ("arn:aws:iam::123456789012:role/deploy", "400 ValidationError: Invalid resource type in ARN"),
        ("token.actions.githubusercontent.com", "400 ValidationError: Invalid resource type in ARN"),
        (
            "arn",
            "400 ValidationError: 1 validation error detected: Value 'arn' at 'openIDConnectProviderArn' \
             failed to satisfy constraint: Member must have length greater than or equal to 20",
        ),
    ] {
        assert_eq!(
            sandbox.refusal("GetOpenIDConnectProvider", &[("OpenIDConnectProviderArn", name)]),
            refusal
        );
    }
    assert_eq!(
        sandbox.refusal("GetOpenIDConnectProvider", &[("OpenIDConnectProviderArn", &foreign)]),
        format!("404 NoSuchEntity: OpenIDConnect Provider not found for arn {foreign}")
    );
}
