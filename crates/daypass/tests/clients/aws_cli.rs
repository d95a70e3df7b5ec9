//! The AWS CLI through the seed's commands, letter for letter.

use serde_json::json;

use crate::seed::{self, PROVIDER, ROLE, SUBJECT};

#[test]
fn the_account_is_set_up_by_the_commands_as_they_stand() {
    let sandbox = seed::with_files();
    let shell = sandbox.administrator();
    assert_eq!(shell.json(seed::CREATE_PROVIDER), json!({ "OpenIDConnectProviderArn": PROVIDER }));
    let role = shell.json(seed::CREATE_ROLE)["Role"].clone();
    assert_eq!((&role["Arn"], &role["Path"]), (&json!(ROLE), &json!("/")));
    assert!(role["RoleId"].as_str().unwrap().starts_with("AROA"), "{role}");
    assert_eq!(role["AssumeRolePolicyDocument"], seed::policy("trust-policy.json"));
    assert_eq!(
        shell.refused(seed::CREATE_ROLE_AGAIN),
        "An error occurred (EntityAlreadyExists) when calling the CreateRole operation: Role with name \
         github-prod-deploy already exists."
    );
    assert_eq!(shell.must(seed::UPDATE_ROLE), "");
    assert_eq!(shell.must(seed::PUT_ROLE_POLICY), "");
    shell.json(seed::CREATE_STAGING_ROLE);

    let role = shell.json("aws iam get-role --role-name github-prod-deploy")["Role"].clone();
    assert_eq!(role["AssumeRolePolicyDocument"], seed::policy("trust-policy-prod.json"));
    assert_eq!(role["MaxSessionDuration"], json!(3600));
    let policy = shell.json("aws iam get-role-policy --role-name github-prod-deploy --policy-name deploy");
    assert_eq!(policy["PolicyDocument"], seed::policy("deploy-policy.json"));
    let names = shell.json("aws iam list-role-policies --role-name github-prod-deploy");
    assert_eq!(names["PolicyNames"], json!(["deploy"]));
    let roles = shell.json("aws iam list-roles --query 'Roles[].RoleName'");
    assert_eq!(roles, json!(["github-prod-deploy", "github-staging-deploy"]));
    let providers = shell.json("aws iam list-open-id-connect-providers");
    assert_eq!(providers, json!({ "OpenIDConnectProviderList": [{ "Arn": PROVIDER }] }));
    let provider = shell
        .json(&format!("aws iam get-open-id-connect-provider --open-id-connect-provider-arn {PROVIDER}"));
    assert_eq!(provider["Url"], json!("token.actions.githubusercontent.com"));
    assert_eq!(provider["ClientIDList"], json!(["sts.amazonaws.com"]));
    assert_eq!(provider["ThumbprintList"], json!(["6938fd4d98bab03faadb97b34396831e3780aea1"]));
}

#[test]
fn a_token_becomes_a_session_and_a_wrong_one_does_not() {
    let sandbox = seed::with_account();
    let answer = seed::exchange(&sandbox);
    assert!(answer["Credentials"]["AccessKeyId"].as_str().unwrap().starts_with("ASIA"), "{answer}");
    assert_eq!(answer["SubjectFromWebIdentityToken"], json!(SUBJECT));
    assert_eq!(answer["Audience"], json!("sts.amazonaws.com"));
    assert_eq!(answer["Provider"], json!(PROVIDER));
    let arn = "arn:aws:sts::123456789012:assumed-role/github-prod-deploy/GitHubActions";
    assert_eq!(answer["AssumedRoleUser"]["Arn"], json!(arn));

    let session = sandbox.administrator().with_session(&answer);
    let identity = session.json("aws sts get-caller-identity");
    assert_eq!(identity["Arn"], json!(arn));
    assert_eq!(identity["Account"], json!("123456789012"));
    assert_eq!(identity["UserId"], answer["AssumedRoleUser"]["AssumedRoleId"]);

    let shell = sandbox.administrator();
    for job in ["--repo your-org/your-repo", "--repo evil-org/your-repo --environment production"] {
        assert_eq!(shell.refused(&seed::exchange_command(&sandbox.mint(job))), seed::NOT_AUTHORIZED, "{job}");
    }
    assert_eq!(
        session.refused("aws iam list-roles"),
        format!(
            "An error occurred (AccessDenied) when calling the ListRoles operation: User: {arn} is not authorized to \
             perform: iam:ListRoles on resource: arn:aws:iam::123456789012:role/ because no identity-based policy \
             allows the iam:ListRoles action"
        )
    );
    let reasons =
        shell.must(&format!("daypass explain --last --denied --data '{}'", sandbox.data().display()));
    assert!(reasons.contains("iam:ListRoles"), "{reasons}");
}

#[test]
fn the_cli_exchanges_a_token_by_itself_as_in_a_job() {
    let sandbox = seed::with_account();
    sandbox.write("token", sandbox.mint("--repo your-org/your-repo --environment production"));
    let job = sandbox.administrator().after(&format!(
        "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY\n\
         export AWS_ROLE_ARN={ROLE} AWS_WEB_IDENTITY_TOKEN_FILE=token AWS_ROLE_SESSION_NAME=GitHubActions"
    ));
    let identity = job.json("aws sts get-caller-identity");
    assert_eq!(
        identity["Arn"],
        json!("arn:aws:sts::123456789012:assumed-role/github-prod-deploy/GitHubActions")
    );
}

