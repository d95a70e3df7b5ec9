//! What a step with `aws-actions/configure-aws-credentials` asks for.
//!
//! Source: the action's `action.yml` and its published code (v6): names and defaults of inputs, and what it refuses.

use std::collections::BTreeMap;

/// The action, without its version.
const ACTION: &str = "aws-actions/configure-aws-credentials";
/// The audience where a step names none.
const AUDIENCE_DEFAULT: &str = "sts.amazonaws.com";
/// The seconds of a session where a step names none.
const DURATION_DEFAULT: u32 = 3600;
/// The session's name where a step names none.
const SESSION_NAME_DEFAULT: &str = "GitHubActions";
/// Inputs that ask for something that a rehearsal does not do; each matters where it is said and is not `false`.
const NOT_PERFORMED: &[&str] = &[
    "aws-access-key-id",
    "aws-profile",
    "aws-secret-access-key",
    "aws-session-token",
    "force-skip-oidc",
    "http-proxy",
    "overwrite-aws-profile",
    "role-chaining",
    "role-external-id",
    "sts-endpoint",
    "use-existing-credentials",
    "web-identity-token-file",
];
/// Inputs that are performed.
const PERFORMED: &[&str] = &[
    "allowed-account-ids",
    "audience",
    "aws-region",
    "inline-session-policy",
    "managed-session-policies",
    "mask-aws-account-id",
    "output-credentials",
    "output-env-credentials",
    "role-duration-seconds",
    "role-session-name",
    "role-to-assume",
];
/// Inputs that change nothing where a token is exchanged once.
const WITHOUT_EFFECT: &[&str] = &[
    "action-timeout-s",
    "custom-tags",
    "disable-retry",
    "no-proxy",
    "retry-max-attempts",
    "role-skip-session-tagging",
    "special-characters-workaround",
    "transitive-tag-keys",
    "unset-current-credentials",
];

/// What a step asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `role-to-assume`: the role's ARN.
    pub(crate) role: String,
    /// `aws-region`
    pub(crate) region: String,
    /// `audience`
    pub(crate) audience: String,
    /// `role-duration-seconds`
    pub(crate) duration_seconds: u32,
    /// `role-session-name`
    pub(crate) session_name: String,
    /// `inline-session-policy`
    pub(crate) policy: Option<String>,
    /// `managed-session-policies`
    pub(crate) policy_arns: Vec<String>,
    /// `allowed-account-ids`
    pub(crate) allowed_accounts: Vec<String>,
    /// `mask-aws-account-id`
    pub(crate) masks_account: bool,
    /// `output-credentials`
    pub(crate) outputs_credentials: bool,
    /// `output-env-credentials`
    pub(crate) exports_credentials: bool,
}

/// Why a step cannot get credentials, whatever the account says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConfigureError {
    /// An input that is needed.
    #[error("Input required and not supplied: {0}")]
    Missing(&'static str),
    /// No role.
    #[error("`role-to-assume` is empty: the action would look for keys and find none")]
    NoRole,
    /// A role without its account.
    #[error(
        "`{0}` is a role's name: with an identity token the action takes the ARN alone (`Source Account ID is needed if \
         the Role Name is provided and not the Role Arn.`)"
    )]
    RoleName(String),
    /// A region that is none.
    #[error("Region is not valid: {0}")]
    Region(String),
    /// A duration that is no number.
    #[error("`role-duration-seconds` is a number of seconds, not `{0}`")]
    Duration(String),
    /// Neither true nor false.
    #[error("`{input}` is `true` or `false`, not `{value}`")]
    Boolean {
        /// The input.
        input: &'static str,
        /// Its value.
        value: String,
    },
    /// Something that a rehearsal does not do.
    #[error("`{0}` is not performed in a rehearsal: it takes `role-to-assume` with an identity token")]
    NotPerformed(&'static str),
}

/// Whether `uses` names the action.
pub(crate) fn is_configure(uses: &str) -> bool {
    uses.split_once('@').is_some_and(|(name, _)| name.eq_ignore_ascii_case(ACTION))
}

