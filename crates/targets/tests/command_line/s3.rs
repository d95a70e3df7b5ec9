//! `aws s3` and `aws s3api`.

use crate::answers;

/// The seed's deploy of a site.
#[test]
fn a_site_is_deployed() {
    answers(&[
        (
            "aws s3 sync frontend/ s3://my-prod-bucket \\\n  --cache-control \"public, max-age=31536000, immutable\"",
            &["s3:ListBucket arn:aws:s3:::my-prod-bucket", "s3:PutObject ~arn:aws:s3:::my-prod-bucket/*"],
        ),
        (
            "aws s3 sync frontend/ s3://my-prod-bucket --delete --acl public-read",
            &[
                "s3:ListBucket arn:aws:s3:::my-prod-bucket",
                "s3:PutObject ~arn:aws:s3:::my-prod-bucket/*",
                "s3:PutObjectAcl ~arn:aws:s3:::my-prod-bucket/*",
                "s3:DeleteObject ~arn:aws:s3:::my-prod-bucket/*",
            ],
        ),
    ]);
}

#[test]
fn files_and_folders() {
    answers(&[
        ("aws s3 cp a/b.zip s3://b/k", &["s3:PutObject arn:aws:s3:::b/k"]),
        ("aws s3 cp a/b.zip s3://b/k/", &["s3:PutObject arn:aws:s3:::b/k/b.zip"]),
        ("aws s3 cp ./b.zip s3://b", &["s3:PutObject arn:aws:s3:::b/b.zip"]),
        ("aws s3 cp - s3://b/k", &["s3:PutObject arn:aws:s3:::b/k"]),
        ("aws s3 cp s3://b/k .", &["s3:GetObject arn:aws:s3:::b/k"]),
        (
            "aws s3 cp s3://a/x/y s3://b/z/",
            &["s3:GetObject arn:aws:s3:::a/x/y", "s3:PutObject arn:aws:s3:::b/z/y"],
        ),
        ("aws s3 cp --recursive a s3://b/k", &["s3:PutObject ~arn:aws:s3:::b/k/*"]),
        (
            "aws s3 cp s3://b/k a --recursive",
            &["s3:ListBucket arn:aws:s3:::b", "s3:GetObject ~arn:aws:s3:::b/k/*"],
        ),
        ("aws s3 mv a s3://b/k", &["s3:PutObject arn:aws:s3:::b/k"]),
        ("aws s3 mv s3://b/k a", &["s3:GetObject arn:aws:s3:::b/k", "s3:DeleteObject arn:aws:s3:::b/k"]),
        (
            "aws s3 mv s3://a/k s3://b/k",
            &[
                "s3:GetObject arn:aws:s3:::a/k",
                "s3:PutObject arn:aws:s3:::b/k",
                "s3:DeleteObject arn:aws:s3:::a/k",
            ],
        ),
    ]);
}

#[test]
fn buckets_and_what_is_in_them() {
    answers(&[
        ("aws s3 rm s3://b/k", &["s3:DeleteObject arn:aws:s3:::b/k"]),
        (
            "aws s3 rm s3://b/k --recursive --exclude '*.html'",
            &["s3:ListBucket arn:aws:s3:::b", "s3:DeleteObject ~arn:aws:s3:::b/k/*"],
        ),
        ("aws s3 ls", &["s3:ListAllMyBuckets *"]),
        ("aws s3 ls s3://", &["s3:ListAllMyBuckets *"]),
        ("aws s3 ls s3://b/k/ --human-readable", &["s3:ListBucket arn:aws:s3:::b"]),
        ("aws s3 ls b", &["s3:ListBucket arn:aws:s3:::b"]),
        ("aws s3 mb s3://b --region us-east-1", &["s3:CreateBucket arn:aws:s3:::b"]),
        ("aws s3 rb s3://b", &["s3:DeleteBucket arn:aws:s3:::b"]),
        (
            "aws s3 rb s3://b --force",
            &[
                "s3:ListBucket arn:aws:s3:::b",
                "s3:DeleteObject ~arn:aws:s3:::b/*",
                "s3:DeleteBucket arn:aws:s3:::b",
            ],
        ),
        ("aws s3 presign s3://b/k --expires-in 60", &["s3:GetObject arn:aws:s3:::b/k"]),
        ("aws s3 website b --index-document index.html", &["s3:PutBucketWebsite arn:aws:s3:::b"]),
        (
            "aws s3 sync s3://a/x/ s3://b --delete",
            &[
                "s3:ListBucket arn:aws:s3:::a",
                "s3:ListBucket arn:aws:s3:::b",
                "s3:GetObject ~arn:aws:s3:::a/x/*",
                "s3:PutObject ~arn:aws:s3:::b/*",
                "s3:DeleteObject ~arn:aws:s3:::b/*",
            ],
        ),
        (
            "aws s3 sync s3://a x --delete",
            &["s3:ListBucket arn:aws:s3:::a", "s3:GetObject ~arn:aws:s3:::a/*"],
        ),
        ("aws s3 sync a s3://b --dryrun --delete", &["s3:ListBucket arn:aws:s3:::b"]),
        ("aws s3 cp s3://b/k a --dryrun", &["s3:GetObject arn:aws:s3:::b/k"]),
        ("aws s3 cp a s3://b/k --dryrun", &[]),
        (
            "aws s3 cp a s3://b/k --sse aws:kms --sse-kms-key-id 1234-56",
            &[
                "s3:PutObject arn:aws:s3:::b/k",
                "kms:GenerateDataKey arn:aws:kms:eu-west-1:123456789012:key/1234-56",
            ],
        ),
        (
            "aws s3 cp a s3://b/k --sse-kms-key-id=alias/deploy --region eu-north-1",
            &[
                "s3:PutObject arn:aws:s3:::b/k",
                "kms:GenerateDataKey ~arn:aws:kms:eu-north-1:123456789012:key/*",
            ],
        ),
        ("aws s3 cp 'a b.txt' \"s3://b/c d/\"", &["s3:PutObject arn:aws:s3:::b/c d/a b.txt"]),
    ]);
}

