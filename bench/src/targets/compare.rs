//! The measurements. What is compared is done in turns, so that what disturbs the machine disturbs all.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::calls::text;
use super::client::{Asked, Connection, Keys, Prepared};
use super::figures::{Figures, Times};
use super::{LARGE, Options, Part, SMALL, local};
use crate::failure::Outcome;
use crate::process_figures::peak_bytes;
use crate::server::Server;

/// The bucket of the deploy policy.
pub(super) const BUCKET: &str = "my-prod-bucket";
/// In this order: the memory is what all of them needed at the most.
const PARTS: [Part; 6] = [Part::Large, Part::Small, Part::Rates, Part::Cpu, Part::Gateway, Part::Memory];
/// Rounds over the small object for one over the large one.
const SMALL_ROUNDS: usize = 30;
/// Transfers at once while memory is watched.
const AT_ONCE: usize = 16;
/// A server that speaks S3: where it is, with which keys, in which region.
type Place = (SocketAddr, Keys, String);

/// Everything that is compared.
pub(crate) struct Scene {
    pub(crate) daypass: Place,
    pub(crate) moto: Place,
    pub(crate) plain: SocketAddr,
    /// The process of daypass.
    pub(crate) server: u32,
    /// The process of the plain server.
    pub(crate) neighbour: u32,
    pub(crate) folder: PathBuf,
}

/// Bytes and what is known of them.
pub(super) struct Payload {
    bytes: Vec<u8>,
    hash: String,
}

impl Payload {
    pub(super) fn of(length: usize) -> Self {
        let bytes: Vec<u8> = (0..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let hash = daypass_wire::sha256_hex(&bytes);
        Self { bytes, hash }
    }
}

pub(super) fn s3<'a>(
    place: &'a Place,
    method: &'static str,
    target: &'a str,
    payload: &'a Payload,
) -> Asked<'a> {
    let (address, keys, region) = place;
    Asked {
        address: *address,
        keys: Some(keys),
        service: "s3",
        region,
        method,
        target,
        headers: &[],
        body: &payload.bytes,
        hash: &payload.hash,
    }
}

/// One request on a connection, which must be answered with 200. Signing it is not in the time.
pub(super) fn timed(connection: &mut Connection, asked: &Asked<'_>) -> Outcome<Duration> {
    send(connection, asked, &asked.prepare()?)
}

/// The same with a request that was signed before.
pub(super) fn send(
    connection: &mut Connection,
    asked: &Asked<'_>,
    prepared: &Prepared<'_>,
) -> Outcome<Duration> {
    let begun = Instant::now();
    let (status, _) = connection.send(prepared)?;
    let took = begun.elapsed();
    if status == 200 {
        Ok(took)
    } else {
        Err(format!("{} {} is answered with {status}", asked.method, asked.target).into())
    }
}

impl Scene {
    /// Makes the buckets, and the files of the plain server.
    pub(crate) fn prepare(&self, server: &Server) -> Outcome {
        let nothing = Payload::of(0);
        let (access_key_id, secret) = server.administrator()?;
        let administrator = Keys::from(daypass_client::Credentials {
            access_key_id,
            secret_access_key: secret.into(),
            session_token: None,
        });
        let owner = (self.daypass.0, administrator, self.daypass.2.clone());
        let bucket = format!("/{BUCKET}");
        for place in [&owner, &self.moto] {
            timed(&mut Connection::open(place.0)?, &s3(place, "PUT", &bucket, &nothing))?;
        }
        for (name, length) in [("small", SMALL), ("large", LARGE), ("one", 1)] {
            std::fs::write(self.folder.join(name), Payload::of(length).bytes)?;
        }
        for (name, length) in [("small", SMALL), ("one", 1)] {
            let (payload, target) = (Payload::of(length), format!("/{BUCKET}/{name}"));
            for place in [&self.daypass, &self.moto] {
                timed(&mut Connection::open(place.0)?, &s3(place, "PUT", &target, &payload))?;
            }
        }
        Ok(())
    }

