// Sweeping and scrubbing blobs, on both engines.
#include "tests/blob/blobkit.h"
#include "tests/vault/killer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

static bool is_there(BlobKit *kit, BlobId id)
{
    return access(blob_path(kit, id), F_OK) == 0;
}

static SweepReport sweep(BlobKit *kit, int64_t age_ms)
{
    Fault fault;
    SweepReport report;
    CHECK_OK(blob_sweep(kit->blobs, kit->db, age_ms, &report, &fault));
    return report;
}

TEST_BOTH(condemned_blobs_are_removed_and_others_stay)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    BlobId gone = blob_whole(&kit, 100);
    CHECK_OK(blob_condemn_song(kit.db, (SongId){ 5 }, &fault));
    BlobId stays = blob_whole(&kit, 100);
    SweepReport report = sweep(&kit, 0);
    CHECK_INT(report.removed, 1);
    CHECK_INT(report.orphans, 0);
    CHECK(!is_there(&kit, gone) && is_there(&kit, stays));
    CHECK_INT(blob_facts(&kit).id.n, stays.n);
    report = sweep(&kit, 0);
    CHECK_INT(report.removed, 0);
    blobkit_close(&kit);
}

TEST_BOTH(condemning_that_is_rolled_back_condemns_nothing)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    BlobId id = blob_whole(&kit, 100);
    CHECK_OK(db_begin(kit.db, &fault));
    CHECK_OK(blob_condemn_song(kit.db, (SongId){ 5 }, &fault));
    db_rollback(kit.db);
    CHECK_INT(sweep(&kit, 0).removed, 0);
    CHECK(is_there(&kit, id));
    blobkit_close(&kit);
}

// Files of which no row is known: as somebody's restored database would leave them.
static BlobId orphan(BlobKit *kit)
{
    Fault fault;
    BlobFile *file;
    BlobId id = { id_make() };
    CHECK_OK(kit->blobs->store.make(kit->blobs->store.self, id.n, &file, &fault));
    kit->blobs->store.close(file);
    return id;
}

TEST_BOTH(a_file_without_a_row_is_removed_when_it_is_old_by_both_clocks)
{
    BlobKit kit = blobkit_open(engine);
    BlobId old = orphan(&kit), whole = blob_whole(&kit, 100);
    CHECK_INT(sweep(&kit, MS_HOUR).orphans, 0); // young
    const struct timespec times[2] = { { 1000000000, 0 }, { 1000000000, 0 } };
    utimensat(AT_FDCWD, blob_path(&kit, old), times, 0);
    CHECK_INT(sweep(&kit, MS_HOUR).orphans, 0); // its name says that it is young
    int64_t later = id_time(old.n) + 2 * MS_HOUR - clock_now(); // ids grow also while the clock is set back
    clock_shift(later);
    int found = sweep(&kit, MS_HOUR).orphans;
    clock_shift(-later);
    CHECK_INT(found, 1);
    CHECK(!is_there(&kit, old) && is_there(&kit, whole));
    blobkit_close(&kit);
}

TEST_BOTH(a_growing_blob_is_never_an_orphan)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    BlobWriter *writer;
    const BlobOwner owner = blobkit_owner(&kit);
    CHECK_OK(blob_make(kit.blobs, kit.db, &owner, &writer, &fault));
    blob_fill(writer, 0, 3 * BLOB_CHUNK);
    clock_shift(23 * MS_HOUR);
    SweepReport report = sweep(&kit, 0);
    clock_shift(-23 * MS_HOUR);
    CHECK_INT(report.orphans + report.removed, 0);
    CHECK(is_there(&kit, blob_id(writer)));
    CHECK_OK(blob_finish(writer, &fault));
    CHECK_OK(blob_settle(writer, kit.db, &fault));
    blob_close(writer);
    CHECK(blob_facts(&kit).whole);
    blobkit_close(&kit);
}

TEST_BOTH(a_blob_that_still_grows_after_a_day_is_given_up)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    BlobWriter *writer;
    const BlobOwner owner = blobkit_owner(&kit);
    CHECK_OK(blob_make(kit.blobs, kit.db, &owner, &writer, &fault));
    BlobId id = blob_id(writer);
    blob_close(writer);
    clock_shift(MS_DAY + 1000);
    int removed = sweep(&kit, MS_HOUR).removed;
    clock_shift(-MS_DAY - 1000);
    CHECK_INT(removed, 1);
    CHECK(!is_there(&kit, id));
    blobkit_close(&kit);
}

