//! Who calls: `--principal`.

use daypass_aws::AccountId;
use daypass_policy::{Context, Principal};

use crate::failure::Failure;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Caller {
    /// An identity of an account: every ARN it answers to, first the one that makes the request.
    Aws { arns: Vec<String>, account: String, kind: Kind },
    /// An identity that a provider vouches for.
    Federated(String),
    /// Nobody is named.
    Nobody,
    /// A service of AWS.
    Service(String),
}

/// What kind of identity it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Account,
    FederatedUser,
    Role,
    User(String),
}

impl Caller {
    /// Reads an ARN or a service's name.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        let caller = if text.starts_with("arn:") { Self::of_arn(text) } else { Self::of_name(text) };
        caller.ok_or_else(|| {
            Failure::new(format!("`{text}` is nobody who can call")).hint(
                "name a role, a session (arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION), a user, an account's root, \
                 an identity provider, or a service such as lambda.amazonaws.com",
            )
        })
    }

    fn of_name(text: &str) -> Option<Self> {
        let service = text.strip_suffix(".amazonaws.com").filter(|service| !service.is_empty())?;
        let is_name = service.chars().all(|letter| letter.is_ascii_alphanumeric() || "-.".contains(letter));
        is_name.then(|| Self::Service(text.to_owned()))
    }

    fn of_arn(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, service, "", account, resource] = parts.as_slice() else { return None };
        let account = AccountId::parse(account)?.to_string();
        let identity = |arns: Vec<String>, kind| Some(Self::Aws { arns, account: account.clone(), kind });
        let own = text.to_owned();
        let (what, name) = resource.split_once('/').unwrap_or((resource, ""));
        match (*service, what, name) {
            ("iam", "root", "") => identity(vec![own], Kind::Account),
            (_, _, "") => None,
            ("iam", "role", _) => identity(vec![own], Kind::Role),
            ("iam", "user", path) => {
                let name = path.rsplit('/').next().unwrap_or(path).to_owned();
                identity(vec![own], Kind::User(name))
            }
            ("iam", "oidc-provider" | "saml-provider", _) => Some(Self::Federated(own)),
            ("sts", "assumed-role", path) => {
                // The session's name does not tell its role's path.
                let (role, session) = path.split_once('/')?;
                let role = format!("arn:{partition}:iam::{account}:role/{role}");
                (!session.is_empty()).then(|| identity(vec![own, role], Kind::Role))?
            }
            ("sts", "federated-user", _) => identity(vec![own], Kind::FederatedUser),
            _ => None,
        }
    }

    /// Asks a question as this caller.
    pub(super) fn ask<T>(&self, question: impl FnOnce(Principal<'_>) -> T) -> T {
        match self {
            Self::Aws { arns, account, .. } => {
                let arns: Vec<&str> = arns.iter().map(String::as_str).collect();
                question(Principal::Aws { arns: &arns, account })
            }
            Self::Federated(arn) => question(Principal::Federated(arn)),
            Self::Nobody => question(Principal::Anonymous),
            Self::Service(name) => question(Principal::Service(name)),
        }
    }

    /// The condition keys that every request of an identity has: `aws:PrincipalArn` (a session has its role's),
    /// `aws:PrincipalAccount`, `aws:PrincipalType`, and a user's `aws:username`.
    ///
    /// Source: IAM user guide, "AWS global condition context keys", properties of the principal.
    pub(super) fn insert_keys(&self, context: &mut Context) {
        let Self::Aws { arns, account, kind } = self else { return };
        if let Some(arn) = arns.last() {
            context.insert("aws:PrincipalArn", arn.as_str());
        }
        context.insert("aws:PrincipalAccount", account.as_str());
        let name = match kind {
            Kind::Account => "Account",
            Kind::FederatedUser => "FederatedUser",
            Kind::Role => "AssumedRole",
            Kind::User(name) => {
                context.insert("aws:username", name.as_str());
                "User"
            }
        };
        context.insert("aws:PrincipalType", name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_by_their_arns() {
        let role = "arn:aws:iam::123456789012:role/ci/deploy";
        let caller = Caller::read(role).unwrap();
        let expected =
            Caller::Aws { arns: vec![role.to_owned()], account: "123456789012".to_owned(), kind: Kind::Role };
        assert_eq!(caller, expected);
        let session = Caller::read("arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions").unwrap();
        let mut context = Context::new();
        session.insert_keys(&mut context);
        let arn = context.get("aws:PrincipalArn").map(|values| values.all().to_vec());
        assert_eq!(arn.unwrap(), ["arn:aws:iam::123456789012:role/deploy"]);
        let user = Caller::read("arn:aws:iam::123456789012:user/team/ana").unwrap();
        assert!(matches!(user, Caller::Aws { kind: Kind::User(name), .. } if name == "ana"));
    }

    #[test]
    fn what_cannot_call_is_refused() {
        for text in [
            "",
            "ana",
            "arn:aws:iam::123456789012:role/",
            "arn:aws:iam::1234:role/x",
            "arn:aws:iam::123456789012:policy/x",
            "arn:aws:sts::123456789012:assumed-role/x",
            "arn:aws:s3:::bucket",
            ".amazonaws.com",
        ] {
            assert!(Caller::read(text).is_err(), "{text}");
        }
        assert!(matches!(Caller::read("lambda.amazonaws.com"), Ok(Caller::Service(_))));
    }
}
