//! What moto's server would take for another call than it was allowed as.

use crate::gateway::behind;
use crate::shell::scripts;

/// All that the script does, but for one object that is not to be read.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Resource":"*","Action":["dynamodb:CreateTable","dynamodb:PutItem","dynamodb:GetItem","sqs:CreateQueue",
"sqs:SendMessage","sqs:ReceiveMessage","sqs:ListQueues","s3:CreateBucket","s3:GetObject*","s3:PutObject*","s3:ListBucket"]},
{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::bbb/secret"}]}"#;

#[test]
fn moto_does_what_was_allowed_and_nothing_else() {
    let (_moto, _keys, _sandbox, session) = behind(&["dynamodb", "sqs", "s3"], POLICY);
    let script = scripts().join("gateway_anew.py");
    let said = session.must(&format!("python3 '{}'", script.display()));
    assert_eq!(said.lines().last(), Some("all is answered"), "{said}");
}