#[test]
fn files_go_up_and_come_down() {
    let sandbox = seed::with_account();
    // Over the size from which the CLI sends a file in parts, and no multiple of anything.
    let large: Vec<u8> =
        (0..12_000_001_u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    sandbox.write("frontend/index.html", "<p>hello</p>\n");
    sandbox.write("frontend/assets/app data+é.js", "let a = 1;\n");
    sandbox.write("frontend/large.bin", &large);
    let session = sandbox.administrator().with_session(&seed::exchange(&sandbox));
    // S3 tells times in whole seconds: a file that was written in the second of its upload seems to be newer than that.
    session.must("find frontend -type f -exec touch -d '1 minute ago' {} +");

    session.must(
        "aws s3 sync frontend/ s3://my-prod-bucket --cache-control 'public, max-age=31536000, immutable'",
    );
    assert_eq!(session.must("aws s3 sync frontend/ s3://my-prod-bucket"), "", "nothing is left to do");
    let listed = session.must("aws s3 ls --recursive s3://my-prod-bucket | awk '{print $3, $4, $5}'");
    assert_eq!(listed, "11 assets/app data+é.js\n13 index.html \n12000001 large.bin \n");
    let head = session.json("aws s3api head-object --bucket my-prod-bucket --key index.html");
    assert_eq!(head["CacheControl"], json!("public, max-age=31536000, immutable"));
    assert_eq!(head["ContentType"], json!("text/html"));
    session.must("aws s3 cp --quiet s3://my-prod-bucket/large.bin down.bin");
    assert!(sandbox.read("down.bin") == large, "the large file came back changed");
    session.must("mkdir back; aws s3 sync --quiet s3://my-prod-bucket back; diff -r frontend back");

    let fetch = "python3 -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1]).read().decode(), end=\"\")'";
    // Version 1 of the CLI presigns with signature version 2 unless it is told otherwise.
    let version_4 = session.after("aws configure set default.s3.signature_version s3v4");
    for (shell, mark) in [
        (&session, "AWSAccessKeyId="),
        (&sandbox.administrator(), "AWSAccessKeyId="),
        (&version_4, "X-Amz-Signature="),
    ] {
        let presigned = shell.must("aws s3 presign s3://my-prod-bucket/index.html --expires-in 60");
        let presigned = presigned.trim();
        assert!(presigned.contains(mark), "{presigned}");
        assert_eq!(shell.must(&format!("{fetch} '{presigned}'")), "<p>hello</p>\n");
        for altered in [
            presigned.replace("index.html", "large.bin"),
            format!("{presigned}&versionId=null"),
            format!("{presigned}&prefix=a"),
        ] {
            assert!(shell.refused(&format!("{fetch} '{altered}'")).contains("403"), "{altered}");
        }
    }
    let brief = session.must("aws s3 presign s3://my-prod-bucket/index.html --expires-in 1");
    let late = session.refused(&format!("sleep 3; {fetch} '{}'", brief.trim()));
    assert!(late.contains("403"), "{late}");

    session.must("aws s3 rm --quiet s3://my-prod-bucket/index.html");
    session.must("aws s3 rm --quiet --recursive s3://my-prod-bucket/assets/");
    assert_eq!(session.must("aws s3 ls s3://my-prod-bucket | awk '{print $4}'"), "large.bin\n");
}

#[test]
fn a_session_does_in_s3_what_its_policy_allows_and_no_more() {
    let sandbox = seed::with_account();
    sandbox.administrator().must("aws s3 mb s3://my-other-bucket");
    sandbox.write("a.txt", "a");
    let session = sandbox.administrator().with_session(&seed::exchange(&sandbox));
    let who = "User: arn:aws:sts::123456789012:assumed-role/github-prod-deploy/GitHubActions is not authorized to perform:";
    let why = |action: &str| format!("because no identity-based policy allows the {action} action");
    assert_eq!(
        session.refused("aws s3api put-object --bucket my-other-bucket --key a.txt --body a.txt"),
        format!(
            "An error occurred (AccessDenied) when calling the PutObject operation: {who} s3:PutObject on resource: \
             \"arn:aws:s3:::my-other-bucket/a.txt\" {}",
            why("s3:PutObject")
        )
    );
    assert_eq!(
        session.refused("aws s3api create-bucket --bucket my-third-bucket"),
        format!(
            "An error occurred (AccessDenied) when calling the CreateBucket operation: {who} s3:CreateBucket on \
             resource: \"arn:aws:s3:::my-third-bucket\" {}",
            why("s3:CreateBucket")
        )
    );
    let nobody = session.after("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN");
    let refusal =
        nobody.refused("aws s3api get-object --no-sign-request --bucket my-prod-bucket --key a.txt out");
    assert!(refusal.contains("(AccessDenied)"), "{refusal}");
}