TEST(a_sweep_with_the_wrong_database_removes_nothing)
{
    Fault fault;
    SweepReport report;
    BlobKit kit = blobkit_open(ON_SQLITE);
    BlobId first = { 0 };
    for (int i = 0; i < 120; i++) {
        BlobId id = orphan(&kit);
        first = i == 0 ? id : first;
    }
    int64_t later = id_time(id_make()) + 2 * MS_HOUR - clock_now();
    clock_shift(later);
    bool swept = blob_sweep(kit.blobs, kit.db, MS_HOUR, &report, &fault);
    clock_shift(-later);
    CHECK_FAULT(swept, FAULT_BROKEN);
    CHECK(is_there(&kit, first));
    blobkit_close(&kit);
}

TEST(foreign_files_in_the_folder_are_left_alone)
{
    BlobKit kit = blobkit_open(ON_SQLITE);
    blob_whole(&kit, 10);
    const char *mine = arena_print(test_arena(), "%s/aa/notes.txt", kit.folder).data;
    mkdir(arena_print(test_arena(), "%s/aa", kit.folder).data, 0700);
    FILE *file = fopen(mine, "w");
    CHECK(file != NULL);
    fclose(file);
    clock_shift(10 * MS_DAY);
    sweep(&kit, 0);
    clock_shift(-10 * MS_DAY);
    CHECK_INT(access(mine, F_OK), 0);
    blobkit_close(&kit);
}

// ---- killed while writing

typedef struct Writing {
    const char *data, *keys, *folder;
    AccountId account;
} Writing;

static int write_in_child(void *self)
{
    const Writing *w = self;
    Fault fault;
    Database *data;
    Db *db;
    Vault *vault;
    Blobs *blobs;
    BlobWriter *writer;
    VaultOptions with = { NULL, { 7, 7, 7 } };
    const DatabaseOptions data_at = { STORE_DATA, w->data, 0 }, keys_at = { STORE_KEYS, w->keys, 0 };
    if (!database_open(&data_at, &data, &fault) || !database_open(&keys_at, &with.keys, &fault) ||
        !vault_open(&with, &vault, &fault) || !blobs_open(w->folder, vault, &blobs, &fault) ||
        !db_take(data, &db, &fault))
        return 3;
    const BlobOwner owner = { w->account, { 5 }, { 6 }, "mp3" };
    killer_begin();
    if (!blob_make(blobs, db, &owner, &writer, &fault))
        return 4;
    for (int64_t i = 0; i < 2 * BLOB_CHUNK + 100; i++) {
        unsigned char byte = blob_byte(i);
        if (!blob_write(writer, &byte, 1, &fault))
            return 5;
    }
    bool done = blob_finish(writer, &fault) && db_begin(db, &fault) && blob_settle(writer, db, &fault) &&
                db_commit(db, &fault);
    return done ? 0 : 6;
}

static int files_in(const BlobKit *kit)
{
    char line[300];
    int count = 0;
    FILE *list = popen(arena_print(test_arena(), "find %s -type f", kit->folder).data, "re");
    CHECK(list != NULL);
    while (fgets(line, sizeof line, list))
        count++;
    pclose(list);
    return count;
}

// After each death: what is found whole reads well, and once the job has been given up nothing is left.
TEST_BOTH(a_writer_killed_at_any_write_leaves_nothing_that_is_not_swept)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    Writing writing = { test_database_where(kit.data), test_database_where(kit.keys), kit.folder,
                        kit.account };
    int kills = 0, whole = 0, files = 0;
    for (KillEnd end = KILL_KILLED; end == KILL_KILLED; kills++) {
        int exit_code;
        end = run_and_kill(write_in_child, &writing, kills + 1, &exit_code);
        if (end == KILL_CANNOT)
            skip();
        CHECK(exit_code == 0 && kills < 200);
        files += files_in(&kit) > 0;
        BlobFacts facts;
        bool found;
        CHECK_OK(blob_find(kit.db, test_arena(), (SongId){ 5 }, "mp3", &facts, &found, &fault));
        if (found && facts.whole) {
            BlobReader *reader;
            unsigned char bytes[1000];
            size_t got;
            whole++;
            CHECK_INT(facts.bytes, 2 * BLOB_CHUNK + 100);
            CHECK_OK(blob_open(kit.blobs, &facts, &reader, &fault));
            CHECK_OK(blob_read(reader, 2 * BLOB_CHUNK, bytes, sizeof bytes, &got, &fault));
            CHECK(got == 100 && bytes[99] == blob_byte(2 * BLOB_CHUNK + 99));
            blob_reader_close(reader);
            ScrubReport scrub;
            CHECK_OK(blob_scrub(kit.blobs, kit.db, 10, &scrub, &fault));
            CHECK_INT(scrub.damaged, 0);
            CHECK_OK(blob_condemn_song(kit.db, (SongId){ 5 }, &fault));
        }
        CHECK_OK(blob_condemn_job(kit.db, (JobId){ 6 }, &fault));
        sweep(&kit, 0);
        CHECK_INT(files_in(&kit), 0);
    }
    CHECK(kills > 10 && whole > 0 && files > whole);
    blobkit_close(&kit);
}

