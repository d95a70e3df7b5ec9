"""Looks for access keys, one a line in the file that is named, in CloudTrail's LookupEvents.

Reads every page of the exchanges, and looks some of the keys up by themselves.
"""

import json
import pathlib
import sys

import boto3

cloudtrail = boto3.client("cloudtrail")


def issued_keys():
    attributes = [{"AttributeKey": "EventName", "AttributeValue": "AssumeRoleWithWebIdentity"}]
    for page in cloudtrail.get_paginator("lookup_events").paginate(LookupAttributes=attributes):
        for event in page["Events"]:
            elements = json.loads(event["CloudTrailEvent"])["responseElements"]
            if elements:
                yield elements["credentials"]["accessKeyId"]


def is_found_by_name(key):
    attributes = [{"AttributeKey": "ResourceName", "AttributeValue": key}]
    return len(cloudtrail.lookup_events(LookupAttributes=attributes)["Events"]) == 1


wanted = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").split()
issued = set(issued_keys())
missing = [key for key in wanted if key not in issued]
# The last ones to be received are the likeliest to be lost.
missing += [key for key in wanted[-20:] if key not in missing and not is_found_by_name(key)]
print(f"{len(wanted)} keys, {len(missing)} missing")
for key in missing:
    print(key, file=sys.stderr)
