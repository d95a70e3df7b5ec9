"""The seed's story with boto3, against the sandbox that the environment names.

Reads the policies and the tokens from the working directory. Ends with an error at the first surprise.
"""

import json
import pathlib
import sys
import time
import urllib.error
import urllib.request

import boto3
from botocore.exceptions import ClientError

ISSUER = "https://token.actions.githubusercontent.com"
PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
ROLE = "arn:aws:iam::123456789012:role/github-prod-deploy"
SUBJECT = "repo:your-org/your-repo:environment:production"


def must_equal(actual, expected):
    if actual != expected:
        sys.exit(f"expected {expected!r}, got {actual!r}")


def must_be_refused(call, code, message=None):
    try:
        answer = call()
    except ClientError as error:
        must_equal(error.response["Error"]["Code"], code)
        if message is not None:
            must_equal(error.response["Error"]["Message"], message)
        return
    sys.exit(f"not refused with {code}: {answer!r}")


def text_of(name):
    return pathlib.Path(name).read_text(encoding="utf-8")


def set_up():
    iam = boto3.client("iam")
    answer = iam.create_open_id_connect_provider(
        Url=ISSUER,
        ClientIDList=["sts.amazonaws.com"],
        ThumbprintList=["6938fd4d98bab03faadb97b34396831e3780aea1"],
        Tags=[{"Key": "team", "Value": "platform"}],
    )
    must_equal(answer["OpenIDConnectProviderArn"], PROVIDER)
    tags = iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=PROVIDER)["Tags"]
    must_equal(tags, [{"Key": "team", "Value": "platform"}])
    role = iam.create_role(
        RoleName="github-prod-deploy",
        AssumeRolePolicyDocument=text_of("trust-policy.json"),
        MaxSessionDuration=7200,
    )["Role"]
    must_equal(role["Arn"], ROLE)
    must_equal(role["MaxSessionDuration"], 7200)
    document = text_of("trust-policy-prod.json")
    iam.update_assume_role_policy(RoleName="github-prod-deploy", PolicyDocument=document)
    role = iam.get_role(RoleName="github-prod-deploy")["Role"]
    must_equal(role["AssumeRolePolicyDocument"], json.loads(document))
    policy = text_of("deploy-policy.json")
    iam.put_role_policy(RoleName="github-prod-deploy", PolicyName="deploy", PolicyDocument=policy)
    unscoped = json.loads(document)
    del unscoped["Statement"][0]["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
    must_be_refused(
        lambda: iam.create_role(RoleName="everybody", AssumeRolePolicyDocument=json.dumps(unscoped)),
        "MalformedPolicyDocument",
        f"Trust policy with trusted principal {PROVIDER} must evaluate, using StringEquals, StringLike or "
        "StringEqualsIgnoreCase, token.actions.githubusercontent.com:sub or "
        "token.actions.githubusercontent.com:job_workflow_ref which is not scoped to all.",
    )
    must_be_refused(lambda: iam.get_role(RoleName="everybody"), "NoSuchEntity")


def exchange(token, **more):
    return boto3.client("sts").assume_role_with_web_identity(
        RoleArn=ROLE, RoleSessionName="GitHubActions", WebIdentityToken=token, **more
    )


def try_tokens():
    must_be_refused(
        lambda: exchange(text_of("wrong-token")),
        "AccessDenied",
        "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    )
    token = text_of("token")
    must_be_refused(lambda: exchange(token[:-8]), "InvalidIdentityToken")
    must_be_refused(
        lambda: exchange(token, DurationSeconds=7201),
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )
    answer = exchange(token, DurationSeconds=7200)
    must_equal(answer["SubjectFromWebIdentityToken"], SUBJECT)
    must_equal(answer["Provider"], PROVIDER)
    return answer["Credentials"]


def session_of(credentials):
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def use_objects(session):
    boto3.client("s3").create_bucket(Bucket="my-prod-bucket")
    s3 = session.client("s3")
    body = bytes(range(256)) * 40_000
    s3.put_object(Bucket="my-prod-bucket", Key="a/b c+d.txt", Body=b"hello", Metadata={"run": "42"})
    answer = s3.get_object(Bucket="my-prod-bucket", Key="a/b c+d.txt")
    must_equal((answer["Body"].read(), answer["Metadata"]), (b"hello", {"run": "42"}))
    pathlib.Path("large.bin").write_bytes(body)
    s3.upload_file("large.bin", "my-prod-bucket", "large.bin")
    s3.download_file("my-prod-bucket", "large.bin", "down.bin")
    must_equal(pathlib.Path("down.bin").read_bytes() == body, True)
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="my-prod-bucket")["Contents"]]
    must_equal(keys, ["a/b c+d.txt", "large.bin"])
    page = s3.list_objects_v2(Bucket="my-prod-bucket", Delimiter="/", MaxKeys=1)
    must_equal([prefix["Prefix"] for prefix in page["CommonPrefixes"]], ["a/"])
    must_equal(page["IsTruncated"], True)
    must_be_refused(lambda: s3.delete_bucket(Bucket="my-prod-bucket"), "AccessDenied")
    answer = s3.delete_objects(
        Bucket="my-prod-bucket", Delete={"Objects": [{"Key": "large.bin"}, {"Key": "absent"}]}
    )
    must_equal(sorted(entry["Key"] for entry in answer["Deleted"]), ["absent", "large.bin"])
    must_be_refused(lambda: s3.get_object(Bucket="my-prod-bucket", Key="large.bin"), "NoSuchKey")


