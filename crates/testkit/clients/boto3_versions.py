"""Versions of objects with boto3: written, read, listed in pages, copied, deleted one by one.

Against the sandbox that the environment names; ends with an error at the first surprise.
"""

import boto3

from expect import must_equal, must_have_code, must_hold, must_raise

BUCKET = "versions-of-boto3"


def prepare(s3):
    s3.create_bucket(Bucket=BUCKET)
    must_hold("Status" not in s3.get_bucket_versioning(Bucket=BUCKET), "a new bucket keeps no versions")
    before = s3.put_object(Bucket=BUCKET, Key="k", Body=b"before")
    must_hold("VersionId" not in before, "no version is named where none is kept")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    must_equal(s3.get_bucket_versioning(Bucket=BUCKET)["Status"], "Enabled")


def story(s3):
    first = s3.put_object(Bucket=BUCKET, Key="k", Body=b"first")["VersionId"]
    second = s3.put_object(Bucket=BUCKET, Key="k", Body=b"second")["VersionId"]
    marker = s3.delete_object(Bucket=BUCKET, Key="k")
    must_equal(marker["DeleteMarker"], True)
    must_raise(s3.exceptions.NoSuchKey, lambda: s3.get_object(Bucket=BUCKET, Key="k"))
    for version, body in (("null", b"before"), (first, b"first"), (second, b"second")):
        got = s3.get_object(Bucket=BUCKET, Key="k", VersionId=version)
        must_equal((got["VersionId"], got["Body"].read()), (version, body))
    must_have_code(
        "MethodNotAllowed", lambda: s3.get_object(Bucket=BUCKET, Key="k", VersionId=marker["VersionId"])
    )
    must_have_code("NoSuchVersion", lambda: s3.get_object(Bucket=BUCKET, Key="other", VersionId=first))
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=BUCKET, PaginationConfig={"PageSize": 1}
    )
    rows = [row for page in pages for row in page.get("Versions", []) + page.get("DeleteMarkers", [])]
    must_equal([row["VersionId"] for row in rows], [marker["VersionId"], second, first, "null"])
    must_equal([row["IsLatest"] for row in rows], [True, False, False, False])
    copied = s3.copy_object(
        Bucket=BUCKET, Key="k", CopySource={"Bucket": BUCKET, "Key": "k", "VersionId": first}
    )
    must_equal(copied["CopySourceVersionId"], first)
    must_equal(s3.get_object(Bucket=BUCKET, Key="k")["Body"].read(), b"first")
    must_equal(s3.delete_object(Bucket=BUCKET, Key="k", VersionId=first)["VersionId"], first)
    must_have_code("NoSuchVersion", lambda: s3.get_object(Bucket=BUCKET, Key="k", VersionId=first))


def clear():
    bucket = boto3.resource("s3").Bucket(BUCKET)
    must_have_code("BucketNotEmpty", bucket.delete)
    bucket.object_versions.delete()
    bucket.delete()


def main():
    s3 = boto3.client("s3")
    prepare(s3)
    story(s3)
    clear()
    print("all is answered")


main()
