//! The policy simulator: what it is asked, what it decides, and which statements it names.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test stops at the first surprise")]

use crate::sandbox::{PERMISSIONS, Sandbox};

const ROLE: &str = "arn:aws:iam::123456789012:role/deploy";
const OBJECT: &str = "arn:aws:s3:::octo-bucket/a";
const DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;

/// The text of the first element of this name.
fn element<'a>(answer: &'a str, name: &str) -> &'a str {
    let (_, rest) = answer.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name}: {answer}"));
    rest.split_once(&format!("</{name}>")).unwrap().0
}

fn with_policy() -> Sandbox {
    let mut sandbox = Sandbox::with_role();
    sandbox.done(
        "PutRolePolicy",
        &[("RoleName", "deploy"), ("PolicyName", "read"), ("PolicyDocument", PERMISSIONS)],
    );
    sandbox
}

#[test]
fn a_statement_that_lets_in_is_named_with_its_place() {
    let mut sandbox = with_policy();
    let answer = sandbox.answer(
        "SimulatePrincipalPolicy",
        &[
            ("PolicySourceArn", ROLE),
            ("ActionNames.member.1", "s3:GetObject"),
            ("ResourceArns.member.1", OBJECT),
        ],
    );
    let statement = "<member><SourcePolicyId>role_deploy_read</SourcePolicyId>\
                     <SourcePolicyType>IAM Policy</SourcePolicyType>\
                     <StartPosition><Line>1</Line><Column>38</Column></StartPosition>\
                     <EndPosition><Line>1</Line><Column>120</Column></EndPosition></member>";
    assert_eq!(
        answer,
        format!(
            "<EvaluationResults><member><EvalActionName>s3:GetObject</EvalActionName>\
             <EvalResourceName>arn:${{Partition}}:s3:::${{BucketName}}/${{ObjectName}}</EvalResourceName>\
             <EvalDecision>allowed</EvalDecision><MatchedStatements>{statement}</MatchedStatements>\
             <MissingContextValues></MissingContextValues><EvalDecisionDetails></EvalDecisionDetails>\
             <ResourceSpecificResults><member><EvalResourceName>{OBJECT}</EvalResourceName>\
             <EvalResourceDecision>allowed</EvalResourceDecision><MatchedStatements>{statement}</MatchedStatements>\
             <MissingContextValues></MissingContextValues></member></ResourceSpecificResults></member>\
             </EvaluationResults><IsTruncated>false</IsTruncated>"
        )
    );
}

#[test]
fn the_strictest_of_several_resources_is_the_actions_answer() {
    let mut sandbox = with_policy();
    let answer = sandbox.answer(
        "SimulatePrincipalPolicy",
        &[
            ("PolicySourceArn", ROLE),
            ("ActionNames.member.1", "s3:GetObject"),
            ("ResourceArns.member.1", OBJECT),
            ("ResourceArns.member.2", "arn:aws:s3:::other/a"),
        ],
    );
    assert_eq!(element(&answer, "EvalDecision"), "implicitDeny");
    assert_eq!(element(&answer, "MatchedStatements"), "");
    assert_eq!(answer.matches("<EvalResourceDecision>allowed<").count(), 1);
    assert_eq!(answer.matches("<EvalResourceDecision>implicitDeny<").count(), 1);
}

#[test]
fn a_condition_asks_for_its_key() {
    let mut sandbox = Sandbox::new();
    let asked = |more: &[(&'static str, &'static str)]| {
        let mut parameters = vec![
            ("PolicyInputList.member.1", PERMISSIONS),
            ("PolicyInputList.member.2", DENY),
            ("ActionNames.member.1", "s3:GetObject"),
            ("ResourceArns.member.1", OBJECT),
        ];
        parameters.extend(more);
        parameters
    };
    let answer = sandbox.answer("SimulateCustomPolicy", &asked(&[]));
    assert_eq!(element(&answer, "EvalDecision"), "allowed");
    assert_eq!(element(&answer, "MissingContextValues"), "<member>aws:SecureTransport</member>");
    let given = [
        ("ContextEntries.member.1.ContextKeyName", "aws:securetransport"),
        ("ContextEntries.member.1.ContextKeyType", "boolean"),
        ("ContextEntries.member.1.ContextKeyValues.member.1", "false"),
    ];
    let answer = sandbox.answer("SimulateCustomPolicy", &asked(&given));
    assert_eq!(element(&answer, "EvalDecision"), "explicitDeny");
    assert_eq!(element(&answer, "SourcePolicyId"), "PolicyInputList.2");
    assert_eq!(element(&answer, "MissingContextValues"), "");
    assert_eq!(answer.matches("PolicyInputList.1").count(), 0, "the deny alone decided");
}

