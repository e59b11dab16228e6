//! Tax collector: roll, accounts, notices, payments.
