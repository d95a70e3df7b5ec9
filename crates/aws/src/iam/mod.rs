//! Identity and Access Management: OpenID Connect providers, managed policies and roles, with their tags.
//!
//! Two tables, joined by [`operations`], name every operation that is offered. What is in neither does not exist:
//! asking for it is an error, never ignored.
//!
//! | module | what it holds |
//! |---|---|
//! | [`mod@operation`], [`questions`], [`condition_keys`] | the kind of thing in the table: authorisation, execution, what the trail keeps |
//! | [`providers`], [`provider_url`], [`client_ids`], [`thumbprints`] | OpenID Connect providers |
//! | [`roles`], [`role_names`], [`role_shape`] | roles |
//! | [`managed_policies`], [`policy_versions`], [`policy_names`], [`policy_shape`] | managed policies |
//! | [`attachments`], [`boundaries`] | which roles have a managed policy, and which are bounded by one |
//! | [`trust_policies`], [`trust_control`], [`shared_issuers`] | who may become a role, and what IAM refuses to store |
//! | [`aliases`], [`authorization_details`], [`credential_report`], [`summary`] | the account as a whole |
//! | [`simulate`], [`context_keys`] | the policy simulator |
//! | [`keyless`] | users, groups, keys: what tools ask for and the account does not have |
//! | [`role_policies`], [`malformed`] | inline permission policies, and what is wrong with one |
//! | [`tags`], [`pages`], [`quotas`] | what all of them share |
//!
//! Source: IAM API reference, version 2010-05-08.

pub mod aliases;
pub mod attachments;
pub mod authorization_details;
pub mod boundaries;
pub mod client_ids;
pub mod condition_keys;
pub mod context_keys;
pub mod credential_report;
pub mod keyless;
pub mod malformed;
pub mod managed_policies;
pub mod operation;
pub mod pages;
pub mod percent_encoding;
pub mod policy_names;
pub mod policy_shape;
pub mod policy_versions;
pub mod provider_url;
pub mod providers;
pub mod questions;
pub mod quotas;
pub mod role_names;
pub mod role_policies;
pub mod role_shape;
pub mod roles;
pub mod shared_issuers;
pub mod simulate;
pub mod summary;
pub mod tags;
pub mod thumbprints;
pub mod trust_control;
pub mod trust_policies;
pub mod trusted_roles;

use crate::error::AwsError;
use crate::iam::boundaries::PERMISSIONS_BOUNDARY;
use crate::iam::operation::Field::{Flag, List, Number, Tags, Text};
use crate::iam::operation::Target::{
    AllPolicies, AllProviders, Anything, NewPolicy, NewProvider, NewRole, Policy, Provider, Role,
    RolesUnderPath, Source,
};
use crate::iam::operation::{Answer, Field, Target};

use crate::iam::policy_names::POLICY_ARN;

pub use operation::{Call, Operation};

/// The version of the API that requests name.
pub const VERSION: &str = "2010-05-08";

/// What every operation on one provider has.
const PROVIDER: &str = "OpenIDConnectProviderArn";
/// What every operation on one role has.
const ROLE: &str = "RoleName";

/// A row of the table that changes something.
const fn write(
    name: &'static str,
    target: Target,
    fields: &'static [Field],
    answer: Answer,
    run: operation::Run,
) -> Operation {
    Operation { name, read_only: false, has_result: matches!(answer, Answer::Result), target, fields, run }
}

/// A row of the table that only reads; it always has a result.
const fn read(
    name: &'static str,
    target: Target,
    fields: &'static [Field],
    run: operation::Run,
) -> Operation {
    Operation { name, read_only: true, has_result: true, target, fields, run }
}

/// What the trail keeps of a simulation: who, what and on what; the policies that are sent are left out, as they may be
/// longer than a record.
const SIMULATED: &[Field] = &[
    Text("PolicySourceArn"),
    List("ActionNames"),
    List("ResourceArns"),
    Text("ResourceOwner"),
    Text("CallerArn"),
    Text("Marker"),
    Number("MaxItems"),
];

/// Every operation that is offered.
pub fn operations() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().chain(keyless::OPERATIONS)
}

