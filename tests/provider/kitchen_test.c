// The kitchen as its caller sees it: songs, refusals, stops, and deaths at each place.
#include "tests/provider/plate.h"

#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "brief/brief.h"

static Kitchen *kitchen;

static const ProviderOrder small = { .prompt = STR_INIT("a calm piano tune"), .seconds = 5, .seed = 7 };

static void close_kitchen(void)
{
    kitchen_close(kitchen);
}

Kitchen *test_kitchen(void)
{
    Fault fault = { 0 };
    if (kitchen == NULL) {
        CHECK_OK(kitchen_open(NULL, &kitchen, &fault));
        atexit(close_kitchen);
    }
    return kitchen;
}

static int64_t json_number(Str text, const char *name)
{
    json_t *root = json_loadb(text.data, text.length, 0, NULL);
    CHECK(root != NULL);
    int64_t value = json_integer_value(json_object_get(root, name));
    json_decref(root);
    return value;
}

TEST(a_song_comes_in_three_formats_with_its_papers)
{
    Fault fault = { 0 };
    Plate plate;
    Taker taker = plate_taker(&plate);
    CHECK_OK(kitchen_make(test_kitchen(), &small, &taker, &fault));
    CHECK_INT(plate.composed, 1);
    CHECK_INT(plate.done, 1);
    CHECK(plate.progress > 10);
    CHECK_STR(plate.title, "a calm piano tune");
    CHECK_INT(plate.length_ms, 5000);
    CHECK_INT(plate.facts.length_ms, 5000);
    CHECK_INT(plate.facts.verdict, VERDICT_GOOD);
    CHECK(plate.facts.lufs > -30.0 && plate.facts.lufs < -5.0);
    CHECK(plate.facts.true_peak_db < 0.0 && plate.facts.true_peak_db > -20.0);
    CHECK(str_starts(buf_str(&plate.bytes[MADE_MP3]), STR("ID3")));
    CHECK(str_starts(buf_str(&plate.bytes[MADE_FLAC]), STR("fLaC")));
    CHECK(str_starts(buf_str(&plate.bytes[MADE_OPUS]), STR("OggS")));
    CHECK(str_starts(buf_str(&plate.bytes[MADE_MID]), STR("MThd")));
    CHECK_INT(plate.bytes[MADE_LRC].length, 0);
    CHECK_INT(json_number(buf_str(&plate.bytes[MADE_RECIPE]), "recipe"), 1);
    CHECK_INT(json_number(buf_str(&plate.bytes[MADE_PEAKS]), "rate"), 20);
    CHECK_INT(json_number(buf_str(&plate.bytes[MADE_SCORE]), "length_ms"), 5000);
    CHECK_INT(plate.bytes[MADE_STEMS].length, 0);
}

TEST(a_song_has_twenty_peaks_a_second)
{
    Fault fault = { 0 };
    Plate plate;
    Taker taker = plate_taker(&plate);
    CHECK_OK(kitchen_make(test_kitchen(), &small, &taker, &fault));
    Str text = buf_str(&plate.bytes[MADE_PEAKS]);
    json_t *root = json_loadb(text.data, text.length, 0, NULL);
    const json_t *peaks = json_object_get(root, "peaks");
    CHECK_INT(json_array_size(peaks), 100);
    int64_t highest = 0;
    for (size_t i = 0; i < json_array_size(peaks); i++) {
        int64_t peak = json_integer_value(json_array_get(peaks, i));
        CHECK(peak >= 0 && peak <= 127);
        highest = peak > highest ? peak : highest;
    }
    CHECK(highest > 20);
    json_decref(root);
}

TEST(the_same_order_makes_the_same_bytes)
{
    Fault fault = { 0 };
    Plate one, two;
    Taker first = plate_taker(&one), second = plate_taker(&two);
    CHECK_OK(kitchen_make(test_kitchen(), &small, &first, &fault));
    CHECK_OK(kitchen_make(test_kitchen(), &small, &second, &fault));
    for (int i = 0; i < MADE_COUNT; i++)
        CHECK(str_equal(buf_str(&one.bytes[i]), buf_str(&two.bytes[i])));
}

