//! What the catalogue knows of AWS.

use daypass_policy::catalogue::{self, AccessLevel, KeyType};

#[test]
fn a_service_is_found_in_any_case_and_an_unknown_one_is_not() {
    assert_eq!(catalogue::service("s3").unwrap().name(), "Amazon S3");
    assert_eq!(catalogue::service("S3").unwrap().prefix(), "s3");
    assert!(catalogue::service("s4").is_none());
    assert!(catalogue::service("aws").is_none(), "the global keys are no service");
    assert!(catalogue::services().count() > 400);
}

#[test]
fn an_action_has_its_resources_keys_and_level() {
    let s3 = catalogue::service("s3").unwrap();
    let put = s3.action("putobject").unwrap();
    assert_eq!((put.name, put.access), ("PutObject", AccessLevel::Write));
    assert!(put.resources.iter().any(|needed| needed.name == "object"));
    assert!(put.condition_keys.contains(&"s3:x-amz-acl"));
    assert_eq!(
        s3.resource_type("object").unwrap().arn(),
        "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
    );
    assert_eq!(
        catalogue::action("iam:PassRole").unwrap().condition_keys,
        ["iam:AssociatedResourceArn", "iam:PassedToService"]
    );
    assert_eq!(catalogue::action("iam:CreateRole").unwrap().access, AccessLevel::Write);
    assert_eq!(catalogue::action("s3:PutBucketPolicy").unwrap().access, AccessLevel::PermissionsManagement);
}

#[test]
fn an_action_that_never_was_is_not_there_and_its_likely_mends_are() {
    assert!(catalogue::action("lambda:WaitForFunctionActive").is_none());
    assert!(catalogue::suggest("lambda:WaitForFunctionActive").is_empty(), "nothing is near");
    assert_eq!(catalogue::suggest("s3:GetObjekt").first().unwrap(), "s3:GetObject");
    assert_eq!(catalogue::suggest("s33:GetObject"), ["s3:GetObject"]);
    assert!(catalogue::suggest("nothing").is_empty());
    assert!(catalogue::suggest("s3:Xyzzy").is_empty());
}

#[test]
fn patterns_of_actions_are_expanded() {
    let sts = catalogue::service("sts").unwrap();
    let names: Vec<_> = sts.actions_matching("assumerolewith*").map(|action| action.name).collect();
    assert_eq!(names, ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"]);
}

#[test]
fn the_exchange_of_a_github_token_has_the_keys_that_aws_documents() {
    let sts = catalogue::service("sts").unwrap();
    let exchange = sts.action("AssumeRoleWithWebIdentity").unwrap();
    for claim in ["sub", "aud", "repository", "job_workflow_ref", "environment", "ref", "repository_owner_id"]
    {
        let key = format!("token.actions.githubusercontent.com:{claim}");
        assert!(exchange.condition_keys.contains(&key.as_str()), "{key}");
        assert_eq!(catalogue::condition_key(&key).unwrap().kind, KeyType::String, "{key}");
    }
    for claim in ["event_name", "repository_owner", "run_id"] {
        let key = format!("token.actions.githubusercontent.com:{claim}");
        assert!(catalogue::condition_key(&key).is_none(), "{key}");
    }
    assert!(catalogue::condition_key("token.actions.githubusercontent.com/octo:sub").is_some());
}

#[test]
fn condition_keys_have_types_and_templates() {
    for (name, kind) in [
        ("aws:SourceIp", KeyType::IpAddress),
        ("AWS:sourceip", KeyType::IpAddress),
        ("aws:PrincipalTag/team", KeyType::String),
        ("aws:TagKeys", KeyType::ArrayOfString),
        ("aws:SecureTransport", KeyType::Bool),
        ("aws:CurrentTime", KeyType::Date),
        ("aws:MultiFactorAuthAge", KeyType::Numeric),
        ("aws:PrincipalArn", KeyType::Arn),
        ("s3:ExistingObjectTag/team", KeyType::String),
        ("s3:max-keys", KeyType::Numeric),
    ] {
        assert_eq!(catalogue::condition_key(name).unwrap().kind, kind, "{name}");
    }
    for name in ["aws:Nothing", "s3:nothing", "nothing", "aws:PrincipalTag", "aws:PrincipalTag/"] {
        assert!(catalogue::condition_key(name).is_none(), "{name}");
    }
    assert!(catalogue::global_condition_keys().any(|key| key.name == "aws:SourceArn"));
}

#[test]
fn a_resource_type_knows_which_arns_may_be_its_own() {
    let s3 = catalogue::service("s3").unwrap();
    let object = s3.resource_type("object").unwrap();
    assert!(object.may_be("my-bucket/*") && !object.may_be("my-bucket"));
    assert!(!object.has_region() && !object.has_account());
    let function = catalogue::service("lambda").unwrap().resource_type("function").unwrap();
    assert!(function.has_region() && function.has_account() && function.may_be("function:my-function"));
}

#[test]
fn every_section_of_both_tables_can_be_read() {
    let mut actions = 0;
    for prefix in catalogue::services() {
        let service = catalogue::service(prefix).unwrap();
        for action in service.actions() {
            actions += 1;
            for needed in &action.resources {
                assert!(service.resource_type(needed.name).is_some(), "{prefix}:{}", action.name);
            }
            for key in service.keys_of(action) {
                assert!(catalogue::condition_key(key).is_some(), "{prefix}:{} {key}", action.name);
            }
        }
    }
    assert!(actions > 20_000, "{actions}");
    let mut operations = 0;
    for name in catalogue::models() {
        let model = catalogue::model(name).unwrap();
        assert!(!model.protocol.is_empty() && !model.signing_name.is_empty(), "{name}");
        operations += model.operations().count();
    }
    assert!(operations > 15_000, "{operations}");
}

#[test]
fn an_operation_has_its_parameters() {
    let s3 = catalogue::model("s3").unwrap();
    assert_eq!((s3.service_id, s3.signing_name, s3.protocol), ("S3", "s3", "rest-xml"));
    let put = s3.operation("PutObject").unwrap();
    let required: Vec<_> = put.parameters.iter().filter(|parameter| parameter.is_required).collect();
    assert_eq!(required.iter().map(|parameter| parameter.name).collect::<Vec<_>>(), ["Bucket", "Key"]);
    assert!(put.parameters.iter().any(|parameter| parameter.name == "ContentMD5"));
    assert!(catalogue::models_signing("execute-api").count() > 0);
}
