"""Calls that moto would take for other ones, if they came to it as they are written here."""

import http.client
import os
import urllib.parse

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
HIDDEN = "&Action={}&;Action={};"


def code(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def raw(method, path, signed_path=None, headers=None):
    """One call to S3 on the wire as it is; the signature may be over the same path, written otherwise."""
    request = AWSRequest(method, ENDPOINT + (signed_path or path), headers=headers or {}, data=b"")
    S3SigV4Auth(boto3.Session().get_credentials(), "s3", "us-east-1").add_auth(request)
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(ENDPOINT).netloc)
    connection.request(method, path, headers=dict(request.headers.items()))
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


# A text in JSON is no call.
sqs = boto3.client("sqs")
queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
text = HIDDEN.format("DeleteQueue", "PurgeQueue")
sqs.send_message(QueueUrl=queue, MessageBody=text)
assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == text
dynamodb = boto3.client("dynamodb")
dynamodb.create_table(
    TableName="orders",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
key = {"id": {"S": HIDDEN.format("DeleteTable", "DeleteTable")}}
dynamodb.put_item(TableName="orders", Item=key)
assert dynamodb.get_item(TableName="orders", Key=key)["Item"] == key

# A key ends where it ends, and so does the source of a copy.
s3 = boto3.client("s3")
s3.create_bucket(Bucket="bbb")
s3.put_object(Bucket="bbb", Key="secret", Body=b"hidden")
assert code(lambda: s3.get_object(Bucket="bbb", Key="secret")) == "AccessDenied"
for method, path, signed, headers in [
    ("GET", "/bbb/secret;x", "/bbb/secret%3Bx", {}),
    ("PUT", "/bbb/a", None, {"x-amz-copy-source": "/bbb/secret;x"}),
    ("PUT", "/bbb/a", None, {"x-amz-copy-source": "/bbb/secret#x"}),
]:
    status, body = raw(method, path, signed, headers)
    assert status == 404 and "<Code>NoSuchKey</Code>" in body, (path, headers, status, body)
odd = "a;b#c?d&e=f+g h%i@ü(1)'!*~"
s3.put_object(Bucket="bbb", Key=odd, Body=b"odd")
s3.copy_object(Bucket="bbb", Key=odd + "2", CopySource={"Bucket": "bbb", "Key": odd})
assert s3.get_object(Bucket="bbb", Key=odd + "2")["Body"].read() == b"odd"
found = [entry["Key"] for entry in s3.list_objects_v2(Bucket="bbb")["Contents"]]
assert found == [odd, odd + "2", "secret"], found

# A condition is not lost on the way.
status, body = raw("PUT", "/bbb/secret", None, {"if-none-match": "*", "connection": "if-none-match"})
assert status == 403, (status, body)

# moto's own doors are shut, and nothing was reset.
for path in ["/moto-api/reset?uploads", "/moto-api/reset-auth?uploads"]:
    status, body = raw("POST", path)
    assert status == 403, (status, body)
assert len(s3.list_objects_v2(Bucket="bbb")["Contents"]) == 3

# What a client calls itself is no region.
named = Config(user_agent_extra="region/us-east-1")
there = boto3.client("sqs", region_name="eu-west-1", config=named)
there.create_queue(QueueName="there")
assert "there" in there.list_queues()["QueueUrls"][0]
assert not any("there" in url for url in sqs.list_queues()["QueueUrls"])
print("all is answered")
