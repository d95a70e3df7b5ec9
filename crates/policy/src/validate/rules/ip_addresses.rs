//! IP ranges that are written misleadingly, and private addresses where only public ones are seen.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Report;
use crate::validate::code::Code;
use crate::validate::draft::{Draft, Item, Test};
use crate::validate::operator::Family;

const IMPROVE_IP_RANGE: Code = Code::suggestion("IMPROVE_IP_RANGE");
const PRIVATE_IP_ADDRESS: Code = Code::error("PRIVATE_IP_ADDRESS");
const PRIVATE_NOT_IP_ADDRESS: Code = Code::error("PRIVATE_NOT_IP_ADDRESS");
const PRIVATE_IP_ADDRESS_SUBSET: Code = Code::suggestion("PRIVATE_IP_ADDRESS_SUBSET");
const PRIVATE_NOT_IP_ADDRESS_SUBSET: Code = Code::suggestion("PRIVATE_NOT_IP_ADDRESS_SUBSET");

pub(super) fn check(draft: &Draft<'_>, report: &mut Report<'_>) {
    for test in draft.clauses.iter().flat_map(|clause| &clause.tests) {
        if !test.operator.is_some_and(|operator| operator.family == Family::Ip) {
            continue;
        }
        let ranges: Vec<(&Item<'_>, IpAddr, u8)> = test
            .values
            .iter()
            .filter_map(|item| item.text().and_then(range).map(|(address, bits)| (item, address, bits)))
            .collect();
        for (item, address, bits) in &ranges {
            let network = network(*address, *bits);
            if network != *address {
                let location = report.location(item.path.clone(), item.node.span);
                let message = format!("the address has bits beyond the first {bits}, which are not compared");
                report.add(IMPROVE_IP_RANGE, location, message, format!("write `{network}/{bits}`"));
            }
        }
        if test.key.name.eq_ignore_ascii_case("aws:SourceIp") {
            check_private(test, &ranges, report);
        }
    }
}

fn check_private(test: &Test<'_>, ranges: &[(&Item<'_>, IpAddr, u8)], report: &mut Report<'_>) {
    let private: Vec<_> = ranges.iter().filter(|(_, address, _)| is_private(*address)).collect();
    let Some((first, ..)) = private.first() else { return };
    let is_negated = test.operator.is_some_and(|operator| operator.is_negated());
    let whole = private.len() == test.values.len();
    let code = match (whole, is_negated) {
        (true, false) => PRIVATE_IP_ADDRESS,
        (true, true) => PRIVATE_NOT_IP_ADDRESS,
        (false, false) => PRIVATE_IP_ADDRESS_SUBSET,
        (false, true) => PRIVATE_NOT_IP_ADDRESS_SUBSET,
    };
    let outcome = match (whole, is_negated) {
        (true, false) => "so that the condition never holds",
        (true, true) => "so that the condition always holds",
        (false, _) => "so that the private ones do nothing",
    };
    let location = report.location(first.path.clone(), first.node.span);
    report.add(
        code,
        location,
        format!("aws:SourceIp is a public address, and these are private, {outcome}"),
        "write public addresses, or compare aws:VpcSourceIp together with aws:SourceVpc",
    );
}

fn range(text: &str) -> Option<(IpAddr, u8)> {
    let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
    (bits <= most).then_some((address, bits))
}

/// The first address of a range.
fn network(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

/// Whether an address is used within networks only: RFC 1918 and RFC 4193.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_private(),
        IpAddr::V6(address) => address.is_unique_local(),
    }
}
