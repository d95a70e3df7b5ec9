//! The whole deploy: the pages in their bucket, the function's code, its version and alias, the invalidation.

use serde_json::{Value, json};

use crate::house::{FIRST_RUN, House};
use crate::sandbox::Sandbox;
use crate::seed;
use crate::shell::{self, Shell, scripts};

/// The distribution of the deploy policy, which is there from the start.
const DISTRIBUTION: &str =
    "[[distributions]]\nid = \"ABCDEF123456\"\norigin = \"my-prod-bucket.s3.amazonaws.com\"\n";

/// What the last step of the workflow does.
const STEPS: &str = r#"        run: |
          aws s3 sync frontend/ s3://${{ vars.BUCKET }} --delete \
            --cache-control "public, max-age=31536000, immutable"

      - name: Function
        run: |
          aws lambda update-function-code --function-name my-function --zip-file fileb://function.zip
          aws lambda wait function-updated-v2 --function-name my-function
          version="$(aws lambda publish-version --function-name my-function --query Version --output text)"
          aws lambda update-alias --function-name my-function --name live --function-version "$version"
          aws lambda get-function --function-name my-function --query Configuration.LastUpdateStatus

      - name: Pages
        run: aws cloudfront create-invalidation --distribution-id ABCDEF123456 --paths "/*"
"#;

/// Makes a function's code: the same bytes for the same text.
const ZIP: &str = r#"python3 - "$1" "$2" <<'PY'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr(zipfile.ZipInfo("main.py"), sys.argv[2])
PY"#;