// ---- bit rot

static void flip_bit(const char *path, long at)
{
    FILE *file = fopen(path, "r+b");
    CHECK(file != NULL);
    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
}

TEST_BOTH(scrubbing_finds_a_flipped_bit_a_missing_file_and_a_short_one)
{
    Fault fault;
    log_level(LOG_ERROR + 1);
    BlobKit kit = blobkit_open(engine);
    BlobId ids[6];
    for (int i = 0; i < 6; i++)
        ids[i] = blob_whole(&kit, 40000 + i);
    ScrubReport report;
    CHECK_OK(blob_scrub(kit.blobs, kit.db, 100, &report, &fault));
    CHECK_INT(report.checked, 6);
    CHECK_INT(report.damaged, 0);
    CHECK(report.bytes > 6 * 40000);
    flip_bit(blob_path(&kit, ids[1]), 39000);
    CHECK_INT(unlink(blob_path(&kit, ids[3])), 0);
    CHECK_INT(truncate(blob_path(&kit, ids[5]), 40000), 0);
    CHECK_OK(blob_scrub(kit.blobs, kit.db, 100, &report, &fault));
    CHECK_INT(report.checked, 6);
    CHECK_INT(report.damaged, 3);
    CHECK_INT(blob_facts(&kit).id.n, ids[4].n); // the newest that is sound
    CHECK_OK(blob_scrub(kit.blobs, kit.db, 100, &report, &fault));
    CHECK_INT(report.checked, 3);
    blobkit_close(&kit);
    log_level(LOG_INFO);
}

TEST_BOTH(a_folder_that_is_away_damages_nothing)
{
    Fault fault;
    log_level(LOG_ERROR + 1);
    BlobKit kit = blobkit_open(engine);
    for (int i = 0; i < 4; i++)
        blob_whole(&kit, 1000);
    ScrubReport report;
    CHECK_INT(system(arena_print(test_arena(), "cd %s && mkdir .away && mv * .away", kit.folder).data), 0);
    CHECK_OK(blob_scrub(kit.blobs, kit.db, 100, &report, &fault));
    CHECK_INT(report.away, 4);
    CHECK_INT(report.damaged, 0);
    CHECK_INT(report.checked, 4);
    CHECK_INT(system(arena_print(test_arena(), "cd %s && mv .away/* . && rmdir .away", kit.folder).data), 0);
    CHECK_OK(blob_scrub(kit.blobs, kit.db, 100, &report, &fault));
    CHECK_INT(report.away, 0);
    CHECK_INT(report.damaged, 0);
    CHECK(blob_facts(&kit).whole);
    blobkit_close(&kit);
    log_level(LOG_INFO);
}

TEST_BOTH(scrubbing_takes_the_longest_unchecked_first)
{
    Fault fault;
    log_level(LOG_ERROR + 1);
    BlobKit kit = blobkit_open(engine);
    BlobId last = { 0 };
    for (int i = 0; i < 5; i++) {
        last = blob_whole(&kit, 10);
        usleep(2000);
    }
    flip_bit(blob_path(&kit, last), 20);
    ScrubReport report;
    CHECK_OK(blob_scrub(kit.blobs, kit.db, 3, &report, &fault));
    CHECK_INT(report.damaged, 0);
    usleep(2000);
    CHECK_OK(blob_scrub(kit.blobs, kit.db, 3, &report, &fault)); // the two left, then round again
    CHECK_INT(report.checked, 3);
    CHECK_INT(report.damaged, 1);
    blobkit_close(&kit);
    log_level(LOG_INFO);
}
