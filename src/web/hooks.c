// What other services call: they sign what they send.
#include "web/routes.h"

enum { EVENT_MAX = 1 << 20 };

// Stored, then answered; whoever works applies it. What is not signed learns nothing more.
static bool stripe(Request *request, Fault *fault)
{
    Fault why = { 0 };
    if (event_take(request->site->shop, request->db, request->signature, request->body, &why))
        return reply_text(request, 200, "text/plain; charset=utf-8", STR("kept\n"));
    if (why.kind == FAULT_INPUT)
        return reply_text(request, 400, "text/plain; charset=utf-8", STR("refused\n"));
    *fault = why;
    return false;
}

const Route hook_routes[] = {
    { METHOD_POST, "/hooks/stripe", WHO_SIGNED, stripe, "", false, EVENT_MAX, 0 },
};
const int hook_route_count = sizeof hook_routes / sizeof *hook_routes;
