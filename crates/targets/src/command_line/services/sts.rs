//! AWS STS.

use super::{Group, Named, Service};

pub(super) const SERVICE: Service = Service {
    name: "sts",
    groups: &[
        Group {
            named: Named::Nothing,
            operations: &[
                "DecodeAuthorizationMessage",
                "GetAccessKeyInfo",
                "GetCallerIdentity",
                "GetDelegatedAccessToken",
                "GetSessionToken",
                "GetWebIdentityToken",
            ],
        },
        Group {
            named: Named::Arn("role-arn"),
            operations: &["AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"],
        },
        Group {
            named: Named::By("name", "sts::{account}:federated-user/"),
            operations: &["GetFederationToken"],
        },
    ],
    renamed: &[],
    waiters: &[],
};
