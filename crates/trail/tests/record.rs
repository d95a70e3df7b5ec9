//! Records as CloudTrail writes them.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use daypass_trail::record::{ADDITIONAL_BYTES_MAX, ELEMENT_BYTES_MAX, RECORD_BYTES_MAX, SHORT_BYTES_MAX};
use daypass_trail::{Category, Record, Resource, SessionContext, TlsDetails, UserIdentity};
use serde_json::{Value, json};

const PROVIDER: &str = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const SUBJECT: &str = "repo:octo-org/octo-repo:ref:refs/heads/main";
const ROLE: &str = "arn:aws:iam::123456789012:role/github-prod-deploy";

fn exchange() -> Record {
    Record {
        identity: UserIdentity::WebIdentity {
            provider: PROVIDER.to_owned(),
            audience: "sts.amazonaws.com".to_owned(),
            subject: SUBJECT.to_owned(),
        },
        time: "2025-04-16T02:46:56.987Z".parse().unwrap(),
        source: "sts.amazonaws.com",
        name: "AssumeRoleWithWebIdentity".to_owned(),
        region: "us-east-1".to_owned(),
        source_ip: "52.154.133.36".to_owned(),
        user_agent: Some("aws-sdk-nodejs/2.1112.0".to_owned()),
        error: None,
        request_parameters: Some(json!({ "roleArn": ROLE })),
        response_elements: Some(json!({ "credentials": { "accessKeyId": "ASIA3ISBVQKHJOCMRQJH" } })),
        additional_event_data: Some(
            json!({ "identityProviderConnectionVerificationMethod": "IAMTrustStore" }),
        ),
        request_id: "6936cb5f".to_owned(),
        shared_event_id: None,
        event_id: "ef0464cd".to_owned(),
        read_only: true,
        resources: vec![Resource::role("123456789012", ROLE)],
        account: "123456789012".to_owned(),
        category: Category::Management,
        tls: Some(TlsDetails {
            tls_version: "TLSv1.3".to_owned(),
            cipher_suite: "TLS_AES_128_GCM_SHA256".to_owned(),
            client_provided_host_header: "sts.us-east-1.amazonaws.com".to_owned(),
        }),
    }
}

fn written(record: &Record) -> Value {
    serde_json::from_str(&record.to_json().unwrap()).unwrap()
}

#[test]
fn an_exchange_is_written_field_by_field_in_cloudtrails_order() {
    let expected = concat!(
        r#"{"eventVersion":"1.08","userIdentity":{"type":"WebIdentityUser","#,
        r#""principalId":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com:"#,
        r#"sts.amazonaws.com:repo:octo-org/octo-repo:ref:refs/heads/main","#,
        r#""userName":"repo:octo-org/octo-repo:ref:refs/heads/main","#,
        r#""identityProvider":"arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"},"#,
        r#""eventTime":"2025-04-16T02:46:56Z","eventSource":"sts.amazonaws.com","#,
        r#""eventName":"AssumeRoleWithWebIdentity","awsRegion":"us-east-1","sourceIPAddress":"52.154.133.36","#,
        r#""userAgent":"aws-sdk-nodejs/2.1112.0","#,
        r#""requestParameters":{"roleArn":"arn:aws:iam::123456789012:role/github-prod-deploy"},"#,
        r#""responseElements":{"credentials":{"accessKeyId":"ASIA3ISBVQKHJOCMRQJH"}},"#,
        r#""additionalEventData":{"identityProviderConnectionVerificationMethod":"IAMTrustStore"},"#,
        r#""requestID":"6936cb5f","eventID":"ef0464cd","readOnly":true,"#,
        r#""resources":[{"accountId":"123456789012","type":"AWS::IAM::Role","#,
        r#""ARN":"arn:aws:iam::123456789012:role/github-prod-deploy"}],"#,
        r#""eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"123456789012","#,
        r#""eventCategory":"Management","tlsDetails":{"tlsVersion":"TLSv1.3","#,
        r#""cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"sts.us-east-1.amazonaws.com"}}"#,
    );
    assert_eq!(exchange().to_json().unwrap(), expected);
}

#[test]
fn a_refused_exchange_keeps_the_subject_and_says_null() {
    let record = written(&Record {
        error: Some(("AccessDenied".to_owned(), "An unknown error occurred".to_owned())),
        response_elements: None,
        additional_event_data: None,
        user_agent: None,
        tls: None,
        resources: Vec::new(),
        ..exchange()
    });
    assert_eq!(record["errorCode"], "AccessDenied");
    assert_eq!(record["errorMessage"], "An unknown error occurred");
    assert_eq!(record["userIdentity"]["userName"], SUBJECT);
    assert_eq!(record.get("responseElements"), Some(&Value::Null));
    for absent in ["additionalEventData", "userAgent", "tlsDetails", "resources"] {
        assert_eq!(record.get(absent), None, "{absent}");
    }
}

