"""DynamoDB and SQS behind the gateway, by a session that may do some of it."""

import boto3
from botocore.exceptions import ClientError


def refused(call, code, *words):
    try:
        call()
    except ClientError as error:
        said = error.response["Error"]
        assert said["Code"] == code, said
        assert all(word in said["Message"] for word in words), said
        return
    raise AssertionError("it was not refused")


dynamodb = boto3.client("dynamodb")
dynamodb.create_table(
    TableName="orders",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    BillingMode="PAY_PER_REQUEST",
)
dynamodb.put_item(TableName="orders", Item={"id": {"S": "1"}, "what": {"S": "tea"}})
found = dynamodb.get_item(TableName="orders", Key={"id": {"S": "1"}})
assert found["Item"]["what"]["S"] == "tea", found
refused(
    lambda: dynamodb.delete_item(TableName="orders", Key={"id": {"S": "1"}}),
    "AccessDeniedException",
    "is not authorized to perform: dynamodb:DeleteItem on resource: ",
    "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
    "because no identity-based policy allows the dynamodb:DeleteItem action",
)
assert "Item" in dynamodb.get_item(TableName="orders", Key={"id": {"S": "1"}})

sqs = boto3.client("sqs")
queue = sqs.create_queue(QueueName="jobs")["QueueUrl"]
sqs.send_message(QueueUrl=queue, MessageBody="deploy")
received = sqs.receive_message(QueueUrl=queue)["Messages"]
assert [message["Body"] for message in received] == ["deploy"], received
refused(lambda: sqs.delete_queue(QueueUrl=queue), "AccessDenied", "not authorized to perform: sqs:")
print("all is answered")
