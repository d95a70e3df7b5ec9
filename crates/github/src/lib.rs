//! What GitHub means: events, claims and subjects of a workflow job's identity token.