TEST(words_make_timed_lyrics_and_a_title_names_the_files)
{
    Fault fault = { 0 };
    Plate plate;
    Taker taker = plate_taker(&plate);
    ProviderOrder order = small;
    order.lyrics = STR("[Verse]\nMorning comes slowly\nover the hill\n");
    order.title = STR("Hill Song");
    CHECK_OK(kitchen_make(test_kitchen(), &order, &taker, &fault));
    CHECK(str_find(buf_str(&plate.bytes[MADE_LRC]), STR("Morning comes slowly"), &(size_t){ 0 }));
    CHECK(str_find(buf_str(&plate.bytes[MADE_LRC]), STR("[ti:Hill Song]"), &(size_t){ 0 }));
    CHECK_STR(plate.title, "a calm piano tune"); // as it would be called by itself
}

TEST(what_cannot_be_played_is_refused_with_a_sentence)
{
    Fault fault = { 0 };
    Plate plate;
    ProviderOrder order = small;
    order.key = STR("H sharp");
    Taker taker = plate_taker(&plate);
    CHECK_FAULT(kitchen_make(test_kitchen(), &order, &taker, &fault), FAULT_INPUT);
    CHECK(strstr(fault.text, "is not a key") != NULL);
    CHECK_INT(plate.composed + plate.done, 0);

    order = (ProviderOrder){ .prompt = STR(" "), .seed = 1 };
    taker = plate_taker(&plate);
    CHECK_FAULT(kitchen_make(test_kitchen(), &order, &taker, &fault), FAULT_INPUT);
    CHECK_STR(str_of(fault.text), "Describe the song in a few words.");

    order = small;
    order.seconds = 2000000000;
    taker = plate_taker(&plate);
    CHECK_FAULT(kitchen_make(test_kitchen(), &order, &taker, &fault), FAULT_INPUT);

    order = small;
    order.prompt = (Str){ arena_take(test_arena(), PROMPT_BYTES_MAX + 1), PROMPT_BYTES_MAX + 1 };
    CHECK_FAULT(kitchen_make(test_kitchen(), &order, &taker, &fault), FAULT_INPUT);
}

static void wait_for_quiet(void)
{
    for (int tries = 0; tries < 400 && kitchen_child(kitchen_warm(), "kitchen-song"); tries++)
        usleep(5000);
    CHECK_INT(kitchen_child(kitchen_warm(), "kitchen-song"), 0);
}

TEST(a_taker_that_says_no_ends_the_song)
{
    Fault fault = { 0 };
    Plate plate;
    Taker taker = plate_taker(&plate);
    plate.stop_after = 3;
    ProviderOrder order = small;
    order.seconds = 600;
    CHECK_FAULT(kitchen_make(test_kitchen(), &order, &taker, &fault), FAULT_CONFLICT);
    CHECK_INT(plate.pieces, 3);
    CHECK(kitchen_warm() > 0);
    wait_for_quiet(); // nothing goes on in vain
}

typedef struct Killer {
    const char *who;
    pid_t killed;
} Killer;

// Ends the song's process, or the warm parent, while a song is being made.
static void *kill_soon(void *self)
{
    Killer *killer = self;
    for (int tries = 0; tries < 1000 && killer->killed == 0; tries++) {
        pid_t warm = kitchen_warm(), song = warm ? kitchen_child(warm, "kitchen-song") : 0;
        if (song)
            killer->killed = strcmp(killer->who, "song") == 0 ? song : warm;
        else
            usleep(1000);
    }
    usleep(50000);
    if (killer->killed)
        kill(killer->killed, SIGKILL);
    return NULL;
}

static void make_and_kill(const char *who)
{
    Fault fault = { 0 };
    Plate plate;
    Taker taker = plate_taker(&plate);
    ProviderOrder order = small;
    order.seconds = 600;
    Killer killer = { who, 0 };
    pthread_t thread;
    (void)test_kitchen();
    wait_for_quiet();
    CHECK_INT(pthread_create(&thread, NULL, kill_soon, &killer), 0);
    CHECK_FAULT(kitchen_make(test_kitchen(), &order, &taker, &fault), FAULT_BROKEN);
    pthread_join(thread, NULL);
    CHECK(killer.killed > 0);
    CHECK_INT(plate.done, 0);
    taker = plate_taker(&plate);
    CHECK_OK(kitchen_make(test_kitchen(), &small, &taker, &fault));
    CHECK_INT(plate.done, 1);
}

TEST(a_song_whose_process_is_killed_is_broken_and_the_next_one_is_made)
{
    make_and_kill("song");
}

TEST(a_warm_parent_that_is_killed_is_followed_by_another)
{
    make_and_kill("warm");
}

