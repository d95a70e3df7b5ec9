//! Long-lived credentials: access keys, passwords, devices, certificates. There are none and none can be made.
//!
//! Source: IAM API reference, "CreateAccessKey", "ListAccessKeys" and their siblings.

use super::{refused, users};
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::iam::pages::PageRequest;
use crate::outcome::Outcome;
use crate::parameters::{Text, is_name_character};

const ACCESS_KEY_ID: Text = Text::of(16, 128).matching("[\\w]+", is_word_character);
const USER_NAME: Text = Text::of(1, 64).matching("[\\w+=,.@-]+", is_name_character);
/// A new password, which is never kept and never repeated.
const PASSWORD: Text = Text::of(1, 128).sensitive();
/// The name of a device.
const DEVICE_NAME: Text = Text::of(1, 226).matching("[\\w+=,.@-]+", is_name_character);

/// ListAccessKeys: none.
///
/// # Errors
/// As for every list of what a user has: `NoSuchEntity` for a name, `ValidationError` for a session without one.
pub fn list_access_keys(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    users::nothing_of_user(call, "AccessKeyMetadata")
}

/// ListMFADevices: none.
///
/// # Errors
/// As [`list_access_keys`].
pub fn list_mfa_devices(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    users::nothing_of_user(call, "MFADevices")
}

/// ListSSHPublicKeys: none.
///
/// # Errors
/// As [`list_access_keys`].
pub fn list_ssh_public_keys(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    users::nothing_of_user(call, "SSHPublicKeys")
}

/// ListSigningCertificates: none.
///
/// # Errors
/// As [`list_access_keys`].
pub fn list_signing_certificates(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    users::nothing_of_user(call, "Certificates")
}

/// ListServiceSpecificCredentials: none, of one user and of all.
///
/// # Errors
/// As [`list_access_keys`].
pub fn list_service_specific_credentials(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    const LIST: &str = "ServiceSpecificCredentials";
    let of_all = call.parameters.text("AllUsers").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    if of_all && call.parameters.text("UserName").is_none() {
        PageRequest::read(call.parameters.check())?;
        return Ok(Outcome::read(users::empty(LIST), None));
    }
    users::nothing_of_user(call, LIST)
}

/// ListVirtualMFADevices: none.
///
/// # Errors
/// `ValidationError` for the status and the page that are asked for.
pub fn list_virtual_mfa_devices(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    check.one_of("AssignmentStatus", &["Assigned", "Any", "Unassigned"]);
    PageRequest::read(check)?;
    Ok(Outcome::read(users::empty("VirtualMFADevices"), None))
}

/// CreateAccessKey: refused, also for the root user.
///
/// # Errors
/// `ValidationError` for the name; otherwise `AccessDenied`.
pub fn create_access_key(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    check.optional("UserName", USER_NAME);
    check.finish()?;
    Err(refused("an access key"))
}

/// CreateLoginProfile: refused.
///
/// # Errors
/// `ValidationError` for name and password; otherwise `AccessDenied`.
pub fn create_login_profile(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    check.optional("UserName", USER_NAME);
    check.optional("Password", PASSWORD);
    check.finish()?;
    Err(refused("a login profile"))
}

/// CreateServiceSpecificCredential: refused.
///
/// # Errors
/// `ValidationError` for the names; otherwise `AccessDenied`.
pub fn create_service_specific_credential(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    check.required("UserName", USER_NAME);
    check.required("ServiceName", Text::of(1, 256));
    check.finish()?;
    Err(refused("a service-specific credential"))
}

/// CreateVirtualMFADevice: refused.
///
/// # Errors
/// `ValidationError` for the name; otherwise `AccessDenied`.
pub fn create_virtual_mfa_device(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    check.required("VirtualMFADeviceName", DEVICE_NAME);
    check.finish()?;
    Err(refused("a virtual MFA device"))
}

/// UploadSSHPublicKey: refused.
///
/// # Errors
/// `ValidationError` for the name; otherwise `AccessDenied`.
pub fn upload_ssh_public_key(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    check.required("UserName", USER_NAME);
    check.finish()?;
    Err(refused("an SSH public key"))
}

/// UploadSigningCertificate: refused.
///
/// # Errors
/// `ValidationError` for the name; otherwise `AccessDenied`.
pub fn upload_signing_certificate(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    check.optional("UserName", USER_NAME);
    check.finish()?;
    Err(refused("a signing certificate"))
}

/// ChangePassword: nobody here has a password.
///
/// # Errors
/// `InvalidUserType`.
pub fn change_password(_: &mut Call<'_>) -> Result<Outcome, AwsError> {
    Err(AwsError::bad_request("InvalidUserType", "Only IAM Users can change their own password"))
}

/// Any operation on one access key.
///
/// # Errors
/// `ValidationError` for the names; otherwise `NoSuchEntity`, for the user where one is named.
pub fn absent_access_key(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let user = check.optional("UserName", USER_NAME);
    let key = check.required("AccessKeyId", ACCESS_KEY_ID);
    check.finish()?;
    match user {
        Some(user) => Err(users::unknown(user)),
        None => Err(AwsError::no_such_entity(format!("The Access Key with id {key} cannot be found."))),
    }
}

/// Any operation on one login profile.
///
/// # Errors
/// `ValidationError` for the name; otherwise `NoSuchEntity`.
pub fn absent_login_profile(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("UserName", USER_NAME);
    check.optional("Password", PASSWORD);
    check.finish()?;
    Err(AwsError::no_such_entity(format!("Login Profile for User {name} cannot be found.")))
}

const fn is_word_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}
