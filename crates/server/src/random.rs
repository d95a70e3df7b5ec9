//! Randomness from the operating system, by way of aws-lc's generator.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom as Generator};
use daypass_aws::identifier::Random;

/// The generator that every identifier, secret and request token of a running server comes from.
#[derive(Debug, Default)]
pub struct SystemRandom {
    generator: Generator,
}

impl SystemRandom {
    /// A handle to the process's generator; making one costs nothing.
    #[must_use]
    pub fn new() -> Self {
        Self { generator: Generator::new() }
    }

    /// An array of random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A random UUID (version 4) as text. Unlike `Uuid::new_v4` it asks the process's generator, not the kernel.
    #[must_use]
    pub fn uuid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid().to_string()
    }
}

impl Random for SystemRandom {
    #[expect(
        clippy::panic,
        reason = "without randomness no secret may be made: the call ends here and nothing is handed out"
    )]
    fn fill(&mut self, buffer: &mut [u8]) {
        if self.generator.fill(buffer).is_err() {
            panic!("the system gives no random bytes");
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
#[must_use]
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |index: u8| DIGITS.get(usize::from(index)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ_and_fill_the_whole_buffer() {
        let mut random = SystemRandom::new();
        let (first, second) = (random.bytes::<32>(), random.bytes::<32>());
        assert_ne!(first, second);
        assert!(first.iter().rev().take(16).any(|byte| *byte != 0));
    }

    #[test]
    fn hexadecimal_digits_are_lower_case_and_padded() {
        assert_eq!(hexadecimal(&[0x00, 0x0f, 0xa5, 0xff]), "000fa5ff");
    }
}