#[test]
fn a_boundary_and_an_organisation_say_what_they_think() {
    let mut sandbox = Sandbox::new();
    let nothing =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#;
    let parameters = [
        ("PolicyInputList.member.1", PERMISSIONS),
        ("PermissionsBoundaryPolicyInputList.member.1", nothing),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ResourceArns.member.1", OBJECT),
    ];
    let answer = sandbox.answer("SimulateCustomPolicy", &parameters);
    assert_eq!(element(&answer, "EvalDecision"), "implicitDeny");
    assert_eq!(element(&answer, "AllowedByPermissionsBoundary"), "false");
    assert!(!answer.contains("OrganizationsDecisionDetail"), "{answer}");
    let parameters = [
        ("PolicyInputList.member.1", PERMISSIONS),
        ("OrderedOrganizationPolicyInputList.member.1.ServiceControlPolicyInputList.member.1", nothing),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ResourceArns.member.1", OBJECT),
    ];
    let answer = sandbox.answer("SimulateCustomPolicy", &parameters);
    assert_eq!(element(&answer, "EvalDecision"), "implicitDeny");
    assert_eq!(element(&answer, "AllowedByOrganizations"), "false");
}

#[test]
fn a_resource_policy_names_its_caller() {
    let mut sandbox = Sandbox::new();
    let bucket = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:role/deploy"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::octo-bucket/*"}]}"#;
    let other =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:*","Resource":"*"}]}"#;
    let mut parameters = vec![
        ("PolicyInputList.member.1", other),
        ("ResourcePolicy", bucket),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ResourceArns.member.1", OBJECT),
    ];
    let refusal = sandbox.refusal("SimulateCustomPolicy", &parameters);
    assert!(refusal.starts_with("400 InvalidInput: A CallerArn is required"), "{refusal}");
    parameters.push(("CallerArn", ROLE));
    let answer = sandbox.answer("SimulateCustomPolicy", &parameters);
    assert_eq!(element(&answer, "EvalDecision"), "allowed");
    assert_eq!(element(&answer, "SourcePolicyId"), "ResourcePolicy");
    assert_eq!(element(&answer, "SourcePolicyType"), "Resource Policy");
}

#[test]
fn attached_policies_can_be_left_out() {
    let mut sandbox = with_policy();
    for (exclusion, decision) in [
        (vec![], "allowed"),
        (vec![("PolicyExclusionList.member.1.PolicyType", "inline")], "implicitDeny"),
        (vec![("PolicyExclusionList.member.1.PolicyType", "user-managed")], "allowed"),
        (
            vec![
                ("PolicyExclusionList.member.1.InlinePolicyIdentifier.PolicyName", "read"),
                ("PolicyExclusionList.member.1.InlinePolicyIdentifier.AttachmentType", "role"),
                ("PolicyExclusionList.member.1.InlinePolicyIdentifier.AttachmentName", "dep*"),
            ],
            "implicitDeny",
        ),
    ] {
        let mut parameters = vec![
            ("PolicySourceArn", ROLE),
            ("ActionNames.member.1", "s3:GetObject"),
            ("ResourceArns.member.1", OBJECT),
        ];
        parameters.extend(&exclusion);
        let answer = sandbox.answer("SimulatePrincipalPolicy", &parameters);
        assert_eq!(element(&answer, "EvalDecision"), decision, "{exclusion:?}");
    }
    let parameters = [
        ("PolicySourceArn", ROLE),
        ("ActionNames.member.1", "s3:GetObject"),
        ("PolicyExclusionList.member.1.PolicyArn", "arn:aws:iam::1*:policy/x"),
    ];
    let refusal = sandbox.refusal("SimulatePrincipalPolicy", &parameters);
    assert!(refusal.starts_with("400 InvalidInput: Invalid policy identifier"), "{refusal}");
}

#[test]
fn results_come_in_pages() {
    let mut sandbox = with_policy();
    let parameters = [
        ("PolicySourceArn", ROLE),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ActionNames.member.2", "s3:PutObject"),
        ("MaxItems", "1"),
    ];
    let first = sandbox.answer("SimulatePrincipalPolicy", &parameters);
    assert_eq!(element(&first, "EvalActionName"), "s3:GetObject");
    assert_eq!(element(&first, "EvalResourceName"), "*");
    assert_eq!(element(&first, "IsTruncated"), "true");
    assert!(!first.contains("ResourceSpecificResults"), "{first}");
    let marker = element(&first, "Marker").to_owned();
    let mut parameters = parameters.to_vec();
    parameters.push(("Marker", &marker));
    let second = sandbox.answer("SimulatePrincipalPolicy", &parameters);
    assert_eq!(element(&second, "EvalActionName"), "s3:PutObject");
    assert_eq!(element(&second, "IsTruncated"), "false");
}

