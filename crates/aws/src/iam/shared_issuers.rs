//! Issuers that anybody can get a token from, and the claim that tells whose token it is.
//!
//! A trust policy for such an issuer must look at that claim, or everyone who uses the issuer can become the role.
//!
//! Source: IAM user guide, "Identity-provider controls for shared OIDC providers".

/// The claim that a trust policy must look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequiredClaim {
    /// The issuer's `aud`.
    Audience,
    /// The key `sts:RoleSessionName`, whatever the issuer.
    RoleSessionName,
    /// The issuer's `sub`.
    Subject,
    /// The issuer's `sub` or `job_workflow_ref`.
    SubjectOrJobWorkflow,
}

/// A shared issuer.
struct SharedIssuer {
    /// Its URL without `https://`.
    location: &'static str,
    claim: RequiredClaim,
    /// Whether its paths are issuers of the same kind: GitHub gives each enterprise one, under its slug.
    with_paths: bool,
}

const fn shared(location: &'static str, claim: RequiredClaim) -> SharedIssuer {
    SharedIssuer { location, claim, with_paths: false }
}

static SHARED_ISSUERS: &[SharedIssuer] = &[
    SharedIssuer {
        location: "token.actions.githubusercontent.com",
        claim: RequiredClaim::SubjectOrJobWorkflow,
        with_paths: true,
    },
    shared("agent.buildkite.com", RequiredClaim::Subject),
    shared("api.pulumi.com/oidc", RequiredClaim::Audience),
    shared("app.terraform.io", RequiredClaim::Subject),
    shared("cognito-identity.amazonaws.com", RequiredClaim::Audience),
    shared("gitlab.com", RequiredClaim::Subject),
    shared("oidc-configuration.audit-log.githubusercontent.com", RequiredClaim::Subject),
    shared("oidc.codefresh.io", RequiredClaim::Subject),
    shared("oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu", RequiredClaim::Subject),
    shared("oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb", RequiredClaim::Subject),
    shared("oidc.vercel.com", RequiredClaim::Audience),
    shared("proidc.upbound.io", RequiredClaim::Subject),
    shared("rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7", RequiredClaim::Subject),
    shared("rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr", RequiredClaim::Subject),
    shared("rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg", RequiredClaim::Subject),
    shared("rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26", RequiredClaim::Subject),
    shared("sandboxes.cloud", RequiredClaim::Audience),
    shared("scalr.io", RequiredClaim::Subject),
    shared("sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", RequiredClaim::RoleSessionName),
    shared("studio.datachain.ai/api", RequiredClaim::Subject),
    shared("tokens.cloud.shisho.dev", RequiredClaim::Subject),
    shared("vstoken.actions.githubusercontent.com", RequiredClaim::Subject),
];

/// What a trust policy for the provider at this location must look at; `None` where the issuer is not shared.
///
/// A trailing slash makes another provider of the same issuer, so it does not get around the control.
#[must_use]
pub fn required_claim(location: &str) -> Option<RequiredClaim> {
    SHARED_ISSUERS
        .iter()
        .find(|issuer| {
            location
                .get(..issuer.location.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(issuer.location))
                && location.get(issuer.location.len()..).is_some_and(|rest| {
                    rest.is_empty() || rest == "/" || (issuer.with_paths && rest.starts_with('/'))
                })
        })
        .map(|issuer| issuer.claim)
}

impl RequiredClaim {
    /// The condition keys, any one of which will do, for the provider at this location.
    #[must_use]
    pub fn keys(self, location: &str) -> Vec<String> {
        match self {
            Self::Audience => vec![format!("{location}:aud")],
            Self::RoleSessionName => vec!["sts:RoleSessionName".to_owned()],
            Self::Subject => vec![format!("{location}:sub")],
            Self::SubjectOrJobWorkflow => {
                vec![format!("{location}:sub"), format!("{location}:job_workflow_ref")]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{RequiredClaim, required_claim};

    #[test]
    fn an_issuer_is_found_by_its_whole_name() {
        const GITHUB: &str = "token.actions.githubusercontent.com";
        for (location, claim) in [
            (GITHUB.to_owned(), Some(RequiredClaim::SubjectOrJobWorkflow)),
            (format!("{GITHUB}/octo-ent"), Some(RequiredClaim::SubjectOrJobWorkflow)),
            (format!("{GITHUB}/"), Some(RequiredClaim::SubjectOrJobWorkflow)),
            (GITHUB.to_uppercase(), Some(RequiredClaim::SubjectOrJobWorkflow)),
            (format!("{GITHUB}.example.com"), None),
            (format!("x{GITHUB}"), None),
            ("gitlab.com".to_owned(), Some(RequiredClaim::Subject)),
            ("gitlab.com/group".to_owned(), None),
            ("gitlab.example.com".to_owned(), None),
            ("api.pulumi.com/oidc".to_owned(), Some(RequiredClaim::Audience)),
            ("api.pulumi.com".to_owned(), None),
            (String::new(), None),
        ] {
            assert_eq!(required_claim(&location), claim, "{location}");
        }
    }
}
