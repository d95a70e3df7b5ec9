//! One row for each operation of SQS.
//!
//! Source: Amazon SQS developer guide, "Amazon SQS API permissions: Actions and resource reference", and "Logging Amazon
//! SQS API calls using AWS CloudTrail" for which are data events.

/// What names the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Nothing: it is about the account.
    Account,
    /// `SourceArn`, and `DestinationArn` where it is there.
    Arns,
    /// `QueueName`.
    Name,
    /// `QueueUrl`, or the path.
    Queue,
}

/// One operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) name: &'static str,
    /// The actions, each with which of the queues it is asked for.
    pub(super) actions: &'static [(&'static str, usize)],
    pub(super) about: About,
    pub(super) read_only: bool,
    pub(super) is_data: bool,
}

const fn management(name: &'static str, actions: &'static [(&'static str, usize)], about: About) -> Row {
    Row { name, actions, about, read_only: false, is_data: false }
}

const fn reading(name: &'static str, actions: &'static [(&'static str, usize)], about: About) -> Row {
    Row { name, actions, about, read_only: true, is_data: false }
}

const fn data(name: &'static str, actions: &'static [(&'static str, usize)]) -> Row {
    Row { name, actions, about: About::Queue, read_only: false, is_data: true }
}

/// The operation that exists and is not told: its handle says which queue it is about to SQS alone.
pub(super) const NOT_TOLD: &str = "CancelMessageMoveTask";

pub(super) static TABLE: [Row; 22] = [
    management("AddPermission", &[("sqs:AddPermission", 0)], About::Queue),
    data("ChangeMessageVisibility", &[("sqs:ChangeMessageVisibility", 0)]),
    data("ChangeMessageVisibilityBatch", &[("sqs:ChangeMessageVisibility", 0)]),
    management("CreateQueue", &[("sqs:CreateQueue", 0)], About::Name),
    data("DeleteMessage", &[("sqs:DeleteMessage", 0)]),
    data("DeleteMessageBatch", &[("sqs:DeleteMessage", 0)]),
    management("DeleteQueue", &[("sqs:DeleteQueue", 0)], About::Queue),
    reading("GetQueueAttributes", &[("sqs:GetQueueAttributes", 0)], About::Queue),
    reading("GetQueueUrl", &[("sqs:GetQueueUrl", 0)], About::Name),
    reading("ListDeadLetterSourceQueues", &[("sqs:ListDeadLetterSourceQueues", 0)], About::Queue),
    reading("ListMessageMoveTasks", &[("sqs:ListMessageMoveTasks", 0)], About::Arns),
    reading("ListQueueTags", &[("sqs:ListQueueTags", 0)], About::Queue),
    reading("ListQueues", &[("sqs:ListQueues", 0)], About::Account),
    management("PurgeQueue", &[("sqs:PurgeQueue", 0)], About::Queue),
    data("ReceiveMessage", &[("sqs:ReceiveMessage", 0)]),
    management("RemovePermission", &[("sqs:RemovePermission", 0)], About::Queue),
    data("SendMessage", &[("sqs:SendMessage", 0)]),
    data("SendMessageBatch", &[("sqs:SendMessage", 0)]),
    management("SetQueueAttributes", &[("sqs:SetQueueAttributes", 0)], About::Queue),
    management(
        "StartMessageMoveTask",
        &[
            ("sqs:StartMessageMoveTask", 0),
            ("sqs:ReceiveMessage", 0),
            ("sqs:DeleteMessage", 0),
            ("sqs:GetQueueAttributes", 0),
            ("sqs:SendMessage", 1),
        ],
        About::Arns,
    ),
    management("TagQueue", &[("sqs:TagQueue", 0)], About::Queue),
    management("UntagQueue", &[("sqs:UntagQueue", 0)], About::Queue),
];
