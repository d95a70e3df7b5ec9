//! Lambda, CloudFront, STS, IAM, CloudTrail, and the options of `aws` itself.

use daypass_targets::command_line::{Place, commands, needs};

use crate::{answers, calls, read};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:my-function";

/// The seed's deploy of a function.
#[test]
fn a_function_is_deployed() {
    for (command, action) in [
        (
            "update-function-code --function-name my-function --zip-file fileb://f.zip --publish",
            "UpdateFunctionCode",
        ),
        ("publish-version --function-name my-function", "PublishVersion"),
        ("update-alias --function-name my-function --name live --function-version 3", "UpdateAlias"),
        ("wait function-updated --function-name my-function", "GetFunctionConfiguration"),
        ("wait function-updated-v2 --function-name my-function", "GetFunction"),
        ("wait function-active-v2 --function-name my-function", "GetFunction"),
        ("wait published-version-active --function-name my-function", "GetFunctionConfiguration"),
        ("get-function --function-name my-function --query 'Configuration.[State]'", "GetFunction"),
    ] {
        assert_eq!(
            calls(&format!("aws lambda {command}")),
            [format!("lambda:{action} {FUNCTION}")],
            "{command}"
        );
    }
    answers(&[
        (
            "aws lambda update-function-code --function-name my-function --s3-bucket b --s3-key \"$SHA.zip\"",
            &[
                "lambda:UpdateFunctionCode arn:aws:lambda:eu-west-1:123456789012:function:my-function",
                "s3:GetObject ~arn:aws:s3:::b/*.zip",
            ],
        ),
        (
            "aws lambda create-function --function-name f --role arn:aws:iam::123456789012:role/r --tags a=b --code S3Bucket=b,S3Key=k",
            &[
                "lambda:CreateFunction arn:aws:lambda:eu-west-1:123456789012:function:f",
                "iam:PassRole arn:aws:iam::123456789012:role/r",
                "lambda:TagResource arn:aws:lambda:eu-west-1:123456789012:function:f",
                "s3:GetObject arn:aws:s3:::b/k",
            ],
        ),
        (
            "aws lambda update-function-configuration --function-name f --layers arn:aws:lambda:eu-west-1:1:layer:l:2",
            &[
                "lambda:UpdateFunctionConfiguration arn:aws:lambda:eu-west-1:123456789012:function:f",
                "lambda:GetLayerVersion arn:aws:lambda:eu-west-1:1:layer:l:2",
            ],
        ),
    ]);
}

#[test]
fn a_function_by_all_its_names() {
    for (name, resource) in [
        ("f", "arn:aws:lambda:eu-west-1:123456789012:function:f"),
        ("f:live", "arn:aws:lambda:eu-west-1:123456789012:function:f:live"),
        ("f --qualifier 7", "arn:aws:lambda:eu-west-1:123456789012:function:f:7"),
        ("210987654321:function:f", "arn:aws:lambda:eu-west-1:210987654321:function:f"),
        ("210987654321:function:f:live", "arn:aws:lambda:eu-west-1:210987654321:function:f:live"),
        (
            "arn:aws:lambda:us-east-1:210987654321:function:f",
            "arn:aws:lambda:us-east-1:210987654321:function:f",
        ),
        ("f --region us-east-2", "arn:aws:lambda:us-east-2:123456789012:function:f"),
        ("f --region $REGION", "~arn:aws:lambda:*:123456789012:function:f"),
        ("api-$STAGE", "~arn:aws:lambda:eu-west-1:123456789012:function:api-*"),
        ("f --qualifier \"$V\"", "~arn:aws:lambda:eu-west-1:123456789012:function:f:*"),
        ("$FUNCTION", "~arn:aws:lambda:*:*:function:*"),
        ("\"${FUNCTION}-api\"", "~arn:aws:lambda:*:*:function:*-api"),
    ] {
        let script = format!("aws lambda invoke --function-name {name} --payload '{{}}' out.json");
        assert_eq!(calls(&script), [format!("lambda:InvokeFunction {resource}")], "{name}");
    }
}