    pub(crate) fn measure(&self, options: &Options) -> Outcome<Figures> {
        let mut figures = Figures::default();
        for part in PARTS.into_iter().filter(|part| options.only.is_none_or(|only| only == *part)) {
            self.take(part, &mut figures, options)?;
        }
        Ok(figures)
    }

    fn take(&self, part: Part, figures: &mut Figures, options: &Options) -> Outcome {
        match part {
            Part::Large => {
                eprintln!("objects of 64 MiB, {} rounds", options.rounds);
                self.transfers(figures, options.rounds, LARGE, "large")
            }
            Part::Small => {
                eprintln!("objects of 4 KiB");
                self.transfers(figures, options.rounds * SMALL_ROUNDS, SMALL, "small")
            }
            Part::Rates => {
                eprintln!("small calls a second, {} s each", options.seconds);
                self.rates(figures, options)
            }
            Part::Cpu => {
                eprintln!("processor time of a small call");
                self.cpu(figures)
            }
            Part::Gateway => {
                eprintln!("the gateway");
                self.gateway(figures, options)
            }
            Part::Memory => {
                eprintln!("{AT_ONCE} objects of 64 MiB at once");
                self.many_at_once()?;
                figures.peak = Some(peak_bytes(self.server)?);
                Ok(())
            }
        }
    }

    fn transfers(&self, figures: &mut Figures, rounds: usize, length: usize, name: &'static str) -> Outcome {
        let payload = Payload::of(length);
        let nothing = Payload::of(0);
        let target = format!("/{BUCKET}/{name}");
        let plain_target = format!("/{name}");
        let plain_place = (self.plain, Keys::any(), "us-east-1".to_owned());
        let mut own = Connection::open(self.daypass.0)?;
        let mut plain = Connection::open(self.plain)?;
        let mut times = Times::of(name);
        for round in 0..=rounds {
            let put = timed(&mut own, &s3(&self.daypass, "PUT", &target, &payload))?;
            let get = timed(&mut own, &s3(&self.daypass, "GET", &target, &nothing))?;
            let mut moto = Connection::open(self.moto.0)?;
            let moto_put = timed(&mut moto, &s3(&self.moto, "PUT", &target, &payload))?;
            let moto_get = timed(&mut moto, &s3(&self.moto, "GET", &target, &nothing))?;
            let plain_get = timed(&mut plain, &s3(&plain_place, "GET", &plain_target, &nothing))?;
            let copy = local::copy(&payload.bytes, &self.folder)?;
            let digests = local::md5(&payload.bytes) + local::sha256(&payload.bytes);
            // The first round warms up.
            if round > 0 {
                times.push(put, get, moto_put, moto_get, plain_get, copy, digests);
            }
        }
        figures.transfers.push(times);
        Ok(())
    }

    /// Half of them up and half down, and then all of them up.
    fn many_at_once(&self) -> Outcome {
        let payload = Payload::of(LARGE);
        let nothing = Payload::of(0);
        let large = format!("/{BUCKET}/large");
        timed(&mut Connection::open(self.daypass.0)?, &s3(&self.daypass, "PUT", &large, &payload))?;
        for downloads in [AT_ONCE / 2, 0] {
            std::thread::scope(|scope| -> Outcome {
                let threads: Vec<_> = (0..AT_ONCE)
                    .map(|number| {
                        let (payload, nothing, large) = (&payload, &nothing, &large);
                        scope.spawn(move || -> Result<(), String> {
                            let mut connection = Connection::open(self.daypass.0).map_err(text)?;
                            let target = format!("/{BUCKET}/at-once-{number}");
                            let asked = if number < downloads {
                                s3(&self.daypass, "GET", large, nothing)
                            } else {
                                s3(&self.daypass, "PUT", &target, payload)
                            };
                            timed(&mut connection, &asked).map_err(text).map(drop)
                        })
                    })
                    .collect();
                for thread in threads {
                    thread.join().map_err(|_| "a connection's thread ended early")??;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}
