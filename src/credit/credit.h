// Credit: what an account may still spend.
//
//     hold ──> charge      the song was made: the hold stays taken
//       └────> return      it was not: the credits come back
//
// The ledger is only ever appended to, and its sum is always the balance. Every line names its job, and a
// job can have one line of each kind, so a worker that died half-way may simply run again.
// Amounts are whole credits.
#ifndef CREDIT_CREDIT_H
#define CREDIT_CREDIT_H

#include "db/db.h"

// All three: inside the transaction that changes the job's state.
// CREDIT when the balance is too small. An amount of 0 is written down like any other.
bool credit_hold(Db *db, AccountId account, JobId job, int64_t amount, Fault *fault);
bool credit_charge(Db *db, AccountId account, JobId job, Fault *fault); // done before: nothing happens
bool credit_return(Db *db, AccountId account, JobId job, int64_t amount, Fault *fault);

bool credit_balance(Db *db, AccountId account, int64_t *out, Fault *fault);

#endif
