"""Random requests, signed by botocore's own signers, one JSON line each.

Called with a seed and a count. Signed chunks, which botocore does not make, are written here after "Signature
Calculations for the Authorization Header: Transferring Payload in Multiple Chunks" of the Amazon S3 API Reference.
"""

import base64
import datetime
import hashlib
import hmac
import json
import random
import sys
import zlib
from urllib.parse import quote, urlsplit

import botocore.auth
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import normalize_url_path

REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1"]
OTHERS = ["sts", "iam", "lambda", "cloudfront", "dynamodb", "sqs"]
METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS"]
SEGMENTS = [
    "", ".", "..", "a", "ä", "日本", "%2F", "%2f", "a b", "+", "~", "*", "a=b", "(x)", "..b", ":", "@", "!$'", "%25",
]
WORDS = ["", "a", "b", "A", "a-b", "ü", "x y", "1+1", "~", "*", "/", "=", "&", "%", "list-type", "é"]
VALUES = ["1", " two  words ", "a,b", "x\t y", "UPPER", "", "a=b; c=\"d  e\""]
LEAST_CHUNK = 8192


def encoded(text):
    """A segment as it goes over the wire: an escape stays, what cannot stand in a target is escaped."""
    return quote(text, safe="%+~*=():@!$'")


def target(rng, service):
    path = "/" + "/".join(encoded(rng.choice(SEGMENTS)) for _ in range(rng.randint(0, 5)))
    if service == "s3":
        # botocore hands S3 a path that is already in its canonical form.
        path = "/" + "/".join(
            quote(rng.choice(SEGMENTS).replace("%", ""), safe="~") for _ in range(rng.randint(0, 5))
        )
    return path


def query(rng, presigned):
    fields = []
    for _ in range(rng.randint(0, 5)):
        fields.append((rng.choice(WORDS) or "n", rng.choice(WORDS)))
    if presigned:
        # Its presigners keep one value of each name.
        fields = list(dict(fields).items())
    return "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in fields)


def headers(rng, request):
    names = ["X-Custom", "x-amz-meta-One", "Content-Type", "X-Amz-Meta-two", "cache-CONTROL"]
    for name in rng.sample(names, rng.randint(0, 4)):
        request.headers[name] = rng.choice(VALUES)
    if rng.random() < 0.2:
        for value in rng.sample(VALUES, 2):
            request.headers.add_header("X-Repeated", value)
    if rng.random() < 0.2:
        request.headers["User-Agent"] = "not signed"


def hmac_sha256(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256)


