//! The administrators' keys, one file for each account.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use daypass_aws::{AccountId, identifier};
use serde::{Deserialize, Serialize};

use super::{DataDirectory, DirectoryError, PRIVATE, Secret};
use crate::random::SystemRandom;

/// Random bytes of a secret access key: 40 characters in base 64, the length of AWS's.
const SECRET_ACCESS_KEY_BYTES: usize = 30;

/// The file of the first account's administrator's key.
pub(super) const FIRST: &str = "administrator.json";
/// The folder of the others'.
const FURTHER: &str = "administrators";

/// The administrator's access key.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Administrator {
    /// `AKIA` and 16 characters.
    pub access_key_id: String,
    /// 40 characters.
    pub secret_access_key: Secret,
}

impl DataDirectory {
    /// Makes the administrator's key of a further account, unless it is there already.
    ///
    /// # Errors
    /// [`DirectoryError`]; also where the key that is there can be read by others.
    pub fn prepare_further(&self, account: &AccountId) -> Result<(), DirectoryError> {
        let path = self.file(FURTHER);
        let result = DirBuilder::new().recursive(true).mode(0o700).create(&path);
        result.map_err(|source| DirectoryError::File { path, source })?;
        self.create_administrator(&further(account))?;
        self.further_administrator(account)?;
        Ok(())
    }

    /// The administrator's key of the first account.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub fn administrator(&self) -> Result<Administrator, DirectoryError> {
        self.read_administrator(FIRST)
    }

    /// The administrator's key of a further account.
    ///
    /// # Errors
    /// [`DirectoryError`]
    pub fn further_administrator(&self, account: &AccountId) -> Result<Administrator, DirectoryError> {
        self.read_administrator(&further(account))
    }

    pub(super) fn create_administrator(&self, name: &str) -> Result<(), DirectoryError> {
        let mut random = SystemRandom::new();
        let administrator = Administrator {
            access_key_id: identifier::access_key(&mut random),
            secret_access_key: Secret::new(STANDARD.encode(random.bytes::<SECRET_ACCESS_KEY_BYTES>())),
        };
        self.create(name, PRIVATE, &self.json(name, &administrator)?)
    }

    fn read_administrator(&self, name: &str) -> Result<Administrator, DirectoryError> {
        let administrator: Administrator = self.parse(name, &self.read_private(name)?)?;
        let whole = administrator.access_key_id.starts_with("AKIA")
            && administrator.access_key_id.len() == 20
            && !administrator.secret_access_key.reveal().is_empty();
        if whole { Ok(administrator) } else { Err(self.damaged(name, "it holds no access key")) }
    }
}

/// The file of a further account's administrator's key.
fn further(account: &AccountId) -> String {
    format!("{FURTHER}/{account}.json")
}
