//! A call of DynamoDB, through the gateway and without it.

use super::Options;
use super::calls::rate;
use super::client::{Asked, Connection};
use super::compare::{Scene, timed};
use super::figures::Figures;
use crate::failure::Outcome;

/// Calls through the gateway, and without it.
const CALLS: usize = 3_000;
/// Calls that warm up.
const WARMING: usize = 100;
const GET_ITEM: &[u8] = br#"{"TableName":"orders","Key":{"id":{"S":"0123456789"}}}"#;
const HEADERS: [(&str, &str); 2] =
    [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", "DynamoDB_20120810.GetItem")];

impl Scene {
    /// What the gateway adds: to one call after the other, and to many at once.
    pub(super) fn gateway(&self, figures: &mut Figures, options: &Options) -> Outcome {
        let hash = daypass_wire::sha256_hex(GET_ITEM);
        let (address, keys, region) = &self.daypass;
        let through = Asked {
            address: *address,
            keys: Some(keys),
            service: "dynamodb",
            region,
            method: "POST",
            target: "/",
            headers: &HEADERS,
            body: GET_ITEM,
            hash: &hash,
        };
        let direct = Asked { address: self.plain, ..through };
        let mut own = Connection::open(*address)?;
        let mut plain = Connection::open(self.plain)?;
        for round in 0..CALLS + WARMING {
            let took = (timed(&mut own, &through)?, timed(&mut plain, &direct)?);
            if round >= WARMING {
                figures.gateway.push(took.0);
                figures.direct.push(took.1);
            }
        }
        figures.gateway_rate = rate(|_| through, options.seconds)?;
        figures.direct_rate = rate(|_| direct, options.seconds)?;
        Ok(())
    }
}
