//! The rules, one family a file.

mod actions;
mod arns;
mod combinations;
mod control_policies;
mod data_types;
mod effect;
mod elements;
mod empty;
mod formats;
mod ip_addresses;
mod key_names;
mod key_support;
mod matching_resources;
mod missing;
mod operators;
mod principal_support;
mod principal_values;
mod quantifiers;
mod redundancy;
mod resource_policies;
mod role_grants;
mod sids;
mod size;
mod subject;
mod tags;
mod trust;
mod types;
mod value_types;
mod values;
mod variables;
mod version;

use super::draft::Draft;
use super::report::Report;
use crate::catalogue::ResourceType;

/// What every rule is.
pub(super) type Rule = fn(&Draft<'_>, &mut Report<'_>);

/// Every rule. Their order does not matter: findings are put into the order of the text.
pub(super) const ALL: &[Rule] = &[
    actions::check,
    arns::check,
    combinations::check,
    control_policies::check,
    data_types::check,
    effect::check,
    elements::check,
    empty::check,
    formats::check,
    ip_addresses::check,
    key_names::check,
    key_support::check,
    matching_resources::check,
    missing::check,
    operators::check,
    principal_support::check,
    principal_values::check,
    quantifiers::check,
    redundancy::check,
    resource_policies::check,
    role_grants::check,
    sids::check,
    size::check,
    subject::check,
    tags::check,
    trust::check,
    types::check,
    value_types::check,
    values::check,
    variables::check,
    version::check,
];

/// How many items of one list are looked up in the catalogue: more than any quota lets a list have.
const ITEMS_MAX: usize = 2_000;

/// How many items of one list are put against each other, since that takes time in their square.
const PAIRS_MAX: usize = 300;

/// The ARNs of resource types for a sentence, the shortest first, and three at the most.
fn forms<'a>(kinds: impl Iterator<Item = &'a ResourceType>) -> String {
    let mut forms: Vec<String> = kinds.map(|kind| kind.arn().replace("${Partition}", "aws")).collect();
    forms.sort_by_key(String::len);
    forms.dedup();
    let forms: Vec<String> = forms.iter().take(3).map(|form| format!("`{form}`")).collect();
    forms.join(" or ")
}
