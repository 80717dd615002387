#include "web/routes.h"

const RouteList route_lists[] = {
    { own_routes, &own_route_count },
    { public_routes, &public_route_count },
    { account_routes, &account_route_count },
    { library_routes, &library_route_count },
    { studio_routes, &studio_route_count },
    { file_routes, &file_route_count },
    { stem_routes, &stem_route_count },
    { try_routes, &try_route_count },
    { staff_routes, &staff_route_count },
    { tag_routes, &tag_route_count },
    { api_routes, &api_route_count },
    { api_tag_routes, &api_tag_route_count },
    { credits_routes, &credits_route_count },
    { shop_routes, &shop_route_count },
    { staff_credits_routes, &staff_credits_route_count },
    { staff_shop_routes, &staff_shop_route_count },
    { api_brief_routes, &api_brief_route_count },
    { api_credits_routes, &api_credits_route_count },
    { hook_routes, &hook_route_count },
};
const int route_list_count = sizeof route_lists / sizeof *route_lists;