#[test]
fn other_services() {
    answers(&[
        (
            "aws cloudfront create-invalidation --distribution-id ABCDEF123456 --paths \"/*\"",
            &["cloudfront:CreateInvalidation arn:aws:cloudfront::123456789012:distribution/ABCDEF123456"],
        ),
        (
            "aws cloudfront wait invalidation-completed --distribution-id ABC --id I1",
            &["cloudfront:GetInvalidation arn:aws:cloudfront::123456789012:distribution/ABC"],
        ),
        (
            "aws cloudfront create-invalidation --distribution-id ${{ vars.DISTRIBUTION }} --paths '/*'",
            &["cloudfront:CreateInvalidation ~arn:aws:cloudfront::123456789012:distribution/*"],
        ),
        (
            "aws cloudfront update-distribution --id ABC --default-root-object index.html",
            &[
                "cloudfront:UpdateDistribution arn:aws:cloudfront::123456789012:distribution/ABC",
                "cloudfront:GetDistributionConfig arn:aws:cloudfront::123456789012:distribution/ABC",
            ],
        ),
        (
            "aws cloudfront list-distributions-by-web-acl-id --web-acl-id x",
            &["cloudfront:ListDistributionsByWebACLId *"],
        ),
        ("aws sts get-caller-identity", &["sts:GetCallerIdentity *"]),
        (
            "aws sts assume-role --role-arn arn:aws:iam::1:role/r --role-session-name s",
            &["sts:AssumeRole arn:aws:iam::1:role/r"],
        ),
        ("aws sts assume-role --role-arn \"$ROLE\" --role-session-name s", &["sts:AssumeRole ~*"]),
        ("aws iam get-role --role-name deploy", &["iam:GetRole ~arn:aws:iam::123456789012:role/*deploy"]),
        (
            "aws iam create-role --role-name deploy --assume-role-policy-document file://t.json --tags Key=a,Value=b",
            &[
                "iam:CreateRole arn:aws:iam::123456789012:role/deploy",
                "iam:TagRole arn:aws:iam::123456789012:role/deploy",
            ],
        ),
        (
            "aws iam create-role --role-name deploy --path /ci/",
            &["iam:CreateRole arn:aws:iam::123456789012:role/ci/deploy"],
        ),
        (
            "aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com",
            &[
                "iam:CreateOpenIDConnectProvider arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
            ],
        ),
        ("aws iam list-open-id-connect-providers", &["iam:ListOpenIDConnectProviders *"]),
        ("aws iam create-access-key", &["iam:CreateAccessKey ~arn:aws:iam::123456789012:user/*"]),
        (
            "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=x",
            &["cloudtrail:LookupEvents *"],
        ),
        (
            "aws cloudtrail start-logging --name t",
            &["cloudtrail:StartLogging arn:aws:cloudtrail:eu-west-1:123456789012:trail/t"],
        ),
    ]);
}

#[test]
fn options_of_aws_itself() {
    answers(&[
        (
            "aws --region us-east-1 --output json lambda publish-version --function-name f",
            &["lambda:PublishVersion arn:aws:lambda:us-east-1:123456789012:function:f"],
        ),
        ("aws --no-cli-pager s3 --debug ls", &["s3:ListAllMyBuckets *"]),
        ("aws --version", &[]),
        ("aws help", &[]),
        ("aws s3 help", &[]),
        ("aws configure set region eu-west-1", &[]),
        ("aws s3 cp s3://b/k . --no-sign-request", &[]),
        ("aws lambda create-function --generate-cli-skeleton", &[]),
    ]);
    let needs = read("aws --profile admin s3 ls --endpoint-url=\"$ENDPOINT\"").unwrap();
    assert_eq!(needs.profile.unwrap().text(), Some("admin"));
    assert_eq!(needs.endpoint.unwrap().to_string(), "$ENDPOINT");
}

#[test]
fn the_partition_is_the_regions() {
    let found = commands("aws s3 ls s3://b; aws lambda get-function --function-name f --region $R").unwrap();
    for (region, partition) in
        [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")]
    {
        let place = Place { account: "123456789012", region };
        let arns = found.iter().map(|command| needs(command, &place).unwrap().calls.remove(0).resource.arn);
        let expected =
            [format!("arn:{partition}:s3:::b"), format!("arn:{partition}:lambda:*:123456789012:function:f")];
        assert_eq!(arns.collect::<Vec<_>>(), expected, "{region}");
    }
}