#[test]
fn what_is_known_only_later_is_a_pattern() {
    answers(&[
        (
            "aws s3 sync dist \"s3://$BUCKET\"",
            &["s3:ListBucket ~arn:aws:s3:::*", "s3:PutObject ~arn:aws:s3:::*/*"],
        ),
        (
            "aws s3 sync dist s3://site-${{ inputs.stage }}/v1",
            &["s3:ListBucket ~arn:aws:s3:::site-*", "s3:PutObject ~arn:aws:s3:::site-*/v1/*"],
        ),
        ("aws s3 cp app.zip s3://site-${STAGE}", &["s3:PutObject ~arn:aws:s3:::site-*/*"]),
        ("aws s3 cp app.zip \"s3://b/$(git rev-parse HEAD).zip\"", &["s3:PutObject ~arn:aws:s3:::b/*.zip"]),
        ("aws s3 cp dist/app-`date`.zip s3://b/", &["s3:PutObject ~arn:aws:s3:::b/app-*.zip"]),
        ("aws s3 cp --recursive a s3://b/$X", &["s3:PutObject ~arn:aws:s3:::b/*"]),
        ("aws s3 mb s3://b-$X", &["s3:CreateBucket ~arn:aws:s3:::b-*"]),
        (
            "aws s3 sync \"$GITHUB_WORKSPACE/dist\" s3://b",
            &["s3:ListBucket arn:aws:s3:::b", "s3:PutObject ~arn:aws:s3:::b/*"],
        ),
        (
            "aws s3 sync ${{ github.workspace }} s3://b",
            &["s3:ListBucket arn:aws:s3:::b", "s3:PutObject ~arn:aws:s3:::b/*"],
        ),
    ]);
}

#[test]
fn operations_of_s3api() {
    answers(&[
        ("aws s3api list-objects-v2 --bucket b --prefix x", &["s3:ListBucket arn:aws:s3:::b"]),
        ("aws s3api head-object --bucket b --key k", &["s3:GetObject arn:aws:s3:::b/k"]),
        ("aws s3api get-object --bucket b --key k out.bin", &["s3:GetObject arn:aws:s3:::b/k"]),
        (
            "aws s3api get-object --bucket b --key k --version-id 1 o",
            &["s3:GetObjectVersion arn:aws:s3:::b/k"],
        ),
        (
            "aws s3api get-object-attributes --bucket b --key k --object-attributes ETag",
            &["s3:GetObjectAttributes arn:aws:s3:::b/k", "s3:GetObject arn:aws:s3:::b/k"],
        ),
        (
            "aws s3api put-object-tagging --bucket b --key k --version-id 1 --tagging x",
            &["s3:PutObjectVersionTagging arn:aws:s3:::b/k"],
        ),
        (
            "aws s3api delete-objects --bucket b --delete file://d.json",
            &["s3:DeleteObject ~arn:aws:s3:::b/*"],
        ),
        ("aws s3api create-multipart-upload --bucket b --key k", &["s3:PutObject arn:aws:s3:::b/k"]),
        ("aws s3api put-object --bucket=b --key=k=1", &["s3:PutObject arn:aws:s3:::b/k=1"]),
        (
            "aws s3api put-object --bucket b --key k --acl private --tagging a=b",
            &[
                "s3:PutObject arn:aws:s3:::b/k",
                "s3:PutObjectAcl arn:aws:s3:::b/k",
                "s3:PutObjectTagging arn:aws:s3:::b/k",
            ],
        ),
        (
            "aws s3api copy-object --copy-source /a/x%20y?versionId=3 --bucket b --key k",
            &["s3:GetObjectVersion arn:aws:s3:::a/x y", "s3:PutObject arn:aws:s3:::b/k"],
        ),
        (
            "aws s3api copy-object --copy-source 'a/x%20y?versionId=3' --bucket b --key k",
            &["s3:GetObjectVersion arn:aws:s3:::a/x y", "s3:PutObject arn:aws:s3:::b/k"],
        ),
        (
            "aws s3api copy-object --copy-source \"$SOURCE\" --bucket b --key k",
            &["s3:GetObject ~arn:aws:s3:::*/*", "s3:PutObject arn:aws:s3:::b/k"],
        ),
        ("aws s3api list-buckets", &["s3:ListAllMyBuckets *"]),
        (
            "aws s3api create-bucket --bucket b --object-lock-enabled-for-bucket",
            &[
                "s3:CreateBucket arn:aws:s3:::b",
                "s3:PutBucketObjectLockConfiguration arn:aws:s3:::b",
                "s3:PutBucketVersioning arn:aws:s3:::b",
            ],
        ),
        (
            "aws s3api put-bucket-lifecycle-configuration --bucket b",
            &["s3:PutLifecycleConfiguration arn:aws:s3:::b"],
        ),
        ("aws s3api put-public-access-block --bucket b", &["s3:PutBucketPublicAccessBlock arn:aws:s3:::b"]),
        ("aws s3api wait object-exists --bucket b --key k", &["s3:GetObject arn:aws:s3:::b/k"]),
        ("aws s3api wait bucket-not-exists --bucket \"$B\"", &["s3:ListBucket ~arn:aws:s3:::*"]),
    ]);
}
