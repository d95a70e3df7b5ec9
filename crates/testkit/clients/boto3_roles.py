"""Roles, managed policies, attachments and boundaries with boto3, each error as boto3's own class.

Against the sandbox that the environment names; ends with an error at the first surprise.
"""

import json

import boto3
from botocore.exceptions import WaiterError

from expect import all_of, must_equal, must_have_code, must_hold, must_raise

ACCOUNT = "123456789012"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


def policy(action, resource="*"):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def roles(iam):
    errors = iam.exceptions
    waiter = iam.get_waiter("role_exists")
    try:
        waiter.wait(RoleName="one", WaiterConfig={"Delay": 1, "MaxAttempts": 1})
    except WaiterError:
        pass
    else:
        raise SystemExit("waited for a role that is not there")
    for name in ["one", "two", "three"]:
        path = "/ci/" if name != "three" else "/"
        iam.create_role(RoleName=name, Path=path, AssumeRolePolicyDocument=TRUST, Tags=[{"Key": "n", "Value": name}])
        waiter.wait(RoleName=name)
    must_raise(
        errors.EntityAlreadyExistsException,
        lambda: iam.create_role(RoleName="ONE", AssumeRolePolicyDocument=TRUST),
        "Role with name ONE already exists.",
    )
    must_raise(
        errors.MalformedPolicyDocumentException,
        lambda: iam.create_role(RoleName="four", AssumeRolePolicyDocument="{"),
    )
    must_raise(errors.NoSuchEntityException, lambda: iam.get_role(RoleName="four"), "The role with name four")
    must_have_code("ValidationError", lambda: iam.create_role(RoleName="a b", AssumeRolePolicyDocument=TRUST))
    names = [role["RoleName"] for role in all_of(iam, "list_roles", "Roles")]
    must_equal(names, ["one", "three", "two"])
    listed = all_of(iam, "list_roles", "Roles", PathPrefix="/ci/")
    must_equal([role["RoleName"] for role in listed], ["one", "two"])
    must_hold("Tags" not in listed[0], "a list of roles has no tags")
    iam.update_role(RoleName="one", MaxSessionDuration=7200, Description="first")
    role = iam.get_role(RoleName="one")["Role"]
    must_equal((role["MaxSessionDuration"], role["Description"], role["RoleLastUsed"]), (7200, "first", {}))
    tags = [{"Key": f"k{number}", "Value": "v"} for number in range(49)]
    iam.tag_role(RoleName="one", Tags=tags)
    must_raise(
        errors.LimitExceededException,
        lambda: iam.tag_role(RoleName="one", Tags=[{"Key": "one-more", "Value": "v"}]),
        "TagsPerRole",
    )
    must_equal(len(all_of(iam, "list_role_tags", "Tags", RoleName="one")), 50)
    iam.untag_role(RoleName="one", TagKeys=[tag["Key"] for tag in tags])


def managed_policies(iam):
    errors = iam.exceptions
    made = iam.create_policy(PolicyName="read", Path="/ci/", PolicyDocument=policy("s3:GetObject"), Description="d")
    arn = made["Policy"]["Arn"]
    must_equal(arn, f"arn:aws:iam::{ACCOUNT}:policy/ci/read")
    iam.get_waiter("policy_exists").wait(PolicyArn=arn)
    must_raise(
        errors.EntityAlreadyExistsException,
        lambda: iam.create_policy(PolicyName="READ", PolicyDocument=policy("s3:GetObject")),
    )
    must_raise(
        errors.MalformedPolicyDocumentException,
        lambda: iam.create_policy(PolicyName="bad", PolicyDocument='{"Statement": []}'),
    )
    must_raise(errors.NoSuchEntityException, lambda: iam.get_policy(PolicyArn=arn + "x"))
    must_raise(errors.InvalidInputException, lambda: iam.get_policy(PolicyArn="arn:aws:iam::nowhere:policies/x"))
    for version in range(2, 6):
        answer = iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(f"s3:Get{version}*"), SetAsDefault=version == 2)
        must_equal(answer["PolicyVersion"]["VersionId"], f"v{version}")
    must_raise(
        errors.LimitExceededException,
        lambda: iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy("s3:Get*")),
    )
    versions = all_of(iam, "list_policy_versions", "Versions", PolicyArn=arn)
    must_equal([version["VersionId"] for version in versions], ["v5", "v4", "v3", "v2", "v1"])
    must_raise(errors.DeleteConflictException, lambda: iam.delete_policy_version(PolicyArn=arn, VersionId="v2"))
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v5")
    must_equal(iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"], "v5")
    document = iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]["Document"]
    must_equal(document, json.loads(policy("s3:Get2*")))
    must_raise(errors.NoSuchEntityException, lambda: iam.get_policy_version(PolicyArn=arn, VersionId="v9"))
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "team", "Value": "red"}])
    must_equal(all_of(iam, "list_policy_tags", "Tags", PolicyArn=arn), [{"Key": "team", "Value": "red"}])
    iam.untag_policy(PolicyArn=arn, TagKeys=["team"])
    must_equal([found["Arn"] for found in all_of(iam, "list_policies", "Policies", Scope="Local")], [arn])
    aws = {found["PolicyName"] for found in all_of(iam, "list_policies", "Policies", Scope="AWS")}
    wanted = {
        "ReadOnlyAccess",
        "AdministratorAccess",
        "AmazonS3ReadOnlyAccess",
        "AWSLambda_FullAccess",
        "CloudFrontFullAccess",
    }
    must_equal(wanted - aws, set())
    return arn


