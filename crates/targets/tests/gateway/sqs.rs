//! SQS, in both of its protocols.

use daypass_targets::gateway::Service;

use crate::{Sent, asked, key};

const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:jobs";
const URL: &str = "http://127.0.0.1:5000/123456789012/jobs";

fn json(operation: &str, body: &str) -> Sent {
    Sent::json(&format!("AmazonSQS.{operation}"), body)
}

fn form(uri: &str, body: &str) -> Sent {
    Sent::with(&[("content-type", "application/x-www-form-urlencoded; charset=utf-8")], uri, body)
}

#[test]
fn operations_are_actions_on_queues() {
    let url = format!("{{\"QueueUrl\":\"{URL}\"}}");
    for (operation, action) in [
        ("SendMessage", "SendMessage"),
        ("SendMessageBatch", "SendMessage"),
        ("ReceiveMessage", "ReceiveMessage"),
        ("DeleteMessage", "DeleteMessage"),
        ("DeleteMessageBatch", "DeleteMessage"),
        ("ChangeMessageVisibilityBatch", "ChangeMessageVisibility"),
        ("GetQueueAttributes", "GetQueueAttributes"),
        ("SetQueueAttributes", "SetQueueAttributes"),
        ("PurgeQueue", "PurgeQueue"),
        ("DeleteQueue", "DeleteQueue"),
        ("AddPermission", "AddPermission"),
        ("ListQueueTags", "ListQueueTags"),
    ] {
        let expected = vec![format!("sqs:{action} {QUEUE}")];
        assert_eq!(
            json(operation, &url).to(Service::Sqs).as_ref().map(asked),
            Ok(expected.clone()),
            "{operation}"
        );
        let by_path = form("/123456789012/jobs", &format!("Action={operation}&Version=2012-11-05"));
        assert_eq!(by_path.to(Service::Sqs).as_ref().map(asked), Ok(expected.clone()), "{operation}");
        let encoded = "http%3A%2F%2F127.0.0.1%3A5000%2F123456789012%2Fjobs";
        let by_field = form("/", &format!("Action={operation}&QueueUrl={encoded}"));
        assert_eq!(by_field.to(Service::Sqs).as_ref().map(asked), Ok(expected), "{operation}");
    }
    for (operation, body, expected) in [
        ("CreateQueue", r#"{"QueueName":"jobs"}"#, vec![format!("sqs:CreateQueue {QUEUE}")]),
        (
            "CreateQueue",
            r#"{"QueueName":"jobs.fifo","tags":{"a":"b"}}"#,
            vec![format!("sqs:CreateQueue {QUEUE}.fifo"), format!("sqs:TagQueue {QUEUE}.fifo")],
        ),
        ("ListQueues", "{}", vec!["sqs:ListQueues arn:aws:sqs:eu-west-1:123456789012:".to_owned()]),
        (
            "GetQueueUrl",
            r#"{"QueueName":"jobs","QueueOwnerAWSAccountId":"210987654321"}"#,
            vec!["sqs:GetQueueUrl arn:aws:sqs:eu-west-1:210987654321:jobs".to_owned()],
        ),
        (
            "StartMessageMoveTask",
            r#"{"SourceArn":"arn:aws:sqs:eu-west-1:123456789012:dead","DestinationArn":"arn:aws:sqs:eu-west-1:123456789012:jobs"}"#,
            vec![
                "sqs:StartMessageMoveTask arn:aws:sqs:eu-west-1:123456789012:dead".to_owned(),
                "sqs:ReceiveMessage arn:aws:sqs:eu-west-1:123456789012:dead".to_owned(),
                "sqs:DeleteMessage arn:aws:sqs:eu-west-1:123456789012:dead".to_owned(),
                "sqs:GetQueueAttributes arn:aws:sqs:eu-west-1:123456789012:dead".to_owned(),
                format!("sqs:SendMessage {QUEUE}"),
            ],
        ),
    ] {
        assert_eq!(
            json(operation, body).to(Service::Sqs).as_ref().map(asked),
            Ok(expected),
            "{operation} {body}"
        );
    }
}

#[test]
fn what_is_not_surely_one_thing_is_nothing() {
    for sent in [
        json(
            "SendMessage",
            r#"{"QueueUrl":"http://h/123456789012/jobs","QueueUrl":"http://h/123456789012/other"}"#,
        ),
        json("SendMessage", "{}"),
        json("SendMessage", r#"{"QueueUrl":"http://h/jobs"}"#),
        json("SendMessage", r#"{"QueueUrl":"http://h/a/123456789012/jobs"}"#),
        json("SendMessage", r#"{"QueueUrl":"http://h/123456789012/jobs?x"}"#),
        json("SendMessage", r#"{"QueueUrl":"http://user@h/123456789012/jobs"}"#),
        json("SendMessage", r#"{"QueueUrl":"http://h/123456789012/%6aobs"}"#),
        json("SendMessage", r#"{"QueueUrl":"jobs"}"#),
        json("SendMessage", r#"{"QueueUrl":"http://h/12345678901/jobs"}"#),
        json("CreateQueue", r#"{"QueueName":"a.b"}"#),
        json("CreateQueue", r#"{"QueueName":"jobs","tags":{},"Tags":{"a":"b"}}"#),
        json("CancelMessageMoveTask", r#"{"TaskHandle":"x"}"#),
        json("StartMessageMoveTask", r#"{"SourceArn":"arn:aws:sqs:us-east-1:123456789012:dead"}"#),
        form("/", "Action=SendMessage&Action=DeleteQueue&QueueUrl=http%3A%2F%2Fh%2F123456789012%2Fjobs"),
        form("/", "Action=SendMessage"),
        form("/123456789012/jobs", "Action=SendMessage&QueueUrl=http%3A%2F%2Fh%2F123456789012%2Fother"),
        form("/123456789012/jobs", "Action=SendMessage&Version=2009-01-01"),
        form("/123456789012/jobs?Action=DeleteQueue", "Action=SendMessage"),
        form("/123456789012/jobs", "Version=2012-11-05"),
        form("/123456789012/jobs", "Action=TagQueue&Tag.1.Key=a"),
        Sent::with(
            &[("content-type", "application/x-www-form-urlencoded; charset=utf-7")],
            "/123456789012/jobs",
            "Action=SendMessage",
        ),
        Sent::with(&[("content-type", "text/plain")], "/123456789012/jobs", "Action=SendMessage"),
    ] {
        let uri = sent.parts.uri.to_string();
        let body = String::from_utf8_lossy(&sent.body).into_owned();
        assert!(sent.to(Service::Sqs).is_err(), "{uri} {body}");
    }
}

#[test]
fn tags_are_told() {
    let sent =
        form("/123456789012/jobs", "Action=TagQueue&Tag.1.Key=team&Tag.1.Value=x&Tag.2.Key=b&Tag.2.Value=c");
    let found = sent.to(Service::Sqs).unwrap();
    assert_eq!(key(&found, "aws:RequestTag/team").as_deref(), Some("One(\"x\")"));
    assert_eq!(key(&found, "aws:TagKeys").as_deref(), Some("Many([\"team\", \"b\"])"));
    assert_eq!(found.unavailable, ["aws:ResourceTag/*"]);
    let body = format!("{{\"QueueUrl\":\"{URL}\",\"TagKeys\":[\"team\"]}}");
    let found = json("UntagQueue", &body).to(Service::Sqs).unwrap();
    assert_eq!(key(&found, "aws:TagKeys").as_deref(), Some("Many([\"team\"])"));
}
