//! The URL of an OpenID Connect provider, and the location that the account keeps of it.
//!
//! The location is the URL without `https://`. It is compared with a token's `iss` letter by letter, so nothing of it is
//! made uniform: the case of the host, the path and a trailing slash stay and matter. Only `:443` is taken away.
//!
//! AWS advises against other ports; a private issuer often has one, so it is kept.
//!
//! Source: IAM API reference, "CreateOpenIDConnectProvider", and IAM's observed answers.

use crate::error::AwsError;

/// The most characters of a URL.
pub const URL_CHARACTERS_MAX: usize = 255;

const SCHEME: &str = "https://";
const DEFAULT_PORT: &str = ":443";

/// The location of a provider's URL.
///
/// # Errors
/// `ValidationError` where it is no URL at all; `InvalidInput` where it has another scheme, user information, a query,
/// a fragment, or what cannot be a host.
pub fn location(url: &str) -> Result<String, AwsError> {
    let Some((scheme, rest)) = url.split_once("://").filter(|(scheme, _)| !scheme.is_empty()) else {
        return Err(AwsError::validation("Invalid Open ID Connect Provider URL"));
    };
    if scheme != "https" {
        return Err(AwsError::invalid_input(
            "Invalid Open ID Connect Provider URL. The URL must begin with https://.",
        ));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    if authority.is_empty() {
        return Err(AwsError::validation("Invalid Open ID Connect Provider URL"));
    }
    if path.contains(['?', '#']) {
        return Err(AwsError::invalid_input("Unknown"));
    }
    if !is_authority(authority) || !path.chars().all(is_path_character) {
        return Err(AwsError::invalid_input("Invalid Open ID Connect Provider URL."));
    }
    Ok(format!("{}{path}", authority.strip_suffix(DEFAULT_PORT).unwrap_or(authority)))
}

/// The location as far as it can be told, for asking the policies about a URL that may yet be refused.
#[must_use]
pub fn probable_location(url: &str) -> String {
    location(url).unwrap_or_else(|_| url.strip_prefix(SCHEME).unwrap_or(url).to_owned())
}

fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            let is_address =
                address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
            (
                if is_address { address } else { "" },
                rest.strip_prefix(':').or((!rest.is_empty()).then_some("")),
            )
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (if is_host(host) { host } else { "" }, Some(port)),
            None => (if is_host(authority) { authority } else { "" }, None),
        },
    };
    !host.is_empty() && port.is_none_or(is_port)
}

fn is_host(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

fn is_port(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|number| number > 0)
}

const fn is_path_character(character: char) -> bool {
    character.is_ascii_graphic() && !matches!(character, '\\' | '"' | '<' | '>')
}

#[cfg(test)]
mod tests {
    use super::location;

    #[test]
    fn what_identifies_a_provider_is_kept() {
        for (url, kept) in [
            ("https://token.actions.githubusercontent.com", "token.actions.githubusercontent.com"),
            (
                "https://token.actions.githubusercontent.com/octo-ent",
                "token.actions.githubusercontent.com/octo-ent",
            ),
            ("https://example.com/", "example.com/"),
            ("https://example.com/a/b/", "example.com/a/b/"),
            ("https://Example.COM/Path", "Example.COM/Path"),
            ("https://example.com:443", "example.com"),
            ("https://example.com:443/a", "example.com/a"),
            ("https://127.0.0.1:8443/a", "127.0.0.1:8443/a"),
            ("https://[::1]:8443", "[::1]:8443"),
            ("https://[::1]:443/", "[::1]/"),
        ] {
            assert_eq!(location(url).as_deref(), Ok(kept), "{url}");
        }
    }

    #[test]
    fn what_is_no_providers_url_is_refused_in_words() {
        const NO_URL: &str = "ValidationError: Invalid Open ID Connect Provider URL";
        const BAD_URL: &str = "InvalidInput: Invalid Open ID Connect Provider URL.";
        const NO_HTTPS: &str =
            "InvalidInput: Invalid Open ID Connect Provider URL. The URL must begin with https://.";
        for (url, refusal) in [
            ("", NO_URL),
            ("example.com", NO_URL),
            ("://example.com", NO_URL),
            ("https://", NO_URL),
            ("https:///path", NO_URL),
            ("http://example.com", NO_HTTPS),
            ("HTTPS://example.com", NO_HTTPS),
            ("https://example.com?a=b", "InvalidInput: Unknown"),
            ("https://example.com/a?", "InvalidInput: Unknown"),
            ("https://example.com#a", "InvalidInput: Unknown"),
            ("https://user:secret@example.com", BAD_URL),
            ("https://exa_mple.com", BAD_URL),
            ("https://exa mple.com", BAD_URL),
            ("https://example.com/a b", BAD_URL),
            ("https://example.com/\u{e9}", BAD_URL),
            ("https://example.com:", BAD_URL),
            ("https://example.com:0", BAD_URL),
            ("https://example.com:+1", BAD_URL),
            ("https://example.com:65536", BAD_URL),
            ("https://[::1", BAD_URL),
            ("https://[::1]x", BAD_URL),
            ("https://[]", BAD_URL),
        ] {
            assert_eq!(location(url).map_err(|error| error.to_string()), Err(refusal.to_owned()), "{url}");
        }
    }
}
