#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool fault_set(Fault *fault, FaultKind kind, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fault->kind = kind;
    vsnprintf(fault->text, sizeof fault->text, format, list);
    va_end(list);
    return false;
}

bool fault_while(Fault *fault, const char *doing)
{
    char inner[sizeof fault->text];
    memcpy(inner, fault->text, sizeof inner);
    snprintf(fault->text, sizeof fault->text, "%s: %.300s", doing, inner);
    return false;
}
