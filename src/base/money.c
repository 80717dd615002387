#include "base/money.h"

#include <inttypes.h>
#include <string.h>

static bool listed(const char *list, Str currency)
{
    for (; *list; list += 4)
        if (currency.length == 3 && memcmp(list, currency.data, 3) == 0)
            return true;
    return false;
}

int money_decimals(Str currency)
{
    static const char none[] = "bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf ";
    static const char three[] = "bhd jod kwd omr tnd ";
    return listed(none, currency) ? 0 : listed(three, currency) ? 3 : 2;
}

Str money_currency(Arena *arena, Str text)
{
    char small[3];
    if (text.length != 3)
        return (Str){ 0 };
    for (size_t i = 0; i < 3; i++) {
        char c = text.data[i];
        small[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (small[i] < 'a' || small[i] > 'z')
            return (Str){ 0 };
    }
    return arena_copy(arena, (Str){ small, 3 });
}

bool money_digits(Str text, int64_t *digits, int *decimals)
{
    bool point = false;
    size_t count = 0;
    *digits = *decimals = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        if (c == '.' && !point && count > 0) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9' || ++count > 12)
            return false;
        *digits = *digits * 10 + (c - '0');
        *decimals += point;
    }
    return count > 0 && point == (*decimals > 0);
}

int64_t money_scaled(int64_t digits, int decimals, Str currency)
{
    for (int i = decimals; i < money_decimals(currency); i++)
        digits *= 10;
    return digits;
}

Str money_text(Arena *arena, int64_t amount, Str currency)
{
    char big[4] = "???";
    int decimals = money_decimals(currency);
    int64_t unit = decimals == 0 ? 1 : decimals == 2 ? 100 : 1000;
    uint64_t size = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    for (size_t i = 0; i < 3 && i < currency.length; i++)
        big[i] =
            currency.data[i] >= 'a' && currency.data[i] <= 'z' ? (char)(currency.data[i] - 'a' + 'A') : '?';
    const char *sign = amount < 0 ? "-" : "";
    if (decimals == 0)
        return arena_print(arena, "%s%" PRIu64 " %s", sign, size, big);
    return arena_print(arena, "%s%" PRIu64 ".%0*" PRIu64 " %s", sign, size / (uint64_t)unit, decimals,
                       size % (uint64_t)unit, big);
}
