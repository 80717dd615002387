// The lines of the ledger, as the database has them. Used inside this folder only.
#ifndef CREDIT_LEDGER_H
#define CREDIT_LEDGER_H

#include "credit/credit.h"

// How a kind moves: its two books, and what that does to the two of the person.
typedef struct Movement {
    Str name, source, target;
    int credits, held; // times the amount
} Movement;

extern const Movement movements[CREDIT_KINDS];

#endif
