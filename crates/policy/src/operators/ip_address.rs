//! `IpAddress` and `NotIpAddress`.
//!
//! Source: IAM user guide, "Condition operators", IP address condition operators: ranges in CIDR form; an address without
//! a prefix means itself alone. An address of one family is in no range of the other.

use std::net::IpAddr;

/// A range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    is_v6: bool,
    /// The address without the bits that the range leaves open.
    bits: u128,
    mask: u128,
}

impl Network {
    /// Reads `203.0.113.0/24`, `2001:DB8::/32` or an address alone. Bits behind the prefix do not count.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let (is_v6, bits) = bits_of(address)?;
        let width: u32 = if is_v6 { 128 } else { 32 };
        let prefix = match prefix {
            Some(prefix) if prefix.len() <= 3 && prefix.bytes().all(|byte| byte.is_ascii_digit()) => {
                prefix.parse().ok().filter(|prefix| *prefix <= width)?
            }
            Some(_) => return None,
            None => width,
        };
        let mask = u128::MAX.checked_shl(width - prefix).unwrap_or(0);
        Some(Self { is_v6, bits: bits & mask, mask })
    }
}

/// Whether a presented address is in one of the ranges.
pub(crate) fn have(networks: &[Network], presented: &str) -> bool {
    bits_of(presented).is_some_and(|(is_v6, bits)| {
        networks.iter().any(|network| network.is_v6 == is_v6 && bits & network.mask == network.bits)
    })
}

fn bits_of(address: &str) -> Option<(bool, u128)> {
    match address.parse().ok()? {
        IpAddr::V4(address) => Some((false, u128::from(address.to_bits()))),
        IpAddr::V6(address) => Some((true, address.to_bits())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_addresses() {
        for (range, address, expected) in [
            ("203.0.113.0/24", "203.0.113.255", true),
            ("203.0.113.0/24", "203.0.114.0", false),
            ("203.0.113.9/24", "203.0.113.1", true),
            ("203.0.113.9", "203.0.113.9", true),
            ("203.0.113.9", "203.0.113.8", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "1.2.3.4", false),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5678:9::1", true),
            ("2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1", false),
            ("2001:db8::1", "2001:DB8:0:0::1", true),
            ("10.0.0.0/8", "10.1.2.3/32", false),
            ("10.0.0.0/8", "", false),
        ] {
            assert_eq!(have(&[Network::read(range).unwrap()], address), expected, "{range} {address}");
        }
    }

    #[test]
    fn what_is_no_range() {
        for text in
            ["", "1.2.3", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/+8", "::/129", "01.2.3.4", "*"]
        {
            assert_eq!(Network::read(text), None, "{text}");
        }
    }
}
