//! Users, groups and long-lived credentials: nothing is there, nothing can be made, and the words are AWS's.

use daypass_aws::Parameters;
use daypass_aws::iam::operation;

use crate::sandbox::{Sandbox, session};

#[test]
fn lists_are_empty() {
    let mut sandbox = Sandbox::with_role();
    for (name, list) in [
        ("ListAccessKeys", "AccessKeyMetadata"),
        ("ListGroups", "Groups"),
        ("ListInstanceProfiles", "InstanceProfiles"),
        ("ListMFADevices", "MFADevices"),
        ("ListSSHPublicKeys", "SSHPublicKeys"),
        ("ListServerCertificates", "ServerCertificateMetadataList"),
        ("ListServiceSpecificCredentials", "ServiceSpecificCredentials"),
        ("ListSigningCertificates", "Certificates"),
        ("ListUsers", "Users"),
        ("ListVirtualMFADevices", "VirtualMFADevices"),
    ] {
        let answer = sandbox.answer(name, &[]);
        assert_eq!(answer, format!("<{list}></{list}><IsTruncated>false</IsTruncated>"), "{name}");
    }
    assert_eq!(sandbox.answer("ListSAMLProviders", &[]), "<SAMLProviderList></SAMLProviderList>");
}

#[test]
fn what_is_named_is_not_there() {
    let mut sandbox = Sandbox::new();
    for (name, parameters, message) in [
        ("GetUser", vec![("UserName", "ada")], "The user with name ada cannot be found."),
        ("DeleteUser", vec![("UserName", "ada")], "The user with name ada cannot be found."),
        ("ListAccessKeys", vec![("UserName", "ada")], "The user with name ada cannot be found."),
        ("ListMFADevices", vec![("UserName", "ada")], "The user with name ada cannot be found."),
        ("ListGroupsForUser", vec![("UserName", "ada")], "The user with name ada cannot be found."),
        ("AttachUserPolicy", vec![("UserName", "ada")], "The user with name ada cannot be found."),
        ("GetGroup", vec![("GroupName", "staff")], "The group with name staff cannot be found."),
        (
            "AddUserToGroup",
            vec![("GroupName", "staff"), ("UserName", "ada")],
            "The group with name staff cannot be found.",
        ),
        ("GetLoginProfile", vec![("UserName", "ada")], "Login Profile for User ada cannot be found."),
        (
            "DeleteAccessKey",
            vec![("AccessKeyId", "AKIAIOSFODNN7EXAMPLE")],
            "The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found.",
        ),
        ("GetInstanceProfile", vec![("InstanceProfileName", "web")], "Instance Profile web cannot be found."),
        (
            "GetAccountPasswordPolicy",
            vec![],
            "The Password Policy with domain name 123456789012 cannot be found.",
        ),
    ] {
        assert_eq!(sandbox.refusal(name, &parameters), format!("404 NoSuchEntity: {message}"), "{name}");
    }
}

#[test]
fn making_one_is_refused_and_says_why() {
    let mut sandbox = Sandbox::new();
    for (name, parameters, thing) in [
        ("CreateUser", vec![("UserName", "ada")], "a user"),
        ("CreateGroup", vec![("GroupName", "staff")], "a group"),
        ("CreateAccessKey", vec![], "an access key"),
        ("CreateLoginProfile", vec![("UserName", "ada"), ("Password", "x")], "a login profile"),
        ("CreateVirtualMFADevice", vec![("VirtualMFADeviceName", "phone")], "a virtual MFA device"),
        (
            "CreateServiceSpecificCredential",
            vec![("UserName", "ada"), ("ServiceName", "codecommit.amazonaws.com")],
            "a service-specific credential",
        ),
        ("UploadSSHPublicKey", vec![("UserName", "ada")], "an SSH public key"),
        ("UploadSigningCertificate", vec![("UserName", "ada")], "a signing certificate"),
    ] {
        let refusal = sandbox.refusal(name, &parameters);
        let beginning = "403 AccessDenied: This account is keyless by design";
        assert!(refusal.starts_with(beginning), "{name}: {refusal}");
        assert!(refusal.contains(&format!("so {thing} cannot be created")), "{name}: {refusal}");
    }
    assert!(sandbox.refusal("CreateUser", &[("UserName", "a b")]).starts_with("400 ValidationError"));
    assert!(sandbox.refusal("ChangePassword", &[]).starts_with("400 InvalidUserType"));
}

#[test]
fn a_call_without_a_name_is_about_the_caller() {
    let mut sandbox = Sandbox::new();
    assert_eq!(
        sandbox.answer("GetUser", &[]),
        "<User><UserId>123456789012</UserId><Arn>arn:aws:iam::123456789012:root</Arn>\
         <CreateDate>1970-01-01T00:00:00Z</CreateDate></User>"
    );
    sandbox.caller = session();
    for name in ["GetUser", "ListAccessKeys", "ListMFADevices"] {
        assert_eq!(
            sandbox.refusal(name, &[]),
            "400 ValidationError: Must specify userName when calling with non-User credentials",
            "{name}"
        );
    }
}

#[test]
fn policies_are_asked_about_the_thing_that_is_named() {
    let sandbox = Sandbox::new();
    for (name, parameters, resource) in [
        ("CreateUser", vec![("UserName", "ada"), ("Path", "/staff/")], "user/staff/ada"),
        ("ListUsers", vec![], "user/"),
        ("ListUsers", vec![("PathPrefix", "/staff/")], "user/staff/"),
        ("GetGroup", vec![("GroupName", "staff")], "group/staff"),
        ("CreateVirtualMFADevice", vec![("VirtualMFADeviceName", "phone")], "mfa/phone"),
    ] {
        let parameters = Parameters::from_iter(parameters);
        assert_eq!(
            operation(name).unwrap().resource(&sandbox.account, &parameters),
            format!("arn:aws:iam::123456789012:{resource}"),
            "{name}"
        );
    }
    let all = operation("GetAccountPasswordPolicy").unwrap();
    assert_eq!(all.resource(&sandbox.account, &Parameters::default()), "*");
}

#[test]
fn the_trail_keeps_no_password() {
    let sent = Parameters::from_iter([("UserName", "ada"), ("Password", "hunter2")]);
    for name in ["CreateLoginProfile", "UpdateLoginProfile"] {
        let kept = operation(name).unwrap().request_parameters(&sent).unwrap();
        assert_eq!(kept, serde_json::json!({ "userName": "ada" }), "{name}");
    }
    let sent = Parameters::from_iter([("OldPassword", "hunter2"), ("NewPassword", "hunter3")]);
    assert_eq!(operation("ChangePassword").unwrap().request_parameters(&sent), None);
}
