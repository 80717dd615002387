// How quick is a page of somebody's library when there are many people, beside when there are few?
//
//     bench/library [PEOPLE [SONGS OF EACH [PAGES]]]     10000 100 400
//
// Fills two SQLite stores in a folder of its own: one of the people asked for and one of ten people, each
// with the same number of songs. Then lists pages of 50 songs of people picked by chance: their first page,
// which fetches their key, and the same page again. Prints medians and the ratio, which should be at
// most 1.5.
#include "base/rng.h"
#include "song/library.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/secret.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FEW = 10, PAGE = 50, BATCH = 2000, BRIEF_BYTES = 900, AGAIN = 5 };

typedef struct Store {
    char folder[200];
    Database *data, *keys;
    Vault *vault;
    People people;
    Arena arena;
    AccountId *accounts;
    int count;
} Store;

static Fault fault;

static void must(bool done)
{
    if (done)
        return;
    fprintf(stderr, "library_bench: %s\n", fault.text);
    exit(1);
}

static Database *base_open(const Store *s, DbStore store, const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    Database *database;
    must(database_open(&(DatabaseOptions){ store, path, 60000 }, &database, &fault));
    return database;
}

static void store_open(Store *s, const char *folder, const char *name)
{
    snprintf(s->folder, sizeof s->folder, "%s/%s", folder, name);
    must(folder_make(s->folder, &fault));
    s->data = base_open(s, STORE_DATA, "data.db");
    s->keys = base_open(s, STORE_KEYS, "keys.db");
    VaultOptions options = { .keys = s->keys };
    secret_random(options.master, sizeof options.master);
    must(vault_open(&options, &s->vault, &fault));
    s->people = (People){ .vault = s->vault, .arena = &s->arena };
    must(db_take(s->data, &s->people.db, &fault));
}

// Reads a file once, so that the disk is not what is measured.
static void warm(const Store *s, const char *name)
{
    char path[300];
    Str bytes;
    snprintf(path, sizeof path, "%s/%s", s->folder, name);
    must(file_map(path, &bytes, &fault));
    volatile char sum = 0;
    for (size_t i = 0; i < bytes.length; i += 4096)
        sum = (char)(sum ^ bytes.data[i]);
    file_unmap(bytes);
}

static void store_close(Store *s)
{
    db_give(s->people.db);
    vault_close(s->vault);
    database_close(s->keys);
    database_close(s->data);
    free(s->accounts);
}

static AccountId person_add(Store *s)
{
    AccountId id = { id_make() };
    must(vault_keys_add(s->vault, id, &fault));
    must(db_run(s->people.db, SQL_PERSON_ADD,
                DB_ARGS(DB_INT(id.n), DB_TEXT(STR("member")), DB_TEXT(STR("active")), DB_NULL, DB_NULL,
                        DB_NULL, DB_TEXT(STR("1")), DB_TEXT(STR("1")), DB_INT(1), DB_INT(1)),
                NULL, &fault));
    return id;
}

static void song_make(Store *s, AccountId account, int number)
{
    NewSong song = { .id = { id_make() }, .account = account, .engine = STR("built-in"), .seed = 7 };
    song.prompt = arena_print(
        &s->arena, "a warm waltz number %d with electric piano and a soft flute melody, 80 bpm", number);
    song.settings = (SongSettings){ STR("waltz"), 90, 80, STR("F# minor"), true };
    SealedSong *sealed;
    Str title, brief;
    char text[BRIEF_BYTES];
    memset(text, 'b', sizeof text);
    SongFacts facts = { STR("Dance at Dusk"), { text, sizeof text }, 90000, -14.0 };
    must(song_seal(&s->people, &song, &sealed, &fault) && song_insert(s->people.db, sealed, &fault));
    must(song_facts_seal(&s->people, account, song.id, &facts, &title, &brief, &fault));
    must(song_composed(s->people.db, song.id, title, brief, 90000, &fault));
    must(song_ended(s->people.db, song.id, SONG_READY, -14.0, &fault));
}

