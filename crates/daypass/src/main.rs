//! The command line of daypass.

fn main() {}