def fetch(url, method="GET", body=None, headers=None):
    """Status and body, by a client that knows nothing of AWS."""
    request = urllib.request.Request(url, method=method, data=body, headers=headers or {})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def must_be_denied(answer, text):
    status, body = answer
    if status != 403 or text.encode() not in body:
        sys.exit(f"expected 403 with {text!r}, got {answer!r}")


def presign(session):
    """Presigned URLs as they come, which is signature version 2 where nothing is configured."""
    s3 = session.client("s3")

    def url(operation, seconds=60, **parameters):
        address = {"Bucket": "my-prod-bucket", "Key": "pre/s+ü.txt", **parameters}
        return s3.generate_presigned_url(operation, Params=address, ExpiresIn=seconds)

    put = url("put_object", ContentType="text/x", Metadata={"run": "43"})
    must_equal("AWSAccessKeyId=" in put, True)
    must_equal(fetch(put, "PUT", b"presigned", {"Content-Type": "text/x"}), (200, b""))
    head = s3.head_object(Bucket="my-prod-bucket", Key="pre/s+ü.txt")
    must_equal((head["ContentType"], head["Metadata"]), ("text/x", {"run": "43"}))
    get = url("get_object", ResponseContentDisposition='attachment; filename="a&b.txt"')
    must_equal(fetch(get), (200, b"presigned"))
    must_be_denied(fetch(put, "PUT", b"other", {"Content-Type": "text/html"}), "SignatureDoesNotMatch")
    must_be_denied(fetch(get.replace("/pre/", "/a/")), "SignatureDoesNotMatch")
    must_be_denied(fetch(get, "DELETE"), "SignatureDoesNotMatch")
    for added in ("acl", "versionId=null", "x-amz-acl=public-read"):
        must_be_denied(fetch(f"{get}&{added}"), "SignatureDoesNotMatch")
    must_be_denied(fetch(f"{get}&x-id=PutObject"), "is not covered by signature version 2")
    brief = url("get_object", seconds=1)
    time.sleep(3)
    must_be_denied(fetch(brief), "Request has expired")
    must_equal(fetch(url("delete_object"), "DELETE"), (204, b""))


def narrow(token):
    """A session policy takes away what the role's policy allows."""
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::my-prod-bucket/*"}],
    }
    s3 = session_of(exchange(token, Policy=json.dumps(policy))["Credentials"]).client("s3")
    must_equal(s3.get_object(Bucket="my-prod-bucket", Key="a/b c+d.txt")["Body"].read(), b"hello")
    must_be_refused(lambda: s3.put_object(Bucket="my-prod-bucket", Key="x", Body=b"x"), "AccessDenied")


def forge(credentials):
    """A session's key with another secret, and without its token."""
    wrong = {**credentials, "SecretAccessKey": "x" * 40}
    must_be_refused(session_of(wrong).client("sts").get_caller_identity, "SignatureDoesNotMatch")
    bare = {**credentials, "SessionToken": None}
    must_be_refused(session_of(bare).client("sts").get_caller_identity, "InvalidClientTokenId")


def main():
    set_up()
    credentials = try_tokens()
    session = session_of(credentials)
    arn = session.client("sts").get_caller_identity()["Arn"]
    must_equal(arn, "arn:aws:sts::123456789012:assumed-role/github-prod-deploy/GitHubActions")
    use_objects(session)
    presign(session)
    presign(boto3.Session())
    narrow(text_of("token"))
    forge(credentials)
    must_be_refused(session.client("cloudtrail").lookup_events, "AccessDeniedException")
    print("the story is told")


main()
