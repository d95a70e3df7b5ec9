//! Services of which one operation is one action: tables of operations and of where their resource is named.
//!
//! Source: the Service Authorization Reference of each service, and the AWS CLI command reference for the options.

mod cloudfront;
mod cloudtrail;
mod further;
mod iam;
mod lambda;
mod sts;

use super::calls::{Asked, NeededCall};
use super::name::kebab;
use super::options::Options;
use super::resource::{Resource, Site};
use super::unreadable::Why;
use super::word::Word;

/// A service.
struct Service {
    /// On the command line, and before the colon of its actions.
    name: &'static str,
    groups: &'static [Group],
    /// Operations whose action has another name.
    renamed: &'static [(&'static str, &'static str)],
    /// Waiters, and the operation that each repeats.
    waiters: &'static [(&'static str, &'static str)],
}

/// Operations whose resource is named in the same way.
struct Group {
    named: Named,
    operations: &'static [&'static str],
}

/// How a command names its resource. A head is the beginning of an ARN behind the partition.
#[derive(Debug, Clone, Copy)]
enum Named {
    /// The action has no resource.
    Nothing,
    /// The option holds an ARN.
    Arn(&'static str),
    /// The option holds a name, which stands behind the head. An ARN is taken as it is.
    By(&'static str, &'static str),
    /// The option holds the name of what has a path in IAM, which is not in the command.
    Within(&'static str, &'static str),
    /// As [`Within`](Self::Within); where the option is missing it is the caller's own.
    Own(&'static str, &'static str),
    /// The option holds the name of what is made, and `--path` its path.
    New(&'static str, &'static str),
    /// The option holds an address.
    Address(&'static str, &'static str),
    /// The command does not name it.
    Some(&'static str),
    /// `--function-name` in any of its forms, with `--qualifier`.
    Function,
    /// `--layer-name` and `--version-number`.
    LayerVersion,
}

const SERVICES: [&Service; 5] =
    [&cloudfront::SERVICE, &cloudtrail::SERVICE, &iam::SERVICE, &lambda::SERVICE, &sts::SERVICE];

pub(super) fn calls(asked: &Asked<'_>) -> Result<Vec<NeededCall>, Why> {
    let service = SERVICES
        .into_iter()
        .find(|service| service.name == asked.service)
        .ok_or_else(|| Why::UnknownService { service: asked.service.to_owned() })?;
    let row = if asked.waits {
        let waiter = service.waiters.iter().find(|(name, _)| *name == asked.operation);
        waiter.and_then(|(_, operation)| service.find(|name| name == *operation))
    } else {
        service.find(|name| kebab(name) == asked.operation)
    };
    let (operation, named) = row.ok_or_else(|| asked.unknown_operation())?;
    let resource = named.resource(asked.options, asked.site)?;
    let mut calls = vec![NeededCall::new(&service.action(operation), resource.clone())];
    calls.extend(further::calls(service, operation, &resource, asked)?);
    Ok(calls)
}

impl Service {
    fn find(&self, is: impl Fn(&str) -> bool) -> Option<(&'static str, Named)> {
        self.groups.iter().find_map(|group| {
            let operation = group.operations.iter().find(|operation| is(operation))?;
            Some((*operation, group.named))
        })
    }

    fn action(&self, operation: &str) -> String {
        let renamed = self.renamed.iter().find(|(name, _)| *name == operation);
        format!("{}:{}", self.name, renamed.map_or(operation, |(_, action)| action))
    }
}

impl Named {
    fn resource(self, options: &Options, site: &Site<'_>) -> Result<Resource, Why> {
        let at = |head: &str| Resource::at(site, head);
        Ok(match self {
            Self::Nothing => Resource::none(),
            Self::Arn(option) => arn(options.needed(option)?)?,
            Self::By(option, head) => {
                let name = options.needed(option)?;
                if name.beginning().starts_with("arn:") { Resource::word(name) } else { at(head).and(name) }
            }
            Self::Within(option, head) => within(at(head), options.needed(option)?),
            Self::Own(option, head) => match options.value(option) {
                Some(name) => within(at(head), name),
                None => at(head).and_anything(),
            },
            Self::New(option, head) => {
                let slash = Word::known("/");
                let path = options.value("path").unwrap_or(&slash);
                // The path begins with the slash that the head ends with.
                let head = at(head.strip_suffix('/').unwrap_or(head));
                head.and(path).and(options.needed(option)?)
            }
            Self::Address(option, head) => {
                let address = options.needed(option)?;
                at(head).and(&address.without("https://").unwrap_or_else(|| address.clone()))
            }
            Self::Some(head) => at(head).and_anything(),
            Self::Function => lambda::function(options, site)?,
            Self::LayerVersion => {
                let layer = Self::By("layer-name", lambda::LAYERS).resource(options, site)?;
                layer.and_text(":").and(options.needed("version-number")?)
            }
        })
    }
}

/// Behind a path of which nothing is known.
fn within(head: Resource, name: &Word) -> Resource {
    head.and_anything().and(name)
}

/// An ARN. Of one that is known only in part, that part is kept.
fn arn(word: &Word) -> Result<Resource, Why> {
    if word.beginning().starts_with("arn:") || word.begins_unknown() {
        return Ok(Resource::word(word));
    }
    Err(Why::NotAnArn { word: word.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_named_once_and_every_waiter_and_new_name_has_one() {
        for service in SERVICES {
            let mut names: Vec<&str> =
                service.groups.iter().flat_map(|group| group.operations).copied().collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), count, "{}", service.name);
            let others = service.waiters.iter().map(|(_, operation)| operation);
            for operation in others.chain(service.renamed.iter().map(|(operation, _)| operation)) {
                assert!(names.contains(operation), "{} {operation}", service.name);
            }
        }
    }

    #[test]
    fn operations_have_the_names_of_the_command_line() {
        for (operation, name) in [
            ("Invoke", "invoke"),
            ("ListObjectsV2", "list-objects-v2"),
            ("GetFunctionUrlConfig", "get-function-url-config"),
            ("CreateOpenIDConnectProvider", "create-open-id-connect-provider"),
            ("ListMFADevices", "list-mfa-devices"),
            ("UploadSSHPublicKey", "upload-ssh-public-key"),
            ("AssumeRoleWithSAML", "assume-role-with-saml"),
            ("ListDistributionsByWebACLId", "list-distributions-by-web-acl-id"),
        ] {
            assert_eq!(kebab(operation), name);
        }
    }
}
