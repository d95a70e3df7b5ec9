//! Roles that are given to a service of AWS's.
//!
//! Source: IAM user guide, "Grant a user permissions to pass a role to an AWS service".

use daypass_policy::{Named, Principal};

use crate::account::Account;
use crate::arn::RoleArn;
use crate::authorize::Surroundings;
use crate::explanation::Check;
use crate::sts::trust_question;

/// Whether a service may assume a role of this account. The checks are those of the role's trust policy; there are none
/// where there is no such role, or its trust policy cannot be read.
#[must_use]
pub fn may_be_assumed_by(
    account: &Account,
    role_arn: &str,
    service: &str,
    surroundings: &Surroundings,
) -> (bool, Vec<Check>) {
    let nobody = (false, Vec::new());
    let Some(named) = RoleArn::parse(role_arn) else { return nobody };
    let role = account.role(named.name).filter(|role| {
        // A role's ARN is told letter by letter.
        named.account == account.id.as_str() && role.name == named.name && role.path == named.path
    });
    let Some(role) = role else { return nobody };
    let Ok(document) = role.trust.document() else { return nobody };
    let mut context = surroundings.context();
    context.insert("aws:PrincipalIsAWSService", "true");
    context.insert("aws:PrincipalServiceName", service.to_owned());
    let policy = Named { name: "trust policy", document };
    let actions = ["sts:AssumeRole"];
    let checks = trust_question::ask(policy, Principal::Service(service), role_arn, &actions, &context);
    let allowed = checks.iter().all(|check| check.evaluation.decision == daypass_policy::Decision::Allowed);
    (allowed && !checks.is_empty(), checks)
}