#[test]
fn a_later_call_names_role_and_provider_behind_the_session() {
    let identity = UserIdentity::AssumedRole {
        principal_id: "AROA:GitHubActions".to_owned(),
        arn: "arn:aws:sts::123456789012:assumed-role/ROLE/GitHubActions".to_owned(),
        account: "123456789012".to_owned(),
        access_key_id: "ASIA".to_owned(),
        session: Box::new(SessionContext {
            role_id: "AROA".to_owned(),
            role_arn: ROLE.to_owned(),
            role_name: "github-prod-deploy".to_owned(),
            provider: Some(PROVIDER.to_owned()),
            created: "2025-04-16T02:46:56Z".parse().unwrap(),
            source_identity: Some("octocat".to_owned()),
        }),
    };
    let expected = concat!(
        r#"{"type":"AssumedRole","principalId":"AROA:GitHubActions","#,
        r#""arn":"arn:aws:sts::123456789012:assumed-role/ROLE/GitHubActions","accountId":"123456789012","#,
        r#""accessKeyId":"ASIA","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA","#,
        r#""arn":"arn:aws:iam::123456789012:role/github-prod-deploy","accountId":"123456789012","#,
        r#""userName":"github-prod-deploy"},"webIdFederationData":{"federatedProvider":"#,
        r#""arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com","attributes":{}},"#,
        r#""attributes":{"creationDate":"2025-04-16T02:46:56Z","mfaAuthenticated":"false"},"#,
        r#""sourceIdentity":"octocat"}}"#,
    );
    assert_eq!(serde_json::to_string(&identity).unwrap(), expected);
}

#[test]
fn other_callers_are_written_as_aws_writes_them() {
    let root = UserIdentity::Root { account: "123456789012".to_owned(), access_key_id: "AKIA".to_owned() };
    let expected = r#"{"type":"Root","principalId":"123456789012","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012","accessKeyId":"AKIA"}"#;
    assert_eq!(serde_json::to_string(&root).unwrap(), expected);
    let forged = UserIdentity::Unknown { access_key_id: Some("ASIAFORGED".to_owned()) };
    assert_eq!(serde_json::to_string(&forged).unwrap(), r#"{"type":"Unknown","accessKeyId":"ASIAFORGED"}"#);
    let unknown = UserIdentity::Unknown { access_key_id: None };
    assert_eq!(serde_json::to_string(&unknown).unwrap(), r#"{"type":"Unknown"}"#);
}

#[test]
fn each_service_writes_its_own_version_and_category() {
    let version = |source| written(&Record { source, ..exchange() })["eventVersion"].clone();
    assert_eq!(version("sts.amazonaws.com"), "1.08");
    assert_eq!(version("iam.amazonaws.com"), "1.09");
    assert_eq!(version("s3.amazonaws.com"), "1.11");
    assert_eq!(version("cloudtrail.amazonaws.com"), "1.11");
    let data = written(&Record { category: Category::Data, ..exchange() });
    assert_eq!((&data["managementEvent"], &data["eventCategory"]), (&json!(false), &json!("Data")));
}

#[test]
fn a_call_from_another_account_says_who_and_whence_and_what_both_records_share() {
    let record = Record {
        identity: UserIdentity::AwsAccount {
            principal_id: "AROA:GitHubActions".to_owned(),
            account: "210987654321".to_owned(),
        },
        shared_event_id: Some("4e1c7d02".to_owned()),
        ..exchange()
    };
    let text = record.to_json().unwrap();
    let identity = r#""userIdentity":{"type":"AWSAccount","principalId":"AROA:GitHubActions","accountId":"210987654321"}"#;
    assert!(text.contains(identity), "{text}");
    assert!(
        text.contains(r#""requestID":"6936cb5f","sharedEventID":"4e1c7d02","eventID":"ef0464cd""#),
        "{text}"
    );
}

#[test]
fn short_fields_are_cut_between_characters() {
    let long = format!("{}é", "x".repeat(SHORT_BYTES_MAX - 1));
    let record = written(&Record {
        user_agent: Some(long.clone()),
        error: Some((long.clone(), long.clone())),
        name: long,
        ..exchange()
    });
    for field in ["userAgent", "errorCode", "errorMessage", "eventName"] {
        assert_eq!(record[field].as_str().unwrap(), "x".repeat(SHORT_BYTES_MAX - 1), "{field}");
    }
}

#[test]
fn an_element_over_its_limit_is_omitted_and_says_so() {
    // `{"k":"..."}` takes 8 bytes besides.
    let sized = |bytes: usize| Some(json!({ "k": "x".repeat(bytes - 8) }));
    let fits = written(&Record { request_parameters: sized(ELEMENT_BYTES_MAX), ..exchange() });
    assert!(fits["requestParameters"]["k"].is_string());
    let record = written(&Record {
        request_parameters: sized(ELEMENT_BYTES_MAX + 1),
        additional_event_data: sized(ADDITIONAL_BYTES_MAX + 1),
        ..exchange()
    });
    let omitted =
        |size: usize, reason: &str| json!({ "omitted": true, "originalSize": size, "reason": reason });
    assert_eq!(record["requestParameters"], omitted(ELEMENT_BYTES_MAX + 1, "requestParameters too large"));
    assert_eq!(
        record["additionalEventData"],
        omitted(ADDITIONAL_BYTES_MAX + 1, "additionalEventData too large")
    );
}

#[test]
fn a_crowded_record_fits_and_keeps_the_key_that_was_handed_out() {
    let object =
        |number: usize| Resource::object(&format!("arn:aws:s3:::bucket/{number}/{}", "k".repeat(900)));
    let record = Record {
        identity: UserIdentity::WebIdentity {
            provider: PROVIDER.to_owned(),
            audience: "sts.amazonaws.com".to_owned(),
            subject: "s".repeat(20_000),
        },
        request_parameters: Some(json!({ "k": "x".repeat(90_000) })),
        additional_event_data: Some(json!({ "k": "x".repeat(20_000) })),
        resources: (0..1_000).map(object).collect(),
        ..exchange()
    };
    let text = record.to_json().unwrap();
    assert!(text.len() <= RECORD_BYTES_MAX, "{}", text.len());
    let record: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(record["requestParameters"]["omitted"], true);
    assert_eq!(record["resources"].as_array().unwrap().len(), 16);
    assert_eq!(record["responseElements"]["credentials"]["accessKeyId"], "ASIA3ISBVQKHJOCMRQJH");
}
