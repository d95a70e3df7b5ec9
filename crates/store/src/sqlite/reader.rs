//! Those who read, each with a connection of its own: documents and objects. The trail is in [`super::trail`].

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::failure::store_error;
use super::{Database, open};
use crate::error::StoreError;
use crate::model::Collection;
use crate::traits::{Documents, ObjectIndex};

/// Connections, and so readers at a time; more wait. A connection takes about 1 MiB.
const CONNECTIONS_MAX: usize = 8;

/// Connections that wait for the next reader.
pub(super) struct Readers {
    path: PathBuf,
    index: PathBuf,
    pool: Mutex<Pool>,
    returned: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    taken: usize,
}

/// A reader's place; given back when dropped, with the connection if it is still good.
struct Place<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, index: PathBuf) -> Self {
        Self { path, index, pool: Mutex::default(), returned: Condvar::new() }
    }

    /// Reads with one of the connections, once one is free.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        let mut place = self.take();
        let connection = match place.connection.take() {
            Some(connection) => connection,
            None => {
                open::reader_connection(&self.path, Some(&self.index)).map_err(|error| store_error(&error))?
            }
        };
        let result = read(&connection).map_err(|error| store_error(&error))?;
        place.connection = Some(connection);
        Ok(result)
    }

    /// Closes the connections that nobody reads with.
    pub(super) fn close(&self) {
        self.lock().idle.clear();
    }

    fn take(&self) -> Place<'_> {
        let full = |pool: &mut Pool| pool.taken >= CONNECTIONS_MAX;
        let mut pool = self.returned.wait_while(self.lock(), full).unwrap_or_else(PoisonError::into_inner);
        pool.taken += 1;
        Place { readers: self, connection: pool.idle.pop() }
    }

    /// The pool is whole after any statement that changes it, so a panic elsewhere does not spoil it.
    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.lock();
        pool.taken = pool.taken.saturating_sub(1);
        pool.idle.extend(self.connection.take());
        drop(pool);
        self.readers.returned.notify_one();
    }
}

impl Documents for Database {
    fn all(&self, collection: Collection) -> Result<Vec<(String, String)>, StoreError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached("SELECT key, document FROM document WHERE collection = ?1 ORDER BY key")?
                .query_map([collection.number()], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }

    fn one(&self, collection: Collection, key: &str) -> Result<Option<String>, StoreError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached("SELECT document FROM document WHERE collection = ?1 AND key = ?2")?
                .query_row(params![collection.number(), key], |row| row.get(0))
                .optional()
        })
    }
}

impl ObjectIndex for Database {
    fn object(&self, bucket: &str, key: &str) -> Result<Option<String>, StoreError> {
        self.readers.with(|connection| {
            connection
                .prepare_cached("SELECT document FROM object WHERE bucket = ?1 AND key = ?2")?
                .query_row([bucket, key], |row| row.get(0))
                .optional()
        })
    }

    fn list(
        &self,
        bucket: &str,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, String)>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.readers.with(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT key, document FROM object
                 WHERE bucket = ?1 AND key >= ?2 AND (?3 IS NULL OR key > ?3)
                 ORDER BY key LIMIT ?4",
            )?;
            let mut rows = statement.query(params![bucket, prefix, after, limit])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let key: String = row.get(0)?;
                if !key.starts_with(prefix) {
                    break;
                }
                found.push((key, row.get(1)?));
            }
            Ok(found)
        })
    }
}