// Everybody's first song, then everybody's second: as in life, one's songs lie far from each other.
static void fill(Store *s, int people, int songs)
{
    s->accounts = malloc((size_t)people * sizeof *s->accounts);
    if (!s->accounts)
        abort();
    s->count = people;
    double start = clock_ms();
    for (int i = 0; i < people; i++)
        s->accounts[i] = person_add(s);
    printf("%d people in %.0f s\n", people, (clock_ms() - start) / 1000);
    fflush(stdout);
    for (int64_t done = 0; done < (int64_t)people * songs; done++) {
        if (done % BATCH == 0)
            must(db_begin(s->people.db, &fault));
        song_make(s, s->accounts[done % people], (int)(done / people));
        if ((done + 1) % BATCH == 0 || done + 1 == (int64_t)people * songs) {
            must(db_commit(s->people.db, &fault));
            arena_close(&s->arena);
        }
    }
    printf("%d songs in %.0f s\n", people * songs, (clock_ms() - start) / 1000);
    fflush(stdout);
}

static double page_us(Store *s, AccountId account)
{
    SongPage page;
    double start = clock_ms();
    must(song_list(&s->people, &(SongQuery){ .account = account, .limit = PAGE }, &page, &fault));
    double took = (clock_ms() - start) * 1000;
    if (page.count != PAGE || page.next.n == 0)
        must(fault_set(&fault, FAULT_BROKEN, "a page has %d songs", page.count));
    arena_close(&s->arena);
    return took;
}

static int by_size(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double middle(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, by_size);
    return values[count / 2];
}

typedef struct Speed {
    double first_us, again_us;
} Speed;

static Speed measure(Store *s, int pages)
{
    double *first = calloc((size_t)pages, sizeof *first),
           *again = calloc((size_t)pages * AGAIN, sizeof *again);
    if (!first || !again)
        abort();
    Rng rng = rng_named(1, "library");
    for (int i = 0; i < pages; i++) {
        AccountId account = s->accounts[rng_below(&rng, s->count)];
        first[i] = page_us(s, account);
        for (int k = 0; k < AGAIN; k++)
            again[i * AGAIN + k] = page_us(s, account);
    }
    Speed speed = { middle(first, pages), middle(again, pages * AGAIN) };
    free(first);
    free(again);
    return speed;
}

int main(int argc, char **argv)
{
    int people = argc > 1 ? atoi(argv[1]) : 10000, songs = argc > 2 ? atoi(argv[2]) : 100;
    int pages = argc > 3 ? atoi(argv[3]) : 400;
    char folder[] = "/tmp/sonicstacker-library-XXXXXX";
    if (people < FEW || songs <= PAGE || pages < 1 || !mkdtemp(folder))
        return 2;
    must(secret_start(&fault));
    static Store few, many;
    store_open(&few, folder, "few");
    fill(&few, FEW, songs);
    store_open(&many, folder, "many");
    fill(&many, people, songs);
    warm(&many, "data.db");
    warm(&many, "keys.db");
    measure(&few, 50);
    Speed of_few = measure(&few, pages), of_many = measure(&many, pages);
    double ratio = of_many.again_us / of_few.again_us;
    printf("a page of %d songs, %d songs in all:      first %.0f us, again %.0f us\n", PAGE, FEW * songs,
           of_few.first_us, of_few.again_us);
    printf("a page of %d songs, %d songs in all: first %.0f us, again %.0f us\n", PAGE, people * songs,
           of_many.first_us, of_many.again_us);
    printf("ratio: first %.2f, again %.2f\n", of_many.first_us / of_few.first_us, ratio);
    store_close(&few);
    store_close(&many);
    printf("the stores are in %s; remove them when you have looked\n", folder);
    return ratio <= 1.5 ? 0 : 1;
}
