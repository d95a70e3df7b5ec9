"""Every action of the deploy policy with boto3, by a role that has it and by one that lacks it.

Reads the policies and a token from the working directory; the environment names the sandbox. What the second role is told
is compared by code, status and words with what AWS says. Ends with an error at the first surprise.
"""

import io
import json
import pathlib
import zipfile

import boto3
from botocore.exceptions import ClientError
from expect import must_equal, must_hold

ACCOUNT = "123456789012"
BUCKET = "my-prod-bucket"
FUNCTION = "my-function"
DISTRIBUTION = "ABCDEF123456"
REGION = "eu-west-1"
BUCKET_ARN = f"arn:aws:s3:::{BUCKET}"
FUNCTION_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{FUNCTION}"
DISTRIBUTION_ARN = f"arn:aws:cloudfront::{ACCOUNT}:distribution/{DISTRIBUTION}"
LAMBDA_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def text_of(name):
    return pathlib.Path(name).read_text(encoding="utf-8")


def code(text):
    """A function's code: a zip with one file, the same bytes each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.py"), text)
    return packed.getvalue()


def prepare():
    """The ground, as the administrator: the function, its alias, and a role without the policy."""
    iam = boto3.client("iam")
    iam.create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(LAMBDA_TRUST))
    trust = text_of("trust-policy-prod.json")
    iam.create_role(RoleName="bare", AssumeRolePolicyDocument=trust)
    functions = boto3.client("lambda", region_name=REGION)
    functions.create_function(
        FunctionName=FUNCTION,
        Runtime="python3.13",
        Handler="main.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/function",
        Code={"ZipFile": code("first")},
    )
    functions.get_waiter("function_active_v2").wait(FunctionName=FUNCTION, WaiterConfig={"Delay": 1})
    version = functions.publish_version(FunctionName=FUNCTION)["Version"]
    functions.create_alias(FunctionName=FUNCTION, Name="live", FunctionVersion=version)


def session(role):
    """A session of a role, by the exchange of the token, in the function's region."""
    answer = boto3.client("sts").assume_role_with_web_identity(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}",
        RoleSessionName="walk",
        WebIdentityToken=text_of("token"),
    )
    credentials = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=REGION,
    )


def calls(own):
    """Each action of the policy: its name, the resource as a refusal shows it, the refusal's code, a call, its status."""
    s3, functions, pages = own.client("s3"), own.client("lambda"), own.client("cloudfront")
    page = {"Bucket": BUCKET, "Key": "walk/index.html"}
    shown_page = f'"{BUCKET_ARN}/walk/index.html"'
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": "walk"}

    def updated():
        answer = functions.update_function_code(FunctionName=FUNCTION, ZipFile=code("second"))
        # Nothing else may be done to the function until its update is over.
        functions.get_waiter("function_updated_v2").wait(FunctionName=FUNCTION, WaiterConfig={"Delay": 1})
        return answer

    return [
        ("s3:PutObject", shown_page, "AccessDenied", lambda: s3.put_object(**page, Body=b"page"), 200),
        ("s3:GetObject", shown_page, "AccessDenied", lambda: s3.get_object(**page), 200),
        ("s3:ListBucket", f'"{BUCKET_ARN}"', "AccessDenied", lambda: s3.list_objects_v2(Bucket=BUCKET), 200),
        ("s3:DeleteObject", shown_page, "AccessDenied", lambda: s3.delete_object(**page), 204),
        ("lambda:UpdateFunctionCode", FUNCTION_ARN, "AccessDeniedException", updated, 200),
        (
            "lambda:PublishVersion",
            FUNCTION_ARN,
            "AccessDeniedException",
            lambda: functions.publish_version(FunctionName=FUNCTION),
            201,
        ),
        (
            "lambda:UpdateAlias",
            FUNCTION_ARN,
            "AccessDeniedException",
            lambda: functions.update_alias(FunctionName=FUNCTION, Name="live", FunctionVersion="2"),
            200,
        ),
        (
            "lambda:GetFunction",
            FUNCTION_ARN,
            "AccessDeniedException",
            lambda: functions.get_function(FunctionName=FUNCTION),
            200,
        ),
        (
            "cloudfront:CreateInvalidation",
            DISTRIBUTION_ARN,
            "AccessDenied",
            lambda: pages.create_invalidation(DistributionId=DISTRIBUTION, InvalidationBatch=batch),
            201,
        ),
    ]


def must_be_the_whole_policy(walked):
    """The walk is of every action of the policy that there is at AWS: the seed names one that there is not."""
    policy = json.loads(text_of("deploy-policy.json"))
    named = set()
    for statement in policy["Statement"]:
        actions = statement["Action"]
        named.update([actions] if isinstance(actions, str) else actions)
    must_equal(named - walked, {"lambda:WaitForFunctionActive"})
    must_equal(walked - named, set())


def walk_denied(own):
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/bare/walk"
    for action, shown, code_of_refusal, call, _ in calls(own):
        try:
            answer = call()
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            said = error.response["Error"]
            must_equal((action, said["Code"], status), (action, code_of_refusal, 403))
            words = (
                f"User: {arn} is not authorized to perform: {action} on resource: {shown} because no "
                f"identity-based policy allows the {action} action"
            )
            must_equal(said["Message"], words)
            must_hold(error.response["ResponseMetadata"]["RequestId"], "a refusal names its request")
        else:
            must_hold(False, f"{action} is refused: {answer!r}")


def walk_allowed(own):
    for action, _, _, call, status in calls(own):
        answer = call()
        must_equal((action, answer["ResponseMetadata"]["HTTPStatusCode"]), (action, status))


def main():
    prepare()
    bare, deploy = session("bare"), session("github-prod-deploy")
    must_be_the_whole_policy({action for action, *_ in calls(bare)})
    walk_denied(bare)
    walk_allowed(deploy)
    # The refused ones changed nothing: the allowed ones made version 2, and it is what the alias names.
    functions = boto3.client("lambda", region_name=REGION)
    must_equal(functions.get_alias(FunctionName=FUNCTION, Name="live")["FunctionVersion"], "2")
    versions = functions.list_versions_by_function(FunctionName=FUNCTION)["Versions"]
    must_equal([version["Version"] for version in versions], ["$LATEST", "1", "2"])
    print("all is answered")


main()
