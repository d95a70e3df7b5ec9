//! What the trail keeps of a call: neither code nor the values of environment variables.
//!
//! Source: Lambda developer guide, "Logging AWS Lambda API calls using AWS CloudTrail".

use daypass_aws::Event;
use daypass_targets::lambda::request_parameters;
use daypass_trail::Resource;

use super::Doing;

pub(super) fn event(doing: &Doing<'_>) -> Event {
    let parameters = request_parameters(doing.asked, doing.request);
    let owner = doing.asked.owner().unwrap_or(doing.request.place.account);
    let resources = doing
        .asked
        .function_arn()
        .map(|arn| Resource::of("AWS::Lambda::Function", owner, &arn))
        .into_iter()
        .collect();
    Event { request_parameters: Some(parameters), resources, ..Event::default() }
}
