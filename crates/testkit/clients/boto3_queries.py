"""What tools ask of an account with boto3: users and keys, of which there are none, the account as a whole, the policy
simulator and the policy validator.

Against the sandbox that the environment names; ends with an error at the first surprise.
"""

import json

import boto3

from expect import all_of, must_equal, must_have_code, must_hold, must_raise

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploy"
OBJECT = "arn:aws:s3:::octo-bucket/a"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
READ = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::octo-bucket/*"},
        {
            "Sid": "Safe",
            "Effect": "Deny",
            "Action": "s3:*",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ],
}


def keyless(iam):
    errors = iam.exceptions
    for operation, key in [
        ("list_users", "Users"),
        ("list_groups", "Groups"),
        ("list_access_keys", "AccessKeyMetadata"),
        ("list_mfa_devices", "MFADevices"),
        ("list_ssh_public_keys", "SSHPublicKeys"),
        ("list_signing_certificates", "Certificates"),
        ("list_instance_profiles", "InstanceProfiles"),
        ("list_server_certificates", "ServerCertificateMetadataList"),
        ("list_virtual_mfa_devices", "VirtualMFADevices"),
    ]:
        must_equal(all_of(iam, operation, key), [])
    must_equal(iam.list_service_specific_credentials(AllUsers=True)["ServiceSpecificCredentials"], [])
    must_equal(iam.list_saml_providers()["SAMLProviderList"], [])
    must_equal(iam.get_user()["User"]["Arn"], f"arn:aws:iam::{ACCOUNT}:root")
    for call in [
        lambda: iam.get_user(UserName="ada"),
        lambda: iam.list_access_keys(UserName="ada"),
        lambda: iam.list_groups_for_user(UserName="ada"),
        lambda: iam.attach_user_policy(UserName="ada", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess"),
        lambda: iam.get_group(GroupName="staff"),
        lambda: iam.get_login_profile(UserName="ada"),
        lambda: iam.get_instance_profile(InstanceProfileName="web"),
        lambda: iam.get_account_password_policy(),
    ]:
        must_raise(errors.NoSuchEntityException, call, "cannot be found.")
    for call in [
        lambda: iam.create_user(UserName="ada"),
        lambda: iam.create_group(GroupName="staff"),
        lambda: iam.create_access_key(),
        lambda: iam.create_access_key(UserName="ada"),
        lambda: iam.create_login_profile(UserName="ada", Password="correct horse"),
        lambda: iam.create_virtual_mfa_device(VirtualMFADeviceName="phone"),
        lambda: iam.upload_ssh_public_key(UserName="ada", SSHPublicKeyBody="ssh-ed25519 AAAA"),
    ]:
        must_have_code("AccessDenied", call, "keyless by design")
    must_raise(errors.InvalidUserTypeException, lambda: iam.change_password(OldPassword="a" * 8, NewPassword="b" * 8))


def account(iam):
    errors = iam.exceptions
    must_raise(errors.CredentialReportNotPresentException, iam.get_credential_report)
    must_equal(iam.generate_credential_report()["State"], "STARTED")
    must_equal(iam.generate_credential_report()["State"], "COMPLETE")
    report = iam.get_credential_report()
    must_equal(report["ReportFormat"], "text/csv")
    lines = report["Content"].decode().splitlines()
    must_equal([line.split(",")[0] for line in lines], ["user", "<root_account>"])
    must_hold("true" not in lines[1], "the report shows no credential")
    must_equal(all_of(iam, "list_account_aliases", "AccountAliases"), [])
    iam.create_account_alias(AccountAlias="octo-org")
    must_raise(errors.EntityAlreadyExistsException, lambda: iam.create_account_alias(AccountAlias="octo-org"))
    must_equal(all_of(iam, "list_account_aliases", "AccountAliases"), ["octo-org"])
    must_raise(errors.NoSuchEntityException, lambda: iam.delete_account_alias(AccountAlias="other"))
    iam.delete_account_alias(AccountAlias="octo-org")
    summary = iam.get_account_summary()["SummaryMap"]
    must_equal((summary["Roles"], summary["Users"], summary["AccountAccessKeysPresent"]), (1, 0, 0))
    roles = all_of(iam, "get_account_authorization_details", "RoleDetailList", Filter=["Role"])
    must_equal([role["RoleName"] for role in roles], ["deploy"])
    must_equal(roles[0]["AssumeRolePolicyDocument"], TRUST)
    must_equal(roles[0]["RolePolicyList"], [{"PolicyName": "read", "PolicyDocument": READ}])
    must_have_code("InvalidAction", lambda: iam.create_instance_profile(InstanceProfileName="web"))


def simulator(iam):
    errors = iam.exceptions
    keys = iam.get_context_keys_for_principal_policy(PolicySourceArn=ROLE)["ContextKeyNames"]
    must_equal(keys, ["aws:SecureTransport"])
    must_equal(iam.get_context_keys_for_custom_policy(PolicyInputList=[json.dumps(READ)])["ContextKeyNames"], keys)
    actions = ["s3:GetObject", "s3:PutObject"]
    results = all_of(
        iam,
        "simulate_principal_policy",
        "EvaluationResults",
        PolicySourceArn=ROLE,
        ActionNames=actions,
        ResourceArns=[OBJECT],
    )
    must_equal([result["EvalActionName"] for result in results], actions)
    must_equal([result["EvalDecision"] for result in results], ["allowed", "implicitDeny"])
    on_object = results[0]["ResourceSpecificResults"][0]
    must_equal((on_object["EvalResourceName"], on_object["EvalResourceDecision"]), (OBJECT, "allowed"))
    must_equal(on_object["MissingContextValues"], ["aws:SecureTransport"])
    statement = results[0]["MatchedStatements"][0]
    must_equal(statement["SourcePolicyId"], "role_deploy_read")
    must_hold(statement["StartPosition"]["Line"] == 1, "a statement has a place")
    boundary = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}
    result = iam.simulate_custom_policy(
        PolicyInputList=[json.dumps(READ)],
        PermissionsBoundaryPolicyInputList=[json.dumps(boundary)],
        ActionNames=["s3:GetObject"],
        ResourceArns=[OBJECT],
        ContextEntries=[
            {
                "ContextKeyName": "aws:SecureTransport",
                "ContextKeyType": "boolean",
                "ContextKeyValues": ["true"],
            }
        ],
    )["EvaluationResults"][0]
    must_equal(result["EvalDecision"], "implicitDeny")
    must_equal(result["MissingContextValues"], [])
    must_equal(result["PermissionsBoundaryDecisionDetail"], {"AllowedByPermissionsBoundary": False})
    must_raise(
        errors.NoSuchEntityException,
        lambda: iam.simulate_principal_policy(PolicySourceArn=ROLE + "x", ActionNames=actions),
    )
    must_raise(
        errors.InvalidInputException,
        lambda: iam.simulate_custom_policy(PolicyInputList=["{}"], ActionNames=actions),
    )


def validator(analyzer):
    errors = analyzer.exceptions
    wrong = '{\n  "Version": "2012-10-17",\n  "Statement": [{"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}]\n}'
    findings = all_of(
        analyzer, "validate_policy", "findings", policyDocument=wrong, policyType="IDENTITY_POLICY"
    )
    found = [finding for finding in findings if finding["issueCode"] == "INVALID_ACTION"]
    must_equal([finding["findingType"] for finding in found], ["ERROR"])
    location = found[0]["locations"][0]
    must_equal(location["path"][:3], [{"value": "Statement"}, {"index": 0}, {"value": "Action"}])
    must_equal(location["span"]["start"], {"line": 3, "column": 46, "offset": wrong.index('"s3:GetObjekt"')})
    must_hold(found[0]["learnMoreLink"].startswith("https://docs.aws.amazon.com/"), "a finding has a page")
    good = analyzer.validate_policy(
        policyDocument=json.dumps(TRUST),
        policyType="RESOURCE_POLICY",
        validatePolicyResourceType="AWS::IAM::AssumeRolePolicyDocument",
    )
    must_equal([finding for finding in good["findings"] if finding["findingType"] == "ERROR"], [])
    error = must_raise(
        errors.ValidationException,
        lambda: analyzer.validate_policy(policyDocument="{}", policyType="POLICY"),
        "policyType",
    )
    must_equal(error.response["reason"], "fieldValidationFailed")
    must_equal(error.response["fieldList"][0]["name"], "policyType")
    must_have_code("UnknownOperationException", analyzer.list_analyzers)


def main():
    iam = boto3.client("iam")
    keyless(iam)
    iam.create_role(RoleName="deploy", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.put_role_policy(RoleName="deploy", PolicyName="read", PolicyDocument=json.dumps(READ))
    account(iam)
    simulator(iam)
    validator(boto3.client("accessanalyzer"))
    events = boto3.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "ValidatePolicy"}]
    )["Events"]
    must_hold(len(events) > 0, "a validation is on record")
    must_equal(events[0]["EventSource"], "access-analyzer.amazonaws.com")
    print("all is answered")


main()
