// A net under the bell: looks for events whose ring was lost. Used inside this folder only.
#ifndef WEB_NEWS_H
#define WEB_NEWS_H

#include "web/exchange.h"

bool news_open(Web *web, NewsNet **out, Fault *fault);
void news_close(NewsNet *net); // before the loops end

#endif
