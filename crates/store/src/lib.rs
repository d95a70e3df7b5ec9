//! What is kept: the account's documents, the trail and the object index, and the SQLite engine that keeps them.
