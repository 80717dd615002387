// The routes of the service: lists, joined in routes.c. A new list is one line there and one here.
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "web/request.h"

typedef struct RouteList {
    const Route *list;
    const int *count;
} RouteList;

extern const RouteList route_lists[];
extern const int route_list_count;

extern const Route own_routes[]; // files of ours, health, metrics, .well-known
extern const int own_route_count;
extern const Route public_routes[];
extern const int public_route_count;
extern const Route account_routes[];
extern const int account_route_count;
extern const Route library_routes[];
extern const int library_route_count;
extern const Route studio_routes[];
extern const int studio_route_count;
extern const Route credits_routes[];
extern const int credits_route_count;
extern const Route shop_routes[];
extern const int shop_route_count;
extern const Route file_routes[];
extern const int file_route_count;
extern const Route try_routes[];
extern const int try_route_count;
extern const Route stem_routes[];
extern const int stem_route_count;
extern const Route staff_routes[];
extern const int staff_route_count;
extern const Route hook_routes[]; // what other services call
extern const int hook_route_count;
extern const Route staff_credits_routes[];
extern const int staff_credits_route_count;
extern const Route staff_shop_routes[];
extern const int staff_shop_route_count;
extern const Route tag_routes[];
extern const int tag_route_count;
extern const Route api_tag_routes[];
extern const int api_tag_route_count;
extern const Route api_routes[];
extern const int api_route_count;
extern const Route api_brief_routes[];
extern const int api_brief_route_count;
extern const Route api_credits_routes[];
extern const int api_credits_route_count;

#endif
