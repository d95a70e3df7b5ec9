//! An account from elsewhere is taken over whole or refused with a place in the file; taken again, it changes nothing.

#![no_main]

use daypass_aws::{Account, AccountId, import};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let id = AccountId::parse("111122223333").expect("twelve digits");
    let account = Account::new(id);
    match import::read(&account, text) {
        Ok(read) => {
            let after = account.apply(&read.changes);
            let again = import::read(&after, text).expect("what was taken is equal to itself");
            assert!(again.changes.is_empty());
        }
        Err(error) => assert!(error.line >= 1 && error.column >= 1, "{error}"),
    }
});
