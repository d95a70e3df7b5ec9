//! The yardstick: the bare verification of an RSA-2048 signature by the same library on the same machine.

use std::time::Duration;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair,
};

use crate::failure::Outcome;
use crate::process_figures::thread_cpu_time;

/// How often; about half a second's worth.
const REPETITIONS: u32 = 30_000;

/// About what is signed of one of GitHub's tokens, in bytes.
const MESSAGE_BYTES: usize = 1_500;

/// The processor time of one verification, with a key that was parsed before.
pub(crate) fn measure() -> Outcome<Duration> {
    let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| "cannot make an RSA key")?;
    let message = [b'a'; MESSAGE_BYTES];
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), &message, &mut signature)
        .map_err(|_| "cannot sign")?;
    let encoded = pair.public_key().as_der().map_err(|_| "cannot write the public key")?;
    let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, encoded.as_ref())
        .map_err(|_| "cannot read the key")?;
    let before = thread_cpu_time()?;
    for _ in 0..REPETITIONS {
        key.verify_sig(&message, &signature).map_err(|_| "a good signature was refused")?;
    }
    Ok(thread_cpu_time()?.saturating_sub(before) / REPETITIONS)
}
