"""What the boto3 scripts share: every surprise ends the script."""

import sys

from botocore.exceptions import ClientError


def must_equal(actual, expected):
    if actual != expected:
        sys.exit(f"expected {expected!r}, got {actual!r}")


def must_hold(condition, said):
    if not condition:
        sys.exit(f"does not hold: {said}")


def must_raise(exception, call, words=None):
    """The call ends in an error of exactly this class of the client's, with these words in it."""
    try:
        answer = call()
    except ClientError as error:
        if type(error) is not exception:
            sys.exit(f"expected {exception.__name__}, got {type(error).__name__}: {error}")
        message = error.response["Error"]["Message"]
        if words is not None and words not in message:
            sys.exit(f"expected {words!r} in {message!r}")
        must_hold(error.response["ResponseMetadata"]["RequestId"], "an error names its request")
        return error
    sys.exit(f"not refused with {exception.__name__}: {answer!r}")


def must_have_code(code, call, words=None):
    """The same for an error that boto3 has no class for."""
    error = must_raise(ClientError, call, words)
    must_equal(error.response["Error"]["Code"], code)


def all_of(client, operation, key, **parameters):
    """What a paginator gives in pages of one item, which must be what it gives in one page."""
    paginator = client.get_paginator(operation)

    def items(**config):
        pages = list(paginator.paginate(**parameters, PaginationConfig=config))
        return [item for page in pages for item in page[key]], len(pages)

    one_by_one, pages = items(PageSize=1)
    at_once, _ = items()
    must_equal(one_by_one, at_once)
    must_equal(pages, max(1, len(at_once)))
    return at_once
