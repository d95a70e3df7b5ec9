"""Tags and attributes of objects with boto3, and a function whose code is one of them.

Against the sandbox that the environment names; ends with an error at the first surprise.
"""

import io
import json
import urllib.request
import zipfile

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from expect import must_equal, must_have_code, must_hold, must_raise

BUCKET = "objects"
PART = 5 * 1024 * 1024
SOON = {"Delay": 1, "MaxAttempts": 30}


def tags_of(s3, key):
    tags = s3.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in tags}


def tagging(tags):
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


def tags(s3):
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"x", Tagging="team=web&cost%20center=1%2B1")
    must_equal(tags_of(s3, "k"), {"team": "web", "cost center": "1+1"})
    must_equal(s3.get_object(Bucket=BUCKET, Key="k")["TagCount"], 2)
    must_equal(s3.head_object(Bucket=BUCKET, Key="k")["TagCount"], 2)
    s3.copy_object(Bucket=BUCKET, Key="c", CopySource={"Bucket": BUCKET, "Key": "k"})
    must_equal(tags_of(s3, "c"), tags_of(s3, "k"))
    own = {"TaggingDirective": "REPLACE", "Tagging": "own=1"}
    s3.copy_object(Bucket=BUCKET, Key="c", CopySource={"Bucket": BUCKET, "Key": "k"}, **own)
    must_equal(tags_of(s3, "c"), {"own": "1"})
    s3.put_object_tagging(Bucket=BUCKET, Key="k", Tagging=tagging({"a": "\u00fc", "b": ""}))
    must_equal(tags_of(s3, "k"), {"a": "\u00fc", "b": ""})
    s3.delete_object_tagging(Bucket=BUCKET, Key="k")
    must_equal(tags_of(s3, "k"), {})
    must_hold("TagCount" not in s3.head_object(Bucket=BUCKET, Key="k"), "no tags are not counted")
    eleven = tagging({f"k{number}": "v" for number in range(11)})
    must_have_code(
        "BadRequest",
        lambda: s3.put_object_tagging(Bucket=BUCKET, Key="k", Tagging=eleven),
        "Object tags cannot be greater than 10",
    )
    must_raise(s3.exceptions.NoSuchKey, lambda: s3.get_object_tagging(Bucket=BUCKET, Key="absent"))


def presigned(s3):
    parameters = {"Bucket": BUCKET, "Key": "presigned", "Tagging": "by=url"}
    signing = boto3.client("s3", config=Config(signature_version="s3v4"))
    url = signing.generate_presigned_url("put_object", Params=parameters)
    request = urllib.request.Request(url, data=b"x", method="PUT", headers={"x-amz-tagging": "by=url"})
    with urllib.request.urlopen(request) as answer:
        must_equal(answer.status, 200)
    must_equal(tags_of(s3, "presigned"), {"by": "url"})


def large(s3):
    """In parts, by the transfer manager; and copied in parts by it, which takes the tags along if it is told to."""
    config = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
    extra = {"Tagging": "size=large", "ChecksumAlgorithm": "SHA256"}
    s3.upload_fileobj(io.BytesIO(b"x" * (2 * PART + 7)), BUCKET, "large", ExtraArgs=extra, Config=config)
    must_equal(tags_of(s3, "large"), {"size": "large"})
    wanted = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]
    shown = s3.get_object_attributes(Bucket=BUCKET, Key="large", ObjectAttributes=wanted, MaxParts=2)
    head = s3.head_object(Bucket=BUCKET, Key="large", ChecksumMode="ENABLED")
    must_equal((shown["ObjectSize"], shown["StorageClass"]), (2 * PART + 7, "STANDARD"))
    must_equal(f'"{shown["ETag"]}"', head["ETag"])
    must_equal(shown["LastModified"], head["LastModified"])
    must_equal(f'{shown["Checksum"]["ChecksumSHA256"]}-3', head["ChecksumSHA256"])
    parts = shown["ObjectParts"]
    must_equal((parts["TotalPartsCount"], parts["IsTruncated"], parts["NextPartNumberMarker"]), (3, True, 2))
    must_equal([part["Size"] for part in parts["Parts"]], [PART, PART])
    rest = s3.get_object_attributes(Bucket=BUCKET, Key="large", ObjectAttributes=wanted, PartNumberMarker=2)
    must_equal([part["PartNumber"] for part in rest["ObjectParts"]["Parts"]], [3])
    source = {"Bucket": BUCKET, "Key": "large"}
    s3.copy(source, BUCKET, "copied", ExtraArgs={"TaggingDirective": "COPY"}, Config=config)
    must_equal(tags_of(s3, "copied"), {"size": "large"})
    must_raise(
        s3.exceptions.NoSuchKey,
        lambda: s3.get_object_attributes(Bucket=BUCKET, Key="absent", ObjectAttributes=wanted),
    )


def code(s3):
    functions, iam = boto3.client("lambda"), boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("main.py", "def handler(event, context): return event\n")
    s3.put_object(Bucket=BUCKET, Key="code.zip", Body=packed.getvalue())
    place = {"S3Bucket": BUCKET, "S3Key": "code.zip"}
    made = {"FunctionName": "f", "Runtime": "python3.13", "Handler": "main.handler", "Role": role}
    answer = functions.create_function(Code=place, **made)
    must_equal(answer["CodeSize"], len(packed.getvalue()))
    functions.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig=SOON)
    again = functions.update_function_code(FunctionName="f", **place)
    must_equal(again["CodeSha256"], answer["CodeSha256"])
    functions.get_waiter("function_updated_v2").wait(FunctionName="f", WaiterConfig=SOON)
    location = functions.get_function(FunctionName="f")["Code"]["Location"]
    with urllib.request.urlopen(location) as fetched:
        must_equal(fetched.read(), packed.getvalue())
    must_raise(
        functions.exceptions.InvalidParameterValueException,
        lambda: functions.update_function_code(FunctionName="f", S3Bucket=BUCKET, S3Key="absent"),
        "Error occurred while GetObject. S3 Error Code: NoSuchKey. "
        "S3 Error Message: The specified key does not exist.",
    )
    must_raise(
        functions.exceptions.PreconditionFailedException,
        lambda: functions.update_function_code(FunctionName="f", RevisionId="another", **place),
    )


def main():
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    tags(s3)
    presigned(s3)
    large(s3)
    code(s3)
    print("all is answered")


main()