def chunked(rng, case, secret, region, timestamp, seed_signature, data, has_trailer):
    key = ("AWS4" + secret).encode()
    for part in [timestamp[:8], region, "s3", "aws4_request"]:
        key = hmac_sha256(key, part).digest()
    scope = f"{timestamp[:8]}/{region}/s3/aws4_request"
    empty = hashlib.sha256(b"").hexdigest()
    size = rng.choice([LEAST_CHUNK, LEAST_CHUNK + 1, 10_000])
    pieces = [data[at : at + size] for at in range(0, len(data), size)] + [b""]
    previous, body = seed_signature, b""
    for index, piece in enumerate(pieces):
        digest = hashlib.sha256(piece).hexdigest()
        text = f"AWS4-HMAC-SHA256-PAYLOAD\n{timestamp}\n{scope}\n{previous}\n{empty}\n{digest}"
        previous = hmac_sha256(key, text).hexdigest()
        body += f"{len(piece):x};chunk-signature={previous}\r\n".encode() + piece
        if index + 1 < len(pieces):
            body += b"\r\n"
    if has_trailer:
        line = "x-amz-checksum-crc32:" + base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()
        digest = hashlib.sha256((line + "\n").encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256-TRAILER\n{timestamp}\n{scope}\n{previous}\n{digest}"
        body += f"{line}\r\nx-amz-trailer-signature:{hmac_sha256(key, text).hexdigest()}\r\n".encode()
    case["body"] = base64.b64encode(body + b"\r\n").decode()
    case["decoded"] = base64.b64encode(data).decode()


def plain_chunks(case, data):
    line = b"x-amz-checksum-crc32:" + base64.b64encode(zlib.crc32(data).to_bytes(4, "big"))
    first = f"{len(data):x}\r\n".encode() + data + b"\r\n" if data else b""
    case["body"] = base64.b64encode(first + b"0\r\n" + line + b"\r\n\r\n").decode()
    case["decoded"] = base64.b64encode(data).decode()


def stream(rng, request, kind, data):
    """What a client says of a streamed body before it signs."""
    request.headers["X-Amz-Decoded-Content-Length"] = str(len(data))
    request.headers["Content-Encoding"] = "aws-chunked"
    if kind != "signed":
        request.headers["X-Amz-Trailer"] = "x-amz-checksum-crc32"
    if kind == "unsigned":
        request.context["checksum"] = {"request_algorithm": {"in": "trailer"}}


def signer(kind, service, credentials, region, expires):
    if kind == "presigned":
        maker = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
        return maker(credentials, service, region, expires=expires)
    return (S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, region)


class ChunkedAuth(S3SigV4Auth):
    """botocore's signer for S3, told the word for a body that it cannot make itself."""

    word = ""

    def payload(self, request):
        return self.word


def case(rng):
    service = rng.choice(["s3", "s3", *OTHERS])
    kinds = ["header", "header", "presigned"] + (["signed", "trailer", "unsigned"] if service == "s3" else [])
    kind = rng.choice(kinds)
    region, expires = rng.choice(REGIONS), rng.choice([1, 60, 3600, 604_800])
    now = datetime.datetime(2015, 1, 1, tzinfo=datetime.timezone.utc)
    now += datetime.timedelta(seconds=rng.randrange(400_000_000))
    botocore.auth.get_current_datetime = lambda *_, **__: now
    secret = base64.b64encode(rng.randbytes(30)).decode()
    token = base64.b64encode(rng.randbytes(60)).decode() if rng.random() < 0.4 else None
    credentials = Credentials("AKIAIOSFODNN7EXAMPLE", secret, token)
    is_streamed = kind in ("signed", "trailer", "unsigned")
    data = rng.randbytes(rng.choice([0, 1, 100, 20_000])) if is_streamed else rng.randbytes(rng.randint(0, 60))
    method = "PUT" if is_streamed else rng.choice(METHODS)
    host = rng.choice(["example.com", "bucket.s3.amazonaws.com", "localhost:4566", "127.0.0.1:9000"])
    url = f"https://{host}{target(rng, service)}"
    fields = query(rng, kind == "presigned")
    request = AWSRequest(method=method, url=url + ("?" + fields if fields else ""))
    if kind != "presigned" and not is_streamed:
        request.data = data
    headers(rng, request)
    if is_streamed:
        stream(rng, request, kind, data)
    auth = signer(kind, service, credentials, region, expires)
    if kind in ("signed", "trailer"):
        auth = ChunkedAuth(credentials, service, region)
        auth.word = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if kind == "trailer" else "")
    auth.add_auth(request)
    split = urlsplit(request.url)
    made = {
        "kind": kind, "method": method, "secret": secret, "token": token, "region": region, "service": service,
        "normalized": normalize_url_path(split.path) + ("?" + split.query if split.query else ""),
        "target": (split.path or "/") + ("?" + split.query if split.query else ""),
        "headers": [["Host", host], *([name, value] for name, value in request.headers.items())],
        "body": base64.b64encode(data if kind == "header" else b"").decode(), "signed_at": int(now.timestamp()),
    }
    if kind == "unsigned":
        plain_chunks(made, data)
    elif is_streamed:
        authorization = request.headers["Authorization"]
        signature = authorization.rsplit("Signature=", 1)[1]
        timestamp = now.strftime("%Y%m%dT%H%M%SZ")
        chunked(rng, made, secret, region, timestamp, signature, data, kind == "trailer")
    return made


def main():
    rng = random.Random(int(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        print(json.dumps(case(rng)))


main()