/// What the administrator prepares: the function's role, the function, its first version, its alias.
const GROUND: &str = r#"
cat > trust-lambda.json <<'JSON'
{"Version": "2012-10-17", "Statement": [
  {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
JSON
aws iam create-role --role-name function --assume-role-policy-document file://trust-lambda.json > role.json
aws lambda create-function --function-name my-function --runtime python3.13 --handler main.handler \
  --role arn:aws:iam::123456789012:role/function --zip-file fileb://function.zip > function.json
aws lambda wait function-active-v2 --function-name my-function
aws lambda publish-version --function-name my-function > version.json
aws lambda create-alias --function-name my-function --name live --function-version 1 > alias.json
"#;

#[test]
fn boto3_walks_every_action_of_the_deploy_policy() {
    let sandbox = Sandbox::configured(DISTRIBUTION);
    seed::furnish(&sandbox);
    sandbox.write("token", sandbox.mint("--repo your-org/your-repo --environment production"));
    let script = scripts().join("boto3_deploy_walk.py");
    let said = sandbox.administrator().must(&format!("python3 '{}'", script.display()));
    assert_eq!(said.lines().last(), Some("all is answered"), "{said}");
}

/// The administrator's shell in the working tree, in the function's region.
fn administrator(house: &House) -> Shell {
    let data = house.sandbox.data();
    let environment = format!("eval \"$(daypass env --data '{}')\"", data.display());
    Shell::new(house.tree()).after(&environment).after("export AWS_DEFAULT_REGION=eu-west-1")
}

fn pack(house: &House, name: &str, text: &str) {
    Shell::new(house.tree()).must(&format!("set -- {name} '{text}'\n{ZIP}"));
}

/// Deploys by the workflow: it waits for the reviewer, who approves.
async fn deploy(house: &House, reviewer: &str, number: u64) {
    let mut watched = house.start_seed(&["--execute", "--actor", "octo-author"]);
    watched.until("approve or reject it at").await;
    house.review(FIRST_RUN + number, reviewer, "approved").await;
    watched.end().await.must_be(0).says(&["the run: success"]);
}

/// Everything of the bucket is what lies in the folder, byte for byte, and nothing else.
fn must_be_in_the_bucket(shell: &Shell) {
    shell
        .must("rm -rf back; mkdir back; aws s3 sync --quiet s3://my-prod-bucket back; diff -r frontend back");
}

/// The code that a version or alias has.
fn must_have_code(shell: &Shell, qualifier: &str, file: &str) {
    shell.must(&format!(
        "url=\"$(aws lambda get-function --function-name my-function --qualifier '{qualifier}' \
         --query Code.Location --output text)\"\n\
         python3 -c 'import sys, urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[1]).read())' \
         \"$url\" | cmp - {file}"
    ));
}

/// The newest invalidation is completed, and is of everything.
fn must_be_invalidated(shell: &Shell, count: usize) {
    let list = shell.json("aws cloudfront list-invalidations --distribution-id ABCDEF123456");
    let items = list["InvalidationList"]["Items"].as_array().unwrap();
    assert_eq!(items.len(), count, "{list}");
    let id = items[0]["Id"].as_str().unwrap();
    let named = format!("--distribution-id ABCDEF123456 --id {id}");
    shell.must(&format!("aws cloudfront wait invalidation-completed {named}"));
    let invalidation =
        shell.json(&format!("aws cloudfront get-invalidation {named}"))["Invalidation"].clone();
    assert_eq!(invalidation["Status"], json!("Completed"));
    assert_eq!(invalidation["InvalidationBatch"]["Paths"]["Items"], json!(["/*"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_deploy_runs_behind_the_gate_twice() {
    let mut house = House::configured(DISTRIBUTION).await;
    house.path = shell::path();
    let workflow = format!("{}{STEPS}", crate::house::seed_without_script());
    house.write(crate::house::DEPLOY, &workflow);
    house.write("frontend/index.html", "<p>one</p>\n");
    house.write("frontend/old.js", "let old = 1;\n");
    house.make_roles().await;
    let reviewer = house.protect(json!({ "prevent_self_review": true })).await;
    let shell = administrator(&house);
    pack(&house, "function.zip", "zero = 0");
    shell.must(GROUND);

    for (number, pages) in [(0, "one"), (1, "two")] {
        let code = format!("{pages} = {number}");
        pack(&house, "function.zip", &code);
        shell.must(&format!("cp function.zip {pages}.zip"));
        if number == 1 {
            house.write("frontend/index.html", "<p>two, and longer</p>\n");
            house.write("frontend/style.css", "p { color: teal }\n");
            std::fs::remove_file(house.tree().join("frontend/old.js")).unwrap();
        }
        deploy(&house, &reviewer, number).await;
        must_be_in_the_bucket(&shell);
        must_have_code(&shell, "live", &format!("{pages}.zip"));
        let alias = shell.json("aws lambda get-alias --function-name my-function --name live");
        assert_eq!(alias["FunctionVersion"], json!((number + 2).to_string()));
        must_be_invalidated(&shell, usize::try_from(number).unwrap() + 1);
    }

    must_have_code(&shell, "2", "one.zip");
    must_have_code(&shell, "3", "two.zip");
    let head = shell.json("aws s3api head-object --bucket my-prod-bucket --key style.css");
    assert_eq!(head["CacheControl"], json!("public, max-age=31536000, immutable"));
    let listed: Value =
        shell.json("aws s3api list-objects-v2 --bucket my-prod-bucket --query 'Contents[].Key'");
    assert_eq!(listed, json!(["index.html", "style.css"]));
    traced(&shell, &house).await;
}

/// Each call of the deploy leads back to its run.
async fn traced(shell: &Shell, house: &House) {
    for name in [
        "UpdateFunctionCode20150331v2",
        "PublishVersion20150331",
        "UpdateAlias20150331",
        "CreateInvalidation",
    ] {
        let found = shell.json(&format!(
            "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue={name}"
        ));
        let events = found["Events"].as_array().unwrap();
        let record: Value = serde_json::from_str(events[0]["CloudTrailEvent"].as_str().unwrap()).unwrap();
        assert_eq!(record["userIdentity"]["type"], json!("AssumedRole"), "{name}");
        let id = record["eventID"].as_str().unwrap();
        let chain = house.sandbox.read_control(&format!("trace/{id}")).await.to_string();
        for word in ["repo:your-org/your-repo:environment:production", &(FIRST_RUN + 1).to_string()] {
            assert!(chain.contains(word), "no {word} in the trace of {name}:\n{chain}");
        }
    }
}
