// Fuzz target: any bytes as a form, and as JSON's brackets. Fields are plain text, each name once.
#include "tests/fuzz/must.h"
#include "web/form.h"
#include "web/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Fault fault;
    Form form;
    Str text = { (const char *)data, size };
    if (form_read(&arena, text, &form, &fault)) {
        for (int i = 0; i < form.count; i++) {
            fuzz_must(text_is_plain(form.list[i].value), "values are plain text");
            fuzz_must(form.list[i].name.length > 0 && form.list[i].name.length <= FORM_NAME_MAX,
                      "names are short");
            fuzz_must(form_find(&form, form.list[i].name) == &form.list[i], "each name is there once");
        }
        fuzz_must(form.count == 0 || !form_allows(&form, "", &fault),
                  "no field is allowed where there is none");
    } else {
        fuzz_must(fault.kind == FAULT_INPUT && text_is_plain(str_of(fault.text)), "the fault can be shown");
    }
    json_fits(text, 32);
    arena_close(&arena);
    return 0;
}
