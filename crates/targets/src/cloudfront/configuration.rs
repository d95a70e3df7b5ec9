//! A distribution's configuration: what must be in it, and what CloudFront adds where nothing is said.
//!
//! Source: Amazon CloudFront API reference, DistributionConfig.

use super::error::CloudFrontError;
use super::limits::REFERENCE_BYTES;
use super::tree::Element;

/// Checks a configuration, and adds what was left out.
pub(super) fn complete(mut config: Element) -> Result<Element, CloudFrontError> {
    config.check_quantities()?;
    let reference = needed(&config, "CallerReference")?;
    if reference.is_empty() || reference.len() > REFERENCE_BYTES {
        return Err(CloudFrontError::invalid("The parameter CallerReference is missing or too long."));
    }
    needed(&config, "Comment")?;
    flag(needed(&config, "Enabled")?, "Enabled")?;
    let origins = config.child("Origins").ok_or_else(|| missing("Origins"))?.items();
    let mut names = Vec::new();
    for origin in origins {
        let name = needed(origin, "Id")?;
        if name.is_empty() || needed(origin, "DomainName")?.is_empty() || names.contains(&name) {
            return Err(CloudFrontError::new(
                "InvalidOrigin",
                400,
                "The specified origin server does not exist or is not valid.",
            ));
        }
        names.push(name);
    }
    if names.is_empty() {
        return Err(CloudFrontError::invalid("A distribution must have at least one origin."));
    }
    let behaviour = config.child("DefaultCacheBehavior").ok_or_else(|| missing("DefaultCacheBehavior"))?;
    let others = config.child("CacheBehaviors").map(Element::items).unwrap_or_default();
    let groups = config.child("OriginGroups").map(Element::items).unwrap_or_default();
    let groups: Vec<&str> = groups.iter().filter_map(|group| group.text_of("Id")).collect();
    for behaviour in others.iter().chain([behaviour]) {
        let target = needed(behaviour, "TargetOriginId")?;
        if !names.contains(&target) && !groups.contains(&target) {
            let message = "One or more of your origins or origin groups do not exist.";
            return Err(CloudFrontError::new("NoSuchOrigin", 404, message));
        }
        let policy = needed(behaviour, "ViewerProtocolPolicy")?;
        if !["allow-all", "https-only", "redirect-to-https"].contains(&policy) {
            return Err(CloudFrontError::invalid("The parameter ViewerProtocolPolicy is not valid."));
        }
    }
    for default in defaults() {
        if config.child(&default.name).is_none() {
            config.children.push(default);
        }
    }
    Ok(config)
}

/// The names that a distribution answers to besides its own.
pub(super) fn aliases(config: &Element) -> impl Iterator<Item = &str> {
    let items = config.child("Aliases").map(Element::items).unwrap_or_default();
    items.iter().map(|item| item.text.as_str())
}

/// Whether it is enabled.
pub(super) fn is_enabled(config: &Element) -> bool {
    config.text_of("Enabled") == Some("true")
}

fn needed<'a>(element: &'a Element, name: &str) -> Result<&'a str, CloudFrontError> {
    element.text_of(name).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> CloudFrontError {
    CloudFrontError::invalid(format!("The parameter {name} is required."))
}

fn flag(text: &str, name: &str) -> Result<(), CloudFrontError> {
    match text {
        "true" | "false" => Ok(()),
        _ => Err(CloudFrontError::malformed(format!("The value of {name} is not a boolean."))),
    }
}

fn defaults() -> Vec<Element> {
    let none = || Element::with_text("Quantity", "0");
    let text = Element::with_text;
    vec![
        Element::with("Aliases", vec![none()]),
        text("DefaultRootObject", ""),
        Element::with("CacheBehaviors", vec![none()]),
        Element::with("CustomErrorResponses", vec![none()]),
        Element::with(
            "Logging",
            vec![
                text("Enabled", "false"),
                text("IncludeCookies", "false"),
                text("Bucket", ""),
                text("Prefix", ""),
            ],
        ),
        text("PriceClass", "PriceClass_All"),
        Element::with(
            "ViewerCertificate",
            vec![
                text("CloudFrontDefaultCertificate", "true"),
                text("SSLSupportMethod", "vip"),
                text("MinimumProtocolVersion", "TLSv1"),
                text("CertificateSource", "cloudfront"),
            ],
        ),
        Element::with(
            "Restrictions",
            vec![Element::with("GeoRestriction", vec![text("RestrictionType", "none"), none()])],
        ),
        text("WebACLId", ""),
        text("HttpVersion", "http2"),
        text("IsIPV6Enabled", "false"),
        text("ContinuousDeploymentPolicyId", ""),
        text("Staging", "false"),
    ]
}