#[test]
fn what_cannot_be_simulated_is_told_in_words() {
    let mut sandbox = with_policy();
    for (source, refusal) in [
        (
            "arn:aws:iam::123456789012:role/absent",
            "404 NoSuchEntity: The role with name absent cannot be found.",
        ),
        ("arn:aws:iam::123456789012:user/ada", "404 NoSuchEntity: The user with name ada cannot be found."),
        (
            "arn:aws:sts::123456789012:assumed-role/deploy/run",
            "400 InvalidInput: Invalid Entity Arn: arn:aws:sts::123456789012:assumed-role/deploy/run \
             does not clearly define entity type and name.",
        ),
    ] {
        for name in ["SimulatePrincipalPolicy", "GetContextKeysForPrincipalPolicy"] {
            let parameters = [("PolicySourceArn", source), ("ActionNames.member.1", "s3:GetObject")];
            assert_eq!(sandbox.refusal(name, &parameters), refusal, "{name}");
        }
    }
    let asked = |more: (&'static str, &'static str)| {
        [("PolicyInputList.member.1", PERMISSIONS), ("ActionNames.member.1", "s3:GetObject"), more]
    };
    for (parameters, beginning) in [
        (asked(("PolicyInputList.member.2", "{}")), "400 InvalidInput: Invalid Entry: PolicyInputList.2"),
        (asked(("ActionNames.member.2", "GetObject")), "400 InvalidInput: Invalid Entry: GetObject"),
        (asked(("ContextEntries.member.1.ContextKeyName", "aws:username")), "400 InvalidInput"),
        (asked(("CallerArn", "ada")), "400 InvalidInput: Invalid Entity Arn: ada"),
        (asked(("ResourceOwner", "me")), "400 InvalidInput"),
    ] {
        let refusal = sandbox.refusal("SimulateCustomPolicy", &parameters);
        assert!(refusal.starts_with(beginning), "{refusal}");
    }
    let refusal = sandbox.refusal("SimulateCustomPolicy", &[("PolicyInputList.member.1", PERMISSIONS)]);
    assert!(refusal.contains("Value null at 'actionNames'"), "{refusal}");
}

#[test]
fn values_must_be_of_their_type() {
    let mut sandbox = Sandbox::new();
    for (kind, good, bad) in [
        ("numeric", "10.5", "ten"),
        ("boolean", "true", "yes"),
        ("ip", "203.0.113.0/24", "203.0.113.0/33"),
        ("binary", "QmluYXJ5", "?"),
        ("date", "2026-11-23T10:00:00Z", "tomorrow"),
        ("stringList", "a", ""),
    ] {
        let ask = |value: &'static str| {
            [
                ("PolicyInputList.member.1", PERMISSIONS),
                ("ActionNames.member.1", "s3:GetObject"),
                ("ContextEntries.member.1.ContextKeyName", "octo:key"),
                ("ContextEntries.member.1.ContextKeyType", kind),
                ("ContextEntries.member.1.ContextKeyValues.member.1", value),
            ]
        };
        sandbox.done("SimulateCustomPolicy", &ask(good));
        if !bad.is_empty() {
            let refusal = sandbox.refusal("SimulateCustomPolicy", &ask(bad));
            assert!(refusal.contains(&format!("the value {bad} of the context key octo:key")), "{refusal}");
        }
    }
}

#[test]
fn the_keys_of_policies_are_told_once() {
    let mut sandbox = with_policy();
    let twice = DENY.replace("aws:SecureTransport", "AWS:securetransport");
    let parameters = [
        ("PolicySourceArn", ROLE),
        ("PolicyInputList.member.1", DENY),
        ("PolicyInputList.member.2", twice.as_str()),
    ];
    let keys = "<ContextKeyNames><member>aws:SecureTransport</member></ContextKeyNames>";
    assert_eq!(sandbox.answer("GetContextKeysForPrincipalPolicy", &parameters), keys);
    assert_eq!(sandbox.answer("GetContextKeysForCustomPolicy", &parameters[1..]), keys);
    let refusal = sandbox.refusal("GetContextKeysForCustomPolicy", &[]);
    assert!(refusal.contains("Value null at 'policyInputList'"), "{refusal}");
}

#[test]
fn the_work_of_one_answer_is_bounded() {
    let mut sandbox = Sandbox::new();
    let resources: Vec<String> = (1..=500).map(|number| format!("ResourceArns.member.{number}")).collect();
    let padded = PERMISSIONS.replacen('{', &format!("{{{}", " ".repeat(70_000)), 1);
    let mut parameters =
        vec![("PolicyInputList.member.1", padded.as_str()), ("ActionNames.member.1", "s3:GetObject")];
    parameters.extend(resources.iter().map(|name| (name.as_str(), OBJECT)));
    let refusal = sandbox.refusal("SimulateCustomPolicy", &parameters);
    assert!(refusal.starts_with("400 InvalidInput: daypass does not simulate so many"), "{refusal}");
    let short = parameters.get(..12).unwrap();
    sandbox.done("SimulateCustomPolicy", short);
    let names: Vec<String> = (1..=5).map(|number| format!("ActionNames.member.{number}")).collect();
    parameters.extend(names.iter().map(|name| (name.as_str(), "s3:GetObject")));
    let refusal = sandbox.refusal("SimulateCustomPolicy", &parameters);
    assert!(refusal.contains("at most 2000 pairs"), "{refusal}");
}
