//! Resource types.

use super::glob;

/// What an action can be done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// Its name in the service's own list, `bucket`.
    pub name: &'static str,
    /// Its ARN with `${...}` for what varies, without `arn:${Partition}:`.
    template: &'static str,
    /// The condition keys that are known of it, as the service lists them.
    pub condition_keys: Vec<&'static str>,
}

/// The parts of an ARN after its partition.
const PARTS: usize = 4;

impl ResourceType {
    pub(super) const fn new(
        name: &'static str,
        template: &'static str,
        condition_keys: Vec<&'static str>,
    ) -> Self {
        Self { name, template, condition_keys }
    }

    /// Its ARN as the Service Authorization Reference has it, `arn:${Partition}:s3:::${BucketName}`.
    #[must_use]
    pub fn arn(&self) -> String {
        match self.template.strip_prefix('~') {
            Some(rest) => format!("arn:${{Partition}}:{rest}"),
            None => self.template.to_owned(),
        }
    }

    /// The service part, the region part, the account part and the resource part of its ARN.
    fn parts(&self) -> [&'static str; PARTS] {
        let mut parts = [""; PARTS];
        let rest = self.template.trim_start_matches('~');
        for (place, part) in parts.iter_mut().zip(rest.splitn(PARTS, ':')) {
            *place = part;
        }
        parts
    }

    /// The service part of its ARN; empty where it varies.
    #[must_use]
    pub fn service(&self) -> &'static str {
        let [service, ..] = self.parts();
        if service.contains("${") { "" } else { service }
    }

    /// Whether its ARN names a region.
    #[must_use]
    pub fn has_region(&self) -> bool {
        let [_, region, ..] = self.parts();
        !region.is_empty()
    }

    /// Whether its ARN names an account.
    #[must_use]
    pub fn has_account(&self) -> bool {
        let [_, _, account, _] = self.parts();
        !account.is_empty()
    }

    /// Whether the resource part of a pattern, with `*` and `?`, has a text in common with this type's.
    #[must_use]
    pub fn may_be(&self, resource: &str) -> bool {
        let [.., template] = self.parts();
        glob::overlap(&without_names(template), resource)
    }
}

/// The template with `*` in place of each `${...}`.
fn without_names(template: &str) -> String {
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        text.push('*');
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    text.push_str(rest);
    text
}