def attachments(iam, arn):
    errors = iam.exceptions
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    for attached in [arn, read_only, arn]:
        iam.attach_role_policy(RoleName="one", PolicyArn=attached)
    must_raise(
        errors.NoSuchEntityException,
        lambda: iam.attach_role_policy(RoleName="one", PolicyArn="arn:aws:iam::aws:policy/Nothing"),
    )
    must_raise(errors.NoSuchEntityException, lambda: iam.detach_role_policy(RoleName="two", PolicyArn=arn))
    found = all_of(iam, "list_attached_role_policies", "AttachedPolicies", RoleName="one")
    must_equal({entry["PolicyArn"] for entry in found}, {arn, read_only})
    entities = all_of(iam, "list_entities_for_policy", "PolicyRoles", PolicyArn=arn)
    must_equal([entity["RoleName"] for entity in entities], ["one"])
    must_equal(iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"], 1)
    iam.put_role_permissions_boundary(RoleName="two", PermissionsBoundary=arn)
    boundary = iam.get_role(RoleName="two")["Role"]["PermissionsBoundary"]
    must_equal(boundary["PermissionsBoundaryArn"], arn)
    must_raise(
        errors.NoSuchEntityException,
        lambda: iam.put_role_permissions_boundary(RoleName="two", PermissionsBoundary=arn + "x"),
    )
    must_raise(errors.DeleteConflictException, lambda: iam.delete_policy(PolicyArn=arn), "attached")
    must_raise(errors.DeleteConflictException, lambda: iam.delete_role(RoleName="one"))
    iam.put_role_policy(RoleName="three", PolicyName="inline", PolicyDocument=policy("s3:PutObject"))
    must_equal(all_of(iam, "list_role_policies", "PolicyNames", RoleName="three"), ["inline"])
    must_raise(errors.NoSuchEntityException, lambda: iam.get_role_policy(RoleName="three", PolicyName="x"))
    must_raise(
        errors.LimitExceededException,
        lambda: iam.put_role_policy(RoleName="three", PolicyName="long", PolicyDocument=policy(["s3:" + "a" * 99] * 99)),
    )
    must_equal(all_of(iam, "list_instance_profiles_for_role", "InstanceProfiles", RoleName="one"), [])
    return read_only


def clean_up(iam, arn, read_only):
    errors = iam.exceptions
    iam.delete_role_permissions_boundary(RoleName="two")
    must_hold("PermissionsBoundary" not in iam.get_role(RoleName="two")["Role"], "the boundary is gone")
    for attached in [arn, read_only]:
        iam.detach_role_policy(RoleName="one", PolicyArn=attached)
    iam.delete_role_policy(RoleName="three", PolicyName="inline")
    must_raise(errors.DeleteConflictException, lambda: iam.delete_policy(PolicyArn=arn), "more than one version")
    for version in ["v1", "v2", "v3", "v4"]:
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    iam.delete_policy(PolicyArn=arn)
    must_raise(errors.NoSuchEntityException, lambda: iam.delete_policy(PolicyArn=arn))
    for name in ["one", "two", "three"]:
        iam.delete_role(RoleName=name)
    must_equal(all_of(iam, "list_roles", "Roles"), [])


def main():
    iam = boto3.client("iam")
    roles(iam)
    arn = managed_policies(iam)
    read_only = attachments(iam, arn)
    clean_up(iam, arn, read_only)
    print("all is answered")


main()