/// The operations on what an account can have, by name. Those on what it cannot have are a table of their own, in
/// [`keyless`]; [`operations`] gives both.
pub static OPERATIONS: &[Operation] = &[
    write(
        "AddClientIDToOpenIDConnectProvider",
        Provider,
        &[Text(PROVIDER), Text("ClientID")],
        Answer::Nothing,
        providers::add_client_id,
    ),
    write("AttachRolePolicy", Role, &[Text(ROLE), Text(POLICY_ARN)], Answer::Nothing, attachments::attach),
    write("CreateAccountAlias", Anything, &[Text("AccountAlias")], Answer::Nothing, aliases::create),
    write(
        "CreateOpenIDConnectProvider",
        NewProvider,
        &[Text("Url"), List("ClientIDList"), List("ThumbprintList"), Tags],
        Answer::Result,
        providers::create,
    ),
    write(
        "CreatePolicy",
        NewPolicy,
        &[Text("PolicyName"), Text("Path"), Text("PolicyDocument"), Text("Description"), Tags],
        Answer::Result,
        managed_policies::create,
    ),
    write(
        "CreatePolicyVersion",
        Policy,
        &[Text(POLICY_ARN), Text("PolicyDocument"), Flag("SetAsDefault")],
        Answer::Result,
        policy_versions::create,
    ),
    write(
        "CreateRole",
        NewRole,
        &[
            Text("Path"),
            Text(ROLE),
            Text("AssumeRolePolicyDocument"),
            Text("Description"),
            Number("MaxSessionDuration"),
            Text(PERMISSIONS_BOUNDARY),
            Tags,
        ],
        Answer::Result,
        roles::create,
    ),
    write("DeleteAccountAlias", Anything, &[Text("AccountAlias")], Answer::Nothing, aliases::delete),
    write("DeleteOpenIDConnectProvider", Provider, &[Text(PROVIDER)], Answer::Nothing, providers::delete),
    write("DeletePolicy", Policy, &[Text(POLICY_ARN)], Answer::Nothing, managed_policies::delete),
    write(
        "DeletePolicyVersion",
        Policy,
        &[Text(POLICY_ARN), Text("VersionId")],
        Answer::Nothing,
        policy_versions::delete,
    ),
    write("DeleteRole", Role, &[Text(ROLE)], Answer::Nothing, roles::delete),
    write("DeleteRolePermissionsBoundary", Role, &[Text(ROLE)], Answer::Nothing, boundaries::delete),
    write(
        "DeleteRolePolicy",
        Role,
        &[Text(ROLE), Text("PolicyName")],
        Answer::Nothing,
        role_policies::delete,
    ),
    write("DetachRolePolicy", Role, &[Text(ROLE), Text(POLICY_ARN)], Answer::Nothing, attachments::detach),
    write("GenerateCredentialReport", Anything, &[], Answer::Result, credential_report::generate),
    read(
        "GetAccountAuthorizationDetails",
        Anything,
        &[List("Filter"), Text("Marker"), Number("MaxItems")],
        authorization_details::show,
    ),
    read("GetAccountSummary", Anything, &[], summary::show),
    read("GetContextKeysForCustomPolicy", Anything, &[List("PolicyInputList")], context_keys::custom),
    read("GetContextKeysForPrincipalPolicy", Source, &[Text("PolicySourceArn")], context_keys::principal),
    read("GetCredentialReport", Anything, &[], credential_report::show),
    read("GetOpenIDConnectProvider", Provider, &[Text(PROVIDER)], providers::show),
    read("GetPolicy", Policy, &[Text(POLICY_ARN)], managed_policies::show),
    read("GetPolicyVersion", Policy, &[Text(POLICY_ARN), Text("VersionId")], policy_versions::show),
    read("GetRole", Role, &[Text(ROLE)], roles::show),
    read("GetRolePolicy", Role, &[Text(ROLE), Text("PolicyName")], role_policies::show),
    read("ListAccountAliases", Anything, &[Text("Marker"), Number("MaxItems")], aliases::list),
    read(
        "ListAttachedRolePolicies",
        Role,
        &[Text(ROLE), Text("PathPrefix"), Text("Marker"), Number("MaxItems")],
        attachments::list_attached_role_policies,
    ),
    read(
        "ListEntitiesForPolicy",
        Policy,
        &[
            Text(POLICY_ARN),
            Text("EntityFilter"),
            Text("PathPrefix"),
            Text("PolicyUsageFilter"),
            Text("Marker"),
            Number("MaxItems"),
        ],
        attachments::list_entities_for_policy,
    ),
    read(
        "ListInstanceProfilesForRole",
        Role,
        &[Text(ROLE), Text("Marker"), Number("MaxItems")],
        attachments::list_instance_profiles_for_role,
    ),
    read(
        "ListOpenIDConnectProviderTags",
        Provider,
        &[Text(PROVIDER), Text("Marker"), Number("MaxItems")],
        providers::list_tags,
    ),
    read("ListOpenIDConnectProviders", AllProviders, &[], providers::list),
    read(
        "ListPolicies",
        AllPolicies,
        &[
            Text("Scope"),
            Flag("OnlyAttached"),
            Text("PathPrefix"),
            Text("PolicyUsageFilter"),
            Text("Marker"),
            Number("MaxItems"),
        ],
        managed_policies::list,
    ),
    read(
        "ListPolicyTags",
        Policy,
        &[Text(POLICY_ARN), Text("Marker"), Number("MaxItems")],
        managed_policies::list_tags,
    ),
    read(
        "ListPolicyVersions",
        Policy,
        &[Text(POLICY_ARN), Text("Marker"), Number("MaxItems")],
        policy_versions::list,
    ),
    read("ListRolePolicies", Role, &[Text(ROLE), Text("Marker"), Number("MaxItems")], role_policies::list),
    read("ListRoleTags", Role, &[Text(ROLE), Text("Marker"), Number("MaxItems")], roles::list_tags),
    read("ListRoles", RolesUnderPath, &[Text("PathPrefix"), Text("Marker"), Number("MaxItems")], roles::list),
    write(
        "PutRolePermissionsBoundary",
        Role,
        &[Text(ROLE), Text(PERMISSIONS_BOUNDARY)],
        Answer::Nothing,
        boundaries::put,
    ),
    write(
        "PutRolePolicy",
        Role,
        &[Text(ROLE), Text("PolicyName"), Text("PolicyDocument")],
        Answer::Nothing,
        role_policies::put,
    ),
    write(
        "RemoveClientIDFromOpenIDConnectProvider",
        Provider,
        &[Text(PROVIDER), Text("ClientID")],
        Answer::Nothing,
        providers::remove_client_id,
    ),
    write(
        "SetDefaultPolicyVersion",
        Policy,
        &[Text(POLICY_ARN), Text("VersionId")],
        Answer::Nothing,
        policy_versions::set_default,
    ),
    read("SimulateCustomPolicy", Anything, SIMULATED, simulate::custom),
    read("SimulatePrincipalPolicy", Source, SIMULATED, simulate::principal),
    write("TagOpenIDConnectProvider", Provider, &[Text(PROVIDER), Tags], Answer::Nothing, providers::tag),
    write("TagPolicy", Policy, &[Text(POLICY_ARN), Tags], Answer::Nothing, managed_policies::tag),
    write("TagRole", Role, &[Text(ROLE), Tags], Answer::Nothing, roles::tag),
    write(
        "UntagOpenIDConnectProvider",
        Provider,
        &[Text(PROVIDER), List("TagKeys")],
        Answer::Nothing,
        providers::untag,
    ),
    write(
        "UntagPolicy",
        Policy,
        &[Text(POLICY_ARN), List("TagKeys")],
        Answer::Nothing,
        managed_policies::untag,
    ),
    write("UntagRole", Role, &[Text(ROLE), List("TagKeys")], Answer::Nothing, roles::untag),
    write(
        "UpdateAssumeRolePolicy",
        Role,
        &[Text(ROLE), Text("PolicyDocument")],
        Answer::Nothing,
        trust_policies::update,
    ),
    write(
        "UpdateOpenIDConnectProviderThumbprint",
        Provider,
        &[Text(PROVIDER), List("ThumbprintList")],
        Answer::Nothing,
        providers::update_thumbprints,
    ),
    write(
        "UpdateRole",
        Role,
        &[Text(ROLE), Text("Description"), Number("MaxSessionDuration")],
        Answer::Result,
        roles::update,
    ),
    write(
        "UpdateRoleDescription",
        Role,
        &[Text(ROLE), Text("Description")],
        Answer::Result,
        roles::update_description,
    ),
];

/// The operation of this name; names are compared with their case, as AWS does.
#[must_use]
pub fn operation(name: &str) -> Option<&'static Operation> {
    operations().find(|operation| operation.name == name)
}

/// The refusal of an operation that is not in the table: `InvalidAction`, 400.
#[must_use]
pub fn unknown_operation(name: &str) -> AwsError {
    /// A repeated name is cut here: an error should not echo a whole body.
    const ECHO_CHARACTERS: usize = 128;
    let shown: String = name.chars().take(ECHO_CHARACTERS).collect();
    AwsError::bad_request("InvalidAction", format!("Could not find operation {shown} for version {VERSION}"))
}
