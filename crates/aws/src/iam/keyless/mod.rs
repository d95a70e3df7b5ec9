//! What AWS has for people and machines with long-lived credentials, and what daypass has not: users, groups, their
//! keys, passwords and devices. **Keyless by design.**
//!
//! Infrastructure tools ask for these things before they do anything else. So every question is answered as AWS answers
//! for an account that has none: a list is empty, an entity that is named is `NoSuchEntity`. Making one is
//! `AccessDenied`, with a sentence that says why. The account's administrator is its root user; the key that it signs
//! with is the server's own and no access key of IAM, so no list and no report shows it.
//!
//! Instance profiles, server certificates and SAML providers can be listed, and there are none. Making one is not
//! offered.
//!
//! Source: IAM API reference, the operations of the table; their words are those observed of AWS.

pub mod credentials;
pub mod groups;
pub mod others;
pub mod users;

use crate::error::AwsError;
use crate::iam::operation::Field::{self, List, Number, Tags, Text};
use crate::iam::operation::{Answer, Operation, Run, Target};
use crate::iam::{read, write};

/// What every operation on one user has.
const USER: &str = "UserName";
/// What every operation on one group has.
const GROUP: &str = "GroupName";

/// `AccessDenied` for whoever wants to make a user, a group or a long-lived credential. `thing` is its name with its
/// article, e.g. `a user`.
fn refused(thing: &str) -> AwsError {
    AwsError::access_denied(format!(
        "This account is keyless by design: daypass has no users, groups or long-lived credentials, so {thing} cannot \
         be created. Let the caller assume a role instead: a job shows its identity token to \
         sts:AssumeRoleWithWebIdentity, a session calls sts:AssumeRole."
    ))
}

const fn of_user(name: &'static str, fields: &'static [Field], run: Run) -> Operation {
    write(name, Target::Named { kind: "user", parameter: USER }, fields, Answer::Nothing, run)
}

const fn of_group(name: &'static str, fields: &'static [Field], run: Run) -> Operation {
    write(name, Target::Named { kind: "group", parameter: GROUP }, fields, Answer::Nothing, run)
}

const fn makes(name: &'static str, target: Target, fields: &'static [Field], run: Run) -> Operation {
    write(name, target, fields, Answer::Result, run)
}

const fn asks_user(name: &'static str, fields: &'static [Field], run: Run) -> Operation {
    read(name, Target::Named { kind: "user", parameter: USER }, fields, run)
}

const fn asks_group(name: &'static str, fields: &'static [Field], run: Run) -> Operation {
    read(name, Target::Named { kind: "group", parameter: GROUP }, fields, run)
}

const PAGE_OF_USER: &[Field] = &[Text(USER), Text("Marker"), Number("MaxItems")];
const PAGE_OF_GROUP: &[Field] = &[Text(GROUP), Text("Marker"), Number("MaxItems")];
const PAGE_OF_PATH: &[Field] = &[Text("PathPrefix"), Text("Marker"), Number("MaxItems")];
const POLICY_OF_USER: &[Field] = &[Text(USER), Text("PolicyName")];
const POLICY_OF_GROUP: &[Field] = &[Text(GROUP), Text("PolicyName")];
const ARN_OF_USER: &[Field] = &[Text(USER), Text("PolicyArn")];
const ARN_OF_GROUP: &[Field] = &[Text(GROUP), Text("PolicyArn")];
const NEW_USER: Target = Target::Named { kind: "user", parameter: USER };
const NEW_GROUP: Target = Target::Named { kind: "group", parameter: GROUP };