/// The inputs of a step that the action does not have, each with the likely meaning; GitHub warns of them and goes on.
pub(crate) fn unexpected<'a>(inputs: impl Iterator<Item = &'a String>) -> Vec<String> {
    let is_known = |name: &&String| {
        [NOT_PERFORMED, PERFORMED, WITHOUT_EFFECT]
            .iter()
            .any(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    };
    let unknown = inputs.filter(|name| !is_known(name));
    unknown
        .map(|name| match name.to_ascii_lowercase().as_str() {
            "role-session-duration" | "role-duration" | "duration-seconds" => {
                format!("the action has no input `{name}` and ignores it; it is `role-duration-seconds`")
            }
            "region" => format!("the action has no input `{name}` and ignores it; it is `aws-region`"),
            "role" | "role-arn" => {
                format!("the action has no input `{name}` and ignores it; it is `role-to-assume`")
            }
            _ => format!("the action has no input `{name}` and ignores it"),
        })
        .collect()
}

/// What the inputs ask for; a region and a role may also come from the job's environment.
pub(crate) fn read(
    inputs: &BTreeMap<String, String>,
    environment: &BTreeMap<String, String>,
) -> Result<Asked, ConfigureError> {
    let input = |name: &str| {
        let found = inputs.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let variable =
        |name: &str| environment.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let boolean = |name: &'static str, default: bool| match input(name) {
        None => Ok(default),
        Some("true" | "True" | "TRUE") => Ok(true),
        Some("false" | "False" | "FALSE") => Ok(false),
        Some(value) => Err(ConfigureError::Boolean { input: name, value: value.to_owned() }),
    };
    let is_asked = |name: &&&str| input(name).is_some_and(|value| !value.eq_ignore_ascii_case("false"));
    if let Some(name) = NOT_PERFORMED.iter().find(is_asked) {
        return Err(ConfigureError::NotPerformed(name));
    }
    let region = input("aws-region").or_else(|| variable("AWS_REGION"));
    let region = region.ok_or(ConfigureError::Missing("aws-region"))?;
    let is_region =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    if !region.chars().all(is_region) {
        return Err(ConfigureError::Region(region.to_owned()));
    }
    let role =
        input("role-to-assume").or_else(|| variable("ROLE_TO_ASSUME")).ok_or(ConfigureError::NoRole)?;
    if !role.starts_with("arn:aws") {
        return Err(ConfigureError::RoleName(role.to_owned()));
    }
    let duration = input("role-duration-seconds");
    let duration_seconds = match duration {
        None => DURATION_DEFAULT,
        Some(text) => text.parse().map_err(|_| ConfigureError::Duration(text.to_owned()))?,
    };
    Ok(Asked {
        role: role.to_owned(),
        region: region.to_owned(),
        audience: input("audience").unwrap_or(AUDIENCE_DEFAULT).to_owned(),
        duration_seconds,
        session_name: input("role-session-name").unwrap_or(SESSION_NAME_DEFAULT).to_owned(),
        policy: input("inline-session-policy").map(str::to_owned),
        policy_arns: parts(input("managed-session-policies").unwrap_or_default(), '\n'),
        allowed_accounts: parts(input("allowed-account-ids").unwrap_or_default(), ','),
        masks_account: boolean("mask-aws-account-id", false)?,
        outputs_credentials: boolean("output-credentials", false)?,
        exports_credentials: boolean("output-env-credentials", true)?,
    })
}

fn parts(text: &str, separator: char) -> Vec<String> {
    text.split(separator).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: (&str, &str) = ("role-to-assume", "arn:aws:iam::123456789012:role/deploy");
    const REGION: (&str, &str) = ("aws-region", "eu-west-1");

    fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_defaults_are_those_of_the_action() {
        let asked = read(&texts(&[ROLE, REGION]), &BTreeMap::new()).unwrap();
        assert_eq!(asked.audience, "sts.amazonaws.com");
        assert_eq!(asked.duration_seconds, 3600);
        assert_eq!(asked.session_name, "GitHubActions");
        assert!(asked.exports_credentials && !asked.outputs_credentials && !asked.masks_account);
    }

    #[test]
    fn lists_are_read_as_the_action_reads_them() {
        let inputs = texts(&[
            ROLE,
            ("managed-session-policies", "arn:aws:iam::aws:policy/A\n arn:aws:iam::aws:policy/B\n"),
            ("allowed-account-ids", "123456789012, 210987654321"),
            ("ROLE-DURATION-SECONDS", "900"),
        ]);
        let asked = read(&inputs, &texts(&[("AWS_REGION", "eu-west-1")])).unwrap();
        assert_eq!(asked.policy_arns, ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"]);
        assert_eq!(asked.allowed_accounts, ["123456789012", "210987654321"]);
        assert_eq!((asked.duration_seconds, asked.region.as_str()), (900, "eu-west-1"));
    }

    #[test]
    fn what_cannot_work_is_refused() {
        for (inputs, expected) in [
            (vec![ROLE], "Input required and not supplied: aws-region"),
            (vec![REGION], "`role-to-assume` is empty: the action would look for keys and find none"),
            (vec![ROLE, ("aws-region", "EU West")], "Region is not valid: EU West"),
            (vec![ROLE, REGION, ("role-duration-seconds", "1h")], "not `1h`"),
            (vec![REGION, ("role-to-assume", "deploy")], "`deploy` is a role's name"),
            (vec![ROLE, REGION, ("role-chaining", "true")], "`role-chaining` is not performed"),
            (vec![ROLE, REGION, ("mask-aws-account-id", "no")], "`mask-aws-account-id` is `true` or `false`"),
        ] {
            let error = read(&texts(&inputs), &BTreeMap::new()).unwrap_err().to_string();
            assert!(error.contains(expected), "{inputs:?}: {error}");
        }
        assert!(read(&texts(&[ROLE, REGION, ("role-chaining", "false")]), &BTreeMap::new()).is_ok());
    }

    #[test]
    fn the_action_is_known_by_its_name() {
        for (uses, expected) in [
            ("aws-actions/configure-aws-credentials@v4", true),
            ("AWS-Actions/Configure-AWS-Credentials@8df5847", true),
            ("aws-actions/configure-aws-credentials", false),
            ("aws-actions/amazon-ecr-login@v2", false),
        ] {
            assert_eq!(is_configure(uses), expected, "{uses}");
        }
    }

    #[test]
    fn an_input_that_the_action_does_not_have_is_named() {
        let names = ["role-session-duration".to_owned(), "audience".to_owned()];
        let unexpected = unexpected(names.iter());
        assert_eq!(unexpected.len(), 1);
        assert!(unexpected[0].ends_with("it is `role-duration-seconds`"), "{unexpected:?}");
    }
}