static void *make_one(void *self)
{
    Fault fault = { 0 };
    bool *made = self;
    Plate *plate = calloc(1, sizeof *plate);
    Arena arena = { 0 };
    *plate = (Plate){ 0 };
    for (int i = 0; i < MADE_COUNT; i++)
        plate->bytes[i] = buf_make(&arena, (size_t)1 << 28);
    plate->title = STR("");
    Taker taker = { plate, NULL, plate_bytes, plate_progress, plate_done };
    extern bool plate_nothing(void *self, const ComposedFacts *facts, Fault *fault);
    taker.composed = plate_nothing;
    *made = kitchen_make(kitchen, &small, &taker, &fault) && plate->done == 1;
    arena_close(&arena);
    free(plate);
    return NULL;
}

bool plate_nothing(void *self, const ComposedFacts *facts, Fault *fault);
bool plate_nothing(void *self, const ComposedFacts *facts, Fault *fault)
{
    (void)self, (void)facts, (void)fault;
    return true;
}

TEST(many_threads_order_at_once)
{
    enum { THREADS = 6 };
    pthread_t threads[THREADS];
    bool made[THREADS] = { false };
    (void)test_kitchen();
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, make_one, &made[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(made[i]);
    }
}

static bool status_says(pid_t process, const char *line)
{
    char path[64], text[4000];
    snprintf(path, sizeof path, "/proc/%d/status", (int)process);
    FILE *file = fopen(path, "r");
    size_t got = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    return str_find((Str){ text, got }, str_of(line), &(size_t){ 0 });
}

static bool look_at_song(void *self, const char *stage, int thousandths, Fault *fault)
{
    (void)stage, (void)thousandths;
    bool *confined = self;
    pid_t song = kitchen_child(kitchen_warm(), "kitchen-song");
    *confined = status_says(song, "\nSeccomp:\t2\n") && status_says(song, "\nNoNewPrivs:\t1\n");
    char path[64];
    int open_ones = 0;
    for (int fd = 0; fd < 64; fd++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)song, fd);
        open_ones += readlink(path, (char[8]){ 0 }, 8) >= 0;
    }
    *confined = *confined && open_ones == 1;
    return fault_set(fault, FAULT_CONFLICT, "seen");
}

TEST(a_song_is_made_in_a_sandbox_with_one_pipe)
{
    Fault fault = { 0 };
    Plate plate;
    Taker taker = plate_taker(&plate);
    bool confined = false;
    taker.self = &confined;
    taker.composed = plate_nothing;
    taker.progress = look_at_song;
    (void)test_kitchen();
    wait_for_quiet();
    CHECK_FAULT(kitchen_make(test_kitchen(), &small, &taker, &fault), FAULT_CONFLICT);
    CHECK(confined);
}

TEST(a_kitchen_without_its_soundfont_does_not_open)
{
    Fault fault = { 0 };
    Kitchen *none = NULL;
    CHECK_FAULT(kitchen_open("/no/such/font.sf2", &none, &fault), FAULT_INPUT);
    CHECK(strstr(fault.text, "/no/such/font.sf2") != NULL);
}

TEST(a_kitchen_that_is_closed_leaves_no_process)
{
    Fault fault = { 0 };
    Kitchen *other = NULL;
    pid_t porter = kitchen_child(getpid(), "kitchen-porter");
    if (porter == 0) {
        CHECK_OK(kitchen_open(NULL, &other, &fault));
        porter = kitchen_child(getpid(), "kitchen-porter");
        CHECK(porter > 0);
        kitchen_close(other);
        CHECK_INT(kill(porter, 0), -1);
    }
}

TEST(stems_come_as_one_zip_of_flac_files)
{
    Fault fault = { 0 };
    Plate plate;
    Taker taker = plate_taker(&plate);
    ProviderOrder order = small;
    order.prompt = STR("rock trio with drums, electric guitar and bass");
    order.stems = true;
    CHECK_OK(kitchen_make(test_kitchen(), &order, &taker, &fault));
    CHECK_INT(plate.facts.verdict, VERDICT_GOOD); // though its drums alone are louder than a file can hold
    CHECK_INT(plate.bytes[MADE_MP3].length, 0);
    Str zip = buf_str(&plate.bytes[MADE_STEMS]);
    CHECK(str_starts(zip, STR("PK\3\4")));
    size_t at;
    CHECK(str_find(zip, STR("drums.flacfLaC"), &at));
    CHECK(str_ends(str_slice(zip, 0, zip.length - 18), STR("PK\5\6")));
}