/// The operations on what there is not, by name. Passwords, certificates and codes that are sent are never kept.
pub(super) static OPERATIONS: &[Operation] = &[
    of_group("AddUserToGroup", &[Text(GROUP), Text(USER)], groups::absent),
    of_group("AttachGroupPolicy", ARN_OF_GROUP, groups::absent),
    of_user("AttachUserPolicy", ARN_OF_USER, users::absent),
    write("ChangePassword", Target::Anything, &[], Answer::Nothing, credentials::change_password),
    makes("CreateAccessKey", NEW_USER, &[Text(USER)], credentials::create_access_key),
    makes("CreateGroup", NEW_GROUP, &[Text("Path"), Text(GROUP)], groups::create),
    makes("CreateLoginProfile", NEW_USER, &[Text(USER)], credentials::create_login_profile),
    makes(
        "CreateServiceSpecificCredential",
        NEW_USER,
        &[Text(USER), Text("ServiceName")],
        credentials::create_service_specific_credential,
    ),
    makes(
        "CreateUser",
        NEW_USER,
        &[Text("Path"), Text(USER), Text("PermissionsBoundary"), Tags],
        users::create,
    ),
    makes(
        "CreateVirtualMFADevice",
        Target::Named { kind: "mfa", parameter: "VirtualMFADeviceName" },
        &[Text("Path"), Text("VirtualMFADeviceName"), Tags],
        credentials::create_virtual_mfa_device,
    ),
    of_user("DeactivateMFADevice", &[Text(USER), Text("SerialNumber")], users::absent),
    of_user("DeleteAccessKey", &[Text(USER), Text("AccessKeyId")], credentials::absent_access_key),
    write(
        "DeleteAccountPasswordPolicy",
        Target::Anything,
        &[],
        Answer::Nothing,
        others::absent_password_policy,
    ),
    of_group("DeleteGroup", &[Text(GROUP)], groups::absent),
    of_group("DeleteGroupPolicy", POLICY_OF_GROUP, groups::absent),
    of_user("DeleteLoginProfile", &[Text(USER)], credentials::absent_login_profile),
    of_user("DeleteUser", &[Text(USER)], users::absent),
    of_user("DeleteUserPermissionsBoundary", &[Text(USER)], users::absent),
    of_user("DeleteUserPolicy", POLICY_OF_USER, users::absent),
    of_group("DetachGroupPolicy", ARN_OF_GROUP, groups::absent),
    of_user("DetachUserPolicy", ARN_OF_USER, users::absent),
    of_user("EnableMFADevice", &[Text(USER), Text("SerialNumber")], users::absent),
    read("GetAccountPasswordPolicy", Target::Anything, &[], others::absent_password_policy),
    asks_group("GetGroup", PAGE_OF_GROUP, groups::absent),
    asks_group("GetGroupPolicy", POLICY_OF_GROUP, groups::absent),
    read(
        "GetInstanceProfile",
        Target::Named { kind: "instance-profile", parameter: "InstanceProfileName" },
        &[Text("InstanceProfileName")],
        others::absent_instance_profile,
    ),
    asks_user("GetLoginProfile", &[Text(USER)], credentials::absent_login_profile),
    asks_user("GetUser", &[Text(USER)], users::show),
    asks_user("GetUserPolicy", POLICY_OF_USER, users::absent),
    asks_user("ListAccessKeys", PAGE_OF_USER, credentials::list_access_keys),
    asks_group(
        "ListAttachedGroupPolicies",
        &[Text(GROUP), Text("PathPrefix"), Text("Marker"), Number("MaxItems")],
        groups::absent,
    ),
    asks_user(
        "ListAttachedUserPolicies",
        &[Text(USER), Text("PathPrefix"), Text("Marker"), Number("MaxItems")],
        users::absent,
    ),
    asks_group("ListGroupPolicies", PAGE_OF_GROUP, groups::absent),
    read("ListGroups", Target::Under { kind: "group" }, PAGE_OF_PATH, groups::list),
    asks_user("ListGroupsForUser", PAGE_OF_USER, users::absent),
    read(
        "ListInstanceProfiles",
        Target::Under { kind: "instance-profile" },
        PAGE_OF_PATH,
        others::list_instance_profiles,
    ),
    asks_user("ListMFADevices", PAGE_OF_USER, credentials::list_mfa_devices),
    read("ListSAMLProviders", Target::Under { kind: "saml-provider" }, &[], others::list_saml_providers),
    asks_user("ListSSHPublicKeys", PAGE_OF_USER, credentials::list_ssh_public_keys),
    read(
        "ListServerCertificates",
        Target::Under { kind: "server-certificate" },
        PAGE_OF_PATH,
        others::list_server_certificates,
    ),
    asks_user(
        "ListServiceSpecificCredentials",
        &[Text(USER), Text("ServiceName"), Text("AllUsers"), Text("Marker"), Number("MaxItems")],
        credentials::list_service_specific_credentials,
    ),
    asks_user("ListSigningCertificates", PAGE_OF_USER, credentials::list_signing_certificates),
    asks_user("ListUserPolicies", PAGE_OF_USER, users::absent),
    asks_user("ListUserTags", PAGE_OF_USER, users::absent),
    read("ListUsers", Target::Under { kind: "user" }, PAGE_OF_PATH, users::list),
    read(
        "ListVirtualMFADevices",
        Target::Under { kind: "mfa" },
        &[Text("AssignmentStatus"), Text("Marker"), Number("MaxItems")],
        credentials::list_virtual_mfa_devices,
    ),
    of_group("PutGroupPolicy", &[Text(GROUP), Text("PolicyName"), Text("PolicyDocument")], groups::absent),
    of_user("PutUserPermissionsBoundary", &[Text(USER), Text("PermissionsBoundary")], users::absent),
    of_user("PutUserPolicy", &[Text(USER), Text("PolicyName"), Text("PolicyDocument")], users::absent),
    of_group("RemoveUserFromGroup", &[Text(GROUP), Text(USER)], groups::absent),
    of_user("TagUser", &[Text(USER), Tags], users::absent),
    of_user("UntagUser", &[Text(USER), List("TagKeys")], users::absent),
    of_user(
        "UpdateAccessKey",
        &[Text(USER), Text("AccessKeyId"), Text("Status")],
        credentials::absent_access_key,
    ),
    of_group("UpdateGroup", &[Text(GROUP), Text("NewPath"), Text("NewGroupName")], groups::absent),
    of_user("UpdateLoginProfile", &[Text(USER)], credentials::absent_login_profile),
    of_user("UpdateUser", &[Text(USER), Text("NewPath"), Text("NewUserName")], users::absent),
    makes("UploadSSHPublicKey", NEW_USER, &[Text(USER)], credentials::upload_ssh_public_key),
    makes("UploadSigningCertificate", NEW_USER, &[Text(USER)], credentials::upload_signing_certificate),
];
