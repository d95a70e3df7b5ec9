//! Who may be named in which kind of policy.

use super::Report;
use crate::document::Kind;
use crate::validate::code::Code;
use crate::validate::draft::{Draft, is_unknown};

const UNSUPPORTED_PRINCIPAL: Code = Code::error("UNSUPPORTED_PRINCIPAL");
const SCP_SYNTAX_ERROR_PRINCIPAL: Code = Code::error("SCP_SYNTAX_ERROR_PRINCIPAL");
const RCP_SYNTAX_ERROR_PRINCIPAL: Code = Code::error("RCP_SYNTAX_ERROR_PRINCIPAL");
const ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL: Code =
    Code::error("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL");
const ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL: Code =
    Code::error("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL");
const ALLOW_WITH_NOT_PRINCIPAL: Code = Code::security("ALLOW_WITH_NOT_PRINCIPAL");
const FEDERATED_PRINCIPAL_NOT_SUPPORTED: Code = Code::error("FEDERATED_PRINCIPAL_NOT_SUPPORTED");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for clause in &draft.clauses {
        let Some(principals) = &clause.principals else { continue };
        let name = &principals.member.name;
        let location = report.location(principals.path.clone(), principals.member.span);
        let (code, message, mend) = match draft.kind {
            Kind::Boundary | Kind::Identity | Kind::Session => (
                UNSUPPORTED_PRINCIPAL,
                format!("`{name}` stands in a policy that is about its own identity"),
                "take it out; whom a policy is about is said by what it is attached to".to_owned(),
            ),
            Kind::ServiceControl => (
                SCP_SYNTAX_ERROR_PRINCIPAL,
                format!("`{name}` stands in a service control policy"),
                "take it out; a condition on aws:PrincipalArn can name principals".to_owned(),
            ),
            Kind::ResourceControl if principals.is_negated || !principals.is_star() => {
                if is_unknown(&principals.member.value) {
                    continue;
                }
                let message = "a resource control policy is about everybody".to_owned();
                (RCP_SYNTAX_ERROR_PRINCIPAL, message, "write \"Principal\": \"*\"".to_owned())
            }
            Kind::Trust if principals.is_negated => (
                ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL,
                "`NotPrincipal` stands in a trust policy".to_owned(),
                "say with `Principal` who may assume the role".to_owned(),
            ),
            Kind::Trust if principals.is_star() => (
                ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL,
                "`\"Principal\": \"*\"` lets nobody in by a name, and is not taken in a trust policy"
                    .to_owned(),
                "name who may assume the role".to_owned(),
            ),
            Kind::Resource if principals.is_negated && clause.allows() => (
                ALLOW_WITH_NOT_PRINCIPAL,
                "`Allow` with `NotPrincipal` lets in everybody else, strangers without credentials too"
                    .to_owned(),
                "say with `Principal` who is let in".to_owned(),
            ),
            _ => {
                if draft.kind == Kind::Resource {
                    check_federated(principals, report);
                }
                continue;
            }
        };
        report.add(code, location, message, mend);
    }
}

fn check_federated(principals: &super::super::draft::Principals<'_>, report: &mut Report<'_>) {
    for kind in principals.kinds.iter().filter(|kind| kind.member.name == "Federated") {
        let location = report.location(kind.path.clone(), kind.member.span);
        report.add(
            FEDERATED_PRINCIPAL_NOT_SUPPORTED,
            location,
            "only trust policies know identity providers",
            "name the role that its users assume, with \"AWS\"",
        );
    }
}
