//! Instance profiles, SAML providers, server certificates and the password policy: there are none.
//!
//! Source: IAM API reference, "ListInstanceProfiles", "ListSAMLProviders", "ListServerCertificates" and
//! "GetAccountPasswordPolicy": "If no password policy is defined for the account, the command returns a NoSuchEntity
//! error".

use super::users;
use crate::error::AwsError;
use crate::iam::operation::Call;
use crate::outcome::Outcome;
use crate::parameters::{Text, is_name_character};
use crate::shape::Shape;

const NAME: Text = Text::of(1, 128).matching("[\\w+=,.@-]+", is_name_character);

/// ListInstanceProfiles: none.
///
/// # Errors
/// `ValidationError` for the prefix and the page that is asked for.
pub fn list_instance_profiles(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    users::nothing_under_path(call, "InstanceProfiles")
}

/// GetInstanceProfile: none is there.
///
/// # Errors
/// `ValidationError` for the name; otherwise `NoSuchEntity`.
pub fn absent_instance_profile(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let mut check = call.parameters.check();
    let name = check.required("InstanceProfileName", NAME);
    check.finish()?;
    Err(AwsError::no_such_entity(format!("Instance Profile {name} cannot be found.")))
}

/// ListServerCertificates: none.
///
/// # Errors
/// `ValidationError` for the prefix and the page that is asked for.
pub fn list_server_certificates(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    users::nothing_under_path(call, "ServerCertificateMetadataList")
}

/// ListSAMLProviders: none. This list has no pages.
///
/// # Errors
/// None.
pub fn list_saml_providers(_: &mut Call<'_>) -> Result<Outcome, AwsError> {
    Ok(Outcome::read(Shape::structure([("SAMLProviderList", Shape::List(Vec::new()))]), None))
}

/// GetAccountPasswordPolicy and DeleteAccountPasswordPolicy: nobody has a password.
///
/// # Errors
/// `NoSuchEntity`.
pub fn absent_password_policy(call: &mut Call<'_>) -> Result<Outcome, AwsError> {
    let account = &call.account.id;
    Err(AwsError::no_such_entity(format!("The Password Policy with domain name {account} cannot be found.")))
}
