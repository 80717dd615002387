// What the tests of the brief share.
#ifndef TESTS_BRIEF_BRIEF_H
#define TESTS_BRIEF_BRIEF_H

#include "brief/brief.h"
#include "tests/test.h"

static inline const Lexicon *test_lexicon(void)
{
    Fault fault = { 0 };
    Lexicon *lexicon = NULL;
    CHECK_OK(lexicon_open(test_arena(), &lexicon, &fault));
    return lexicon;
}

static inline Brief test_brief(const char *prompt)
{
    Fault fault = { 0 };
    Brief brief;
    CHECK_OK(brief_read(test_arena(), test_lexicon(), str_of(prompt), NULL, &brief, &fault));
    return brief;
}

static inline const PartWish *test_want(const Brief *brief, const char *name)
{
    for (int i = 0; i < brief->want_count; i++)
        if (str_equal(brief->wants[i].instrument->name, str_of(name)))
            return &brief->wants[i];
    return NULL;
}

static inline bool test_without(const Brief *brief, const char *name)
{
    for (int i = 0; i < brief->without_count; i++)
        if (str_equal(brief->without[i], str_of(name)))
            return true;
    return false;
}

static inline bool test_ignored(const Brief *brief, const char *word)
{
    for (int i = 0; i < brief->ignored_count; i++)
        if (str_equal(brief->ignored[i], str_of(word)))
            return true;
    return false;
}

static inline const Understood *test_understood(const Brief *brief, const char *field)
{
    for (int i = 0; i < brief->understood_count; i++)
        if (str_equal(brief->understood[i].field, str_of(field)))
            return &brief->understood[i];
    return NULL;
}

// Everything but the notes is the same.
static inline bool test_same_wishes(const Brief *a, const Brief *b)
{
    bool same =
        str_equal(a->genre, b->genre) && a->bpm_milli == b->bpm_milli && a->tempo_push == b->tempo_push &&
        a->key.tonic == b->key.tonic && a->key.mode == b->key.mode && a->key.flats == b->key.flats &&
        a->beats == b->beats && a->beat_unit == b->beat_unit && a->length_ms == b->length_ms &&
        a->bars == b->bars && a->form_count == b->form_count && a->form_whole == b->form_whole &&
        a->want_count == b->want_count && a->without_count == b->without_count && a->only == b->only &&
        a->vocal == b->vocal && a->ending == b->ending && a->lyrics.count == b->lyrics.count;
    const Mood *m = &a->mood, *n = &b->mood;
    same = same && m->valence == n->valence && m->energy == n->energy && m->tension == n->tension &&
           m->warmth == n->warmth && m->space == n->space && m->complexity == n->complexity;
    for (int i = 0; same && i < 3; i++)
        same = str_equal(a->colors[i], b->colors[i]);
    for (int i = 0; same && i < a->form_count; i++)
        same = a->form[i].section == b->form[i].section && a->form[i].bars == b->form[i].bars;
    for (int i = 0; same && i < a->want_count; i++)
        same = str_equal(a->wants[i].instrument->name, b->wants[i].instrument->name) &&
               a->wants[i].role == b->wants[i].role && a->wants[i].loose == b->wants[i].loose;
    for (int i = 0; same && i < a->without_count; i++)
        same = str_equal(a->without[i], b->without[i]);
    return same;
}

#endif
