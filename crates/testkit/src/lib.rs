//! A whole sandbox inside a test process, the fixtures of the seed's design and a signing client.
