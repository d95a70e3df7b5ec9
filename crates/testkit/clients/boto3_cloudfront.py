"""CloudFront with boto3: a distribution from its making to its end, each error as boto3's own class.

Against the sandbox that the environment names; ends with an error at the first surprise.
"""

import boto3

from expect import must_equal, must_have_code, must_hold, must_raise

SOON = {"Delay": 1, "MaxAttempts": 30}


def config(reference):
    origin = {
        "Id": "site",
        "DomainName": "site.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
        "CustomHeaders": {"Quantity": 0},
    }
    return {
        "CallerReference": reference,
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": {
            "TargetOriginId": "site",
            "ViewerProtocolPolicy": "redirect-to-https",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
            "AllowedMethods": {
                "Quantity": 2,
                "Items": ["GET", "HEAD"],
                "CachedMethods": {"Quantity": 2, "Items": ["GET", "HEAD"]},
            },
        },
        "Comment": "a <b> & c",
        "Enabled": True,
    }


def story(cloudfront):
    errors = cloudfront.exceptions
    made = cloudfront.create_distribution(DistributionConfig=config("one"))
    one, etag = made["Distribution"]["Id"], made["ETag"]
    must_equal(made["ResponseMetadata"]["HTTPStatusCode"], 201)
    must_hold(made["Location"].endswith(f"/2020-05-31/distribution/{one}"), made["Location"])
    must_raise(
        errors.DistributionAlreadyExists,
        lambda: cloudfront.create_distribution(DistributionConfig=config("one")),
        one,
    )
    cloudfront.get_waiter("distribution_deployed").wait(Id=one, WaiterConfig=SOON)
    tagged = {"DistributionConfig": config("two"), "Tags": {"Items": [{"Key": "team", "Value": "web"}]}}
    two = cloudfront.create_distribution_with_tags(DistributionConfigWithTags=tagged)["Distribution"]
    tags = cloudfront.list_tags_for_resource(Resource=two["ARN"])["Tags"]["Items"]
    must_equal(tags, [{"Key": "team", "Value": "web"}])
    cloudfront.tag_resource(Resource=two["ARN"], Tags={"Items": [{"Key": "tier", "Value": ""}]})
    cloudfront.untag_resource(Resource=two["ARN"], TagKeys={"Items": ["team"]})
    tags = cloudfront.list_tags_for_resource(Resource=two["ARN"])["Tags"]["Items"]
    must_equal(tags, [{"Key": "tier", "Value": ""}])

    pages = cloudfront.get_paginator("list_distributions").paginate(PaginationConfig={"PageSize": 1})
    listed = [item["Id"] for page in pages for item in page["DistributionList"].get("Items", [])]
    must_equal(sorted(listed), sorted([one, two["Id"]]))

    batch = {"Paths": {"Quantity": 2, "Items": ["/*", "/index.html"]}, "CallerReference": "first"}
    invalidation = cloudfront.create_invalidation(DistributionId=one, InvalidationBatch=batch)["Invalidation"]
    must_equal(invalidation["InvalidationBatch"], batch)
    cloudfront.get_waiter("invalidation_completed").wait(
        DistributionId=one, Id=invalidation["Id"], WaiterConfig=SOON
    )
    kept = cloudfront.list_invalidations(DistributionId=one)["InvalidationList"]["Items"]
    must_equal([(item["Id"], item["Status"]) for item in kept], [(invalidation["Id"], "Completed")])
    must_raise(
        errors.NoSuchInvalidation,
        lambda: cloudfront.get_invalidation(DistributionId=one, Id="I0"),
        "The specified invalidation does not exist.",
    )
    wrong = {"Paths": {"Quantity": 1, "Items": ["index.html"]}, "CallerReference": "second"}
    must_raise(
        errors.InvalidArgument,
        lambda: cloudfront.create_invalidation(DistributionId=one, InvalidationBatch=wrong),
        "Your request contains one or more invalid invalidation paths.",
    )

    # What is read is written back.
    read = cloudfront.get_distribution_config(Id=one)
    must_equal(read["ETag"], etag)
    must_equal(read["DistributionConfig"], config("one"))
    off = {**read["DistributionConfig"], "Enabled": False}
    must_raise(
        errors.InvalidIfMatchVersion, lambda: cloudfront.update_distribution(Id=one, DistributionConfig=off)
    )
    must_raise(
        errors.PreconditionFailed,
        lambda: cloudfront.update_distribution(Id=one, DistributionConfig=off, IfMatch="E0"),
    )
    must_raise(errors.DistributionNotDisabled, lambda: cloudfront.delete_distribution(Id=one, IfMatch=etag))
    newer = cloudfront.update_distribution(Id=one, DistributionConfig=off, IfMatch=etag)["ETag"]
    cloudfront.get_waiter("distribution_deployed").wait(Id=one, WaiterConfig=SOON)
    cloudfront.delete_distribution(Id=one, IfMatch=newer)
    must_raise(
        errors.NoSuchDistribution,
        lambda: cloudfront.get_distribution(Id=one),
        "The specified distribution does not exist.",
    )
    must_have_code("NotImplemented", cloudfront.list_cache_policies)


story(boto3.client("cloudfront"))
print("all is answered")
