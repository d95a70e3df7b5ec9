//! What a session may do: its role's policies, the role's boundary and the session's own policies, each in AWS's words
//! where it refuses and by name for the operator.

mod bench;
mod layers;
mod session_policies;
mod unavailable;
mod unreadable;
