// Fuzz target: any bytes as a template. What is read has its sections closed and its holes named; what is
// refused names the file and the line.
#include "tests/fuzz/must.h"
#include "web/template.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = { 0 };
    Template out = { 0 };
    Fault fault;
    Str text = { (const char *)data, size };
    if (size > 20000)
        return 0;
    if (template_read(&arena, "pages/fuzz.html", text, &out, &fault)) {
        size_t braces = 0;
        for (int i = 0; i < out.count; i++) {
            const Node *node = &out.nodes[i];
            fuzz_must(node->text.length > 0, "nothing is empty");
            if (node->kind == NODE_TEXT)
                fuzz_must(memchr(node->text.data, '{', node->text.length) == NULL, "text has no holes");
            if (node->kind == NODE_ROWS || node->kind == NODE_IF || node->kind == NODE_UNLESS)
                fuzz_must(node->end > i && node->end <= out.count, "a section ends behind its begin");
            braces += node->kind != NODE_TEXT;
        }
        fuzz_must(braces <= size / 3, "a hole is at least three bytes");
    } else {
        fuzz_must(fault.kind == FAULT_INPUT && strncmp(fault.text, "pages/fuzz.html:", 16) == 0,
                  "the fault names the file");
    }
    arena_close(&arena);
    return 0;
}
