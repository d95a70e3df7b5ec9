//! ARNs taken apart.
//!
//! Source: IAM user guide, "IAM identifiers", ARNs.

/// The parts of an ARN.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arn<'a> {
    pub(super) partition: &'a str,
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    pub(super) account: &'a str,
    pub(super) resource: &'a str,
}

impl<'a> Arn<'a> {
    /// An ARN with all of its parts; `None` where one is missing.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        Some(Self {
            partition: parts.next()?,
            service: parts.next()?,
            region: parts.next()?,
            account: parts.next()?,
            resource: parts.next()?,
        })
    }
}

/// Whether a text is an account's number.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text may be the name of a region, as `eu-west-1` and `us-gov-east-1` are.
pub(super) fn is_region(text: &str) -> bool {
    let mut labels = text.split('-').rev();
    let number = labels.next().unwrap_or_default();
    let words: Vec<&str> = labels.collect();
    !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && (2..=4).contains(&words.len())
        && words.iter().all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
        && words.last().is_some_and(|area| (2..=4).contains(&area.len()))
}

/// The text with `*` for each policy variable, which may become anything.
pub(super) fn without_variables(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((_, remainder)) = after.split_once('}') else { break };
        output.push_str(before);
        output.push('*');
        rest = remainder;
    }
    output.push_str(rest);
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_told_by_their_form() {
        for region in ["eu-west-1", "us-gov-east-1", "ap-southeast-10", "us-isob-east-1", "eusc-de-east-1"] {
            assert!(is_region(region), "{region}");
        }
        for other in ["", "eu", "eu-west", "EU-WEST-1", "eu-west-x", "europe-west-1", "1"] {
            assert!(!is_region(other), "{other}");
        }
    }

    #[test]
    fn a_variable_may_become_anything() {
        assert_eq!(without_variables("a/${aws:username}/b${x"), "a/*/b${x");
    }
}
