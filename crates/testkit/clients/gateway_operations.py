"""Every operation of botocore's models of DynamoDB, SQS and S3 as a request, one JSON line each; nothing is sent.

Each is made twice where that differs: with what it needs alone, and with all that it may say. SQS is written in its
older protocol as well, and S3 with the bucket in the host.
"""

import base64
import io
import json
from urllib.parse import urlencode, urlsplit

import botocore.serialize
import botocore.session
from botocore.config import Config

ENDPOINT = "http://localhost:4566"
QUEUE = "123456789012/jobs"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
TEXTS = {
    "BackupArn": f"{TABLE}/backup/01234567890123-abcdef",
    "Bucket": "site",
    "CopySource": "other/a/b.txt",
    "DestinationArn": f"arn:aws:sqs:us-east-1:{QUEUE.replace('/', ':')}",
    "ExpectedBucketOwner": "123456789012",
    "GlobalTableName": "orders",
    "IndexName": "by-day",
    "Key": "a/b.txt",
    "QueueName": "jobs",
    "QueueOwnerAWSAccountId": "123456789012",
    "QueueUrl": f"{ENDPOINT}/{QUEUE}",
    "ResourceArn": TABLE,
    "SourceArn": "arn:aws:sqs:us-east-1:123456789012:dead",
    "TableArn": TABLE,
    "TableName": "orders",
    "TargetTableName": "orders-again",
}


def value(shape, name, whole, depth=0):
    """A value of a shape; of a structure the members that it needs, or all."""
    kind = shape.type_name
    if kind == "structure":
        # Unions hold one of their members.
        if getattr(shape, "is_tagged_union", False):
            first = next(iter(shape.members))
            return {first: value(shape.members[first], first, whole, depth + 1)}
        # To the queues that its messages came from it is not let through: where they are nobody else knows.
        whole = whole or shape.name == "StartMessageMoveTaskRequest"
        taken = shape.members if whole and depth < 3 else shape.required_members
        if not whole and depth == 1 and not taken:
            taken = list(shape.members)[:1]
        return {member: value(shape.members[member], member, whole, depth + 1) for member in taken}
    if kind == "list":
        return [value(shape.member, name, whole, depth + 1)]
    if kind == "map":
        key = TEXTS["TableName"] if name == "RequestItems" else value(shape.key, "MapKey", whole, depth + 1)
        return {key: value(shape.value, name, whole, depth + 1)}
    if kind == "string":
        return TEXTS.get(name) or (shape.enum[0] if getattr(shape, "enum", None) else "abc")
    return {
        "blob": b"hello",
        "boolean": True,
        "timestamp": "2026-11-26T00:00:00Z",
        "double": 1.5,
        "float": 1.5,
    }.get(kind, 1)


def one_kind(operation, parameters):
    """A part of a transaction is of one kind."""
    kind = {"TransactWriteItems": "Put", "TransactGetItems": "Get"}.get(operation)
    if kind is not None:
        key = {"id": {"S": "1"}}
        part = {"TableName": TEXTS["TableName"]} | ({"Item": key} if kind == "Put" else {"Key": key})
        parameters = parameters | {"TransactItems": [{kind: part}]}
    if operation == "BatchWriteItem":
        item = {"PutRequest": {"Item": {"id": {"S": "1"}}}}
        parameters = parameters | {"RequestItems": {TEXTS["TableName"]: [item]}}
    return parameters


class Kept(Exception):
    """In the place of sending it."""

    def __init__(self, request):
        super().__init__()
        self.request = request


def keep(request, **_):
    raise Kept(request)


def content(body):
    if body is None:
        return b""
    if isinstance(body, io.IOBase) or hasattr(body, "read"):
        return body.read()
    return body if isinstance(body, bytes) else body.encode()


def show(service, operation, variant, request):
    address = urlsplit(request["url"])
    path = (address.path or "/") + ("?" + address.query if address.query else "")
    headers = [(name, text.decode() if isinstance(text, bytes) else str(text)) for name, text in request["headers"]]
    line = {
        "service": service,
        "operation": operation,
        "variant": variant,
        "method": request["method"],
        "host": address.netloc,
        "path": path,
        "headers": headers,
        "body": base64.b64encode(request["body"]).decode(),
    }
    print(json.dumps(line))


def client(session, service, style):
    config = Config(s3={"addressing_style": style}, inject_host_prefix=False, parameter_validation=False)
    keys = {"aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "secret", "region_name": "us-east-1"}
    made = session.create_client(service, endpoint_url=ENDPOINT, config=config, **keys)
    made.meta.events.register("before-send", keep)
    return made


def requests(session, service, style):
    made = client(session, service, style)
    methods = {operation: method for method, operation in made.meta.method_to_api_mapping.items()}
    for operation in made.meta.service_model.operation_names:
        shape = made.meta.service_model.operation_model(operation).input_shape
        for variant, whole in (("needed", False), ("all", True)):
            parameters = {} if shape is None else one_kind(operation, value(shape, "", whole))
            try:
                getattr(made, methods[operation])(**parameters)
            except Kept as kept:
                request = kept.request
                body = content(request.body)
                headers = list(request.headers.items())
                shown = {"method": request.method, "url": request.url, "headers": headers, "body": body}
                show(service, operation, f"{variant}, {style}", shown)


def forms(session):
    """SQS by the query protocol, which botocore no longer chooses."""
    model = session.get_service_model("sqs")
    serializer = botocore.serialize.create_serializer("query", False)
    for operation in model.operation_names:
        made = model.operation_model(operation)
        for variant, whole in (("needed", False), ("all", True)):
            serialized = serializer.serialize_to_request(value(made.input_shape, "", whole), made)
            headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")]
            body = urlencode(serialized["body"]).encode()
            shown = {"method": "POST", "url": f"{ENDPOINT}/", "headers": headers, "body": body}
            show("sqs", operation, f"{variant}, query", shown)
            if b"QueueUrl=" in body:
                fields = {name: text for name, text in serialized["body"].items() if name != "QueueUrl"}
                at_queue = shown | {"url": f"{ENDPOINT}/{QUEUE}", "body": urlencode(fields).encode()}
                show("sqs", operation, f"{variant}, query at the queue", at_queue)


everything = botocore.session.Session()
for called, how in (("dynamodb", "auto"), ("sqs", "auto"), ("s3", "path"), ("s3", "virtual")):
    requests(everything, called, how)
forms(everything)
