// Blobs on both engines: written, read in ranges, read while they grow, refused when changed.
#include "tests/blob/blobkit.h"

#include "sys/secret.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { C = BLOB_CHUNK };

static void check_range(BlobReader *reader, int64_t at, int64_t count, int64_t length)
{
    Fault fault;
    size_t got = 0;
    int64_t wanted = at >= length ? 0 : count < length - at ? count : length - at;
    unsigned char *bytes = arena_take(test_arena(), (size_t)count + 1);
    CHECK_OK(blob_read(reader, at, bytes, (size_t)count, &got, &fault));
    CHECK_INT(got, wanted);
    for (int64_t i = 0; i < wanted; i++)
        if (bytes[i] != blob_byte(at + i))
            CHECK_INT(at + i, -1); // tells where
}

TEST_BOTH(any_range_of_a_blob_can_be_read_alone)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    static const int64_t sizes[] = { 0, 1, C - 1, C, C + 1, 2 * C, 3 * C + 77 };
    static const int64_t edges[] = { 0,     1,         C - 1, C,          C + 1,      2 * C - 1,
                                     2 * C, 2 * C + 1, 3 * C, 3 * C + 76, 3 * C + 77, 9 * C };
    static const int64_t counts[] = { 0, 1, 2, C - 1, C, C + 1, 4 * C };
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        blob_whole(&kit, sizes[s]);
        BlobFacts facts = blob_facts(&kit);
        BlobReader *reader;
        CHECK(facts.whole);
        CHECK_INT(facts.bytes, sizes[s]);
        CHECK_OK(blob_open(kit.blobs, &facts, &reader, &fault));
        CHECK_INT(blob_length(reader), sizes[s]);
        for (size_t e = 0; e < sizeof edges / sizeof *edges; e++)
            for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
                check_range(reader, edges[e], counts[c], sizes[s]);
        for (int i = 0; i < 100; i++)
            check_range(reader, (int64_t)(secret_number() % (3 * C)), (int64_t)(secret_number() % (2 * C)),
                        sizes[s]);
        blob_reader_close(reader);
    }
    blobkit_close(&kit);
}

TEST_BOTH(a_growing_blob_is_read_up_to_its_last_full_chunk)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    BlobWriter *writer;
    BlobReader *reader;
    const BlobOwner owner = blobkit_owner(&kit);
    CHECK_OK(blob_make(kit.blobs, kit.db, &owner, &writer, &fault));
    BlobFacts facts = blob_facts(&kit);
    CHECK(!facts.whole);
    CHECK_OK(blob_open(kit.blobs, &facts, &reader, &fault));
    CHECK_INT(blob_length(reader), 0);
    check_range(reader, 0, 100, 0);
    blob_fill(writer, 0, 2 * C);
    CHECK_INT(blob_length(reader), C); // the second may be the last: it waits
    blob_fill(writer, 2 * C, 2 * C + 9);
    CHECK_INT(blob_length(reader), 2 * C);
    check_range(reader, C - 10, 3 * C, 2 * C);
    CHECK_OK(blob_finish(writer, &fault));
    CHECK_OK(blob_settle(writer, kit.db, &fault));
    blob_close(writer);
    blob_reader_close(reader);
    facts = blob_facts(&kit);
    CHECK_OK(blob_open(kit.blobs, &facts, &reader, &fault));
    check_range(reader, 2 * C, 100, 2 * C + 9);
    blob_reader_close(reader);
    blobkit_close(&kit);
}

// Settled while a reader has it open as growing: the last chunk, a full one, opens as the last.
TEST_BOTH(a_reader_of_a_growing_blob_sees_a_full_last_chunk)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    BlobWriter *writer;
    BlobReader *reader;
    const BlobOwner owner = blobkit_owner(&kit);
    CHECK_OK(blob_make(kit.blobs, kit.db, &owner, &writer, &fault));
    BlobFacts facts = blob_facts(&kit);
    CHECK_OK(blob_open(kit.blobs, &facts, &reader, &fault));
    blob_fill(writer, 0, 3 * C);
    CHECK_OK(blob_finish(writer, &fault));
    CHECK_INT(blob_length(reader), 3 * C);
    check_range(reader, 0, 3 * C, 3 * C);
    blob_close(writer);
    blob_reader_close(reader);
    blobkit_close(&kit);
}

// Reads what there is until all of `length` was seen, checking each byte. 0: it was right.
static int follow(Blobs *blobs, const BlobFacts *facts, int64_t length)
{
    Fault fault;
    BlobReader *reader;
    unsigned char bytes[3000];
    int wrong = blob_open(blobs, facts, &reader, &fault) ? 0 : 2;
    for (int64_t at = 0; !wrong && at < length;) {
        size_t got = 0;
        if (!blob_read(reader, at, bytes, sizeof bytes, &got, &fault))
            wrong = 3;
        for (size_t i = 0; i < got; i++)
            wrong = wrong || bytes[i] != blob_byte(at + (int64_t)i);
        at += (int64_t)got;
        if (got == 0)
            usleep(200);
    }
    if (wrong < 2)
        blob_reader_close(reader);
    return wrong;
}

typedef struct Follower {
    Blobs *blobs;
    BlobFacts facts;
    int wrong;
} Follower;

static void *follow_on_a_thread(void *self)
{
    Follower *follower = self;
    follower->wrong = follow(follower->blobs, &follower->facts, 40 * C);
    return NULL;
}

TEST_BOTH(a_blob_is_followed_by_a_thread_while_it_is_written)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    BlobWriter *writer;
    const BlobOwner owner = blobkit_owner(&kit);
    CHECK_OK(blob_make(kit.blobs, kit.db, &owner, &writer, &fault));
    Follower follower = { kit.blobs, blob_facts(&kit), 9 };
    pthread_t thread;
    pthread_create(&thread, NULL, follow_on_a_thread, &follower);
    for (int64_t i = 0; i < 40; i++) {
        blob_fill(writer, i * C, (i + 1) * C);
        usleep(500);
    }
    CHECK_OK(blob_finish(writer, &fault));
    pthread_join(thread, NULL);
    CHECK_INT(follower.wrong, 0);
    blob_close(writer);
    blobkit_close(&kit);
}

// The child is forked first, and opens keystore and folder by itself.
TEST_BOTH(a_blob_is_followed_by_another_process_while_it_is_written)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    int tell[2];
    CHECK_INT(pipe(tell), 0);
    pid_t child = fork();
    if (child == 0) {
        BlobFacts facts;
        Database *keys;
        Vault *vault;
        Blobs *blobs;
        const DatabaseOptions options = { STORE_KEYS, test_database_where(kit.keys), 0 };
        VaultOptions with = { NULL, { 7, 7, 7 } };
        if (read(tell[0], &facts, sizeof facts) != sizeof facts || !database_open(&options, &keys, &fault))
            _exit(9);
        with.keys = keys;
        if (!vault_open(&with, &vault, &fault) || !blobs_open(kit.folder, vault, &blobs, &fault))
            _exit(10);
        _exit(follow(blobs, &facts, 40 * C));
    }
    BlobWriter *writer;
    const BlobOwner owner = blobkit_owner(&kit);
    CHECK_OK(blob_make(kit.blobs, kit.db, &owner, &writer, &fault));
    BlobFacts facts = blob_facts(&kit);
    CHECK_INT(write(tell[1], &facts, sizeof facts), sizeof facts);
    for (int64_t i = 0; i < 40; i++) {
        blob_fill(writer, i * C, (i + 1) * C);
        usleep(500);
    }
    CHECK_OK(blob_finish(writer, &fault));
    int status;
    waitpid(child, &status, 0);
    CHECK_INT(WEXITSTATUS(status), 0);
    close(tell[0]);
    close(tell[1]);
    blob_close(writer);
    blobkit_close(&kit);
}

TEST_BOTH(a_row_without_its_file_yet_reads_as_empty)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    BlobFacts facts = { { id_make() }, kit.account, { 5 }, false, 0 };
    BlobReader *reader;
    CHECK_OK(blob_open(kit.blobs, &facts, &reader, &fault));
    CHECK_INT(blob_length(reader), 0);
    check_range(reader, 0, 10, 0);
    blob_reader_close(reader);
    facts.whole = true;
    CHECK_FAULT(blob_open(kit.blobs, &facts, &reader, &fault), FAULT_MISSING);
    blobkit_close(&kit);
}

TEST_BOTH(a_blob_condemned_meanwhile_cannot_be_settled)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    BlobWriter *writer;
    const BlobOwner owner = blobkit_owner(&kit);
    CHECK_OK(blob_make(kit.blobs, kit.db, &owner, &writer, &fault));
    CHECK_OK(blob_condemn_job(kit.db, owner.job, &fault));
    blob_fill(writer, 0, 100);
    CHECK_OK(blob_finish(writer, &fault));
    CHECK_FAULT(blob_settle(writer, kit.db, &fault), FAULT_CONFLICT);
    blob_close(writer);
    blobkit_close(&kit);
}

TEST_BOTH(a_blob_of_somebody_forgotten_cannot_be_opened)
{
    Fault fault;
    BlobKit kit = blobkit_open(engine);
    blob_whole(&kit, 100);
    BlobFacts facts = blob_facts(&kit);
    BlobReader *reader;
    CHECK_OK(vault_forget(kit.vault, kit.account, 1 << KEY_AUDIO, &fault));
    CHECK_FAULT(blob_open(kit.blobs, &facts, &reader, &fault), FAULT_MISSING);
    blobkit_close(&kit);
}

// ---- somebody changes files

static Str file_bytes_of(const char *path)
{
    size_t most = 20 * C;
    char *bytes = arena_take(test_arena(), most);
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    size_t length = fread(bytes, 1, most, file);
    fclose(file);
    return (Str){ bytes, length };
}

static void file_put(const char *path, const char *bytes, size_t count)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL && fwrite(bytes, 1, count, file) == count);
    fclose(file);
}

// Does every byte of the blob read as it should?
static bool reads_well(BlobKit *kit, const BlobFacts *facts, int64_t length)
{
    Fault fault = { 0 };
    int wrong = 4;
    BlobReader *reader;
    unsigned char *bytes = arena_take(test_arena(), (size_t)length + 1);
    size_t got = 0;
    if (blob_open(kit->blobs, facts, &reader, &fault)) {
        wrong = !blob_read(reader, 0, bytes, (size_t)length, &got, &fault) || got != (size_t)length;
        for (size_t i = 0; i < got; i++)
            wrong |= wrong == 0 && bytes[i] != blob_byte((int64_t)i) ? 8 : 0;
        blob_reader_close(reader);
    }
    CHECK(!(wrong & 8)); // never wrong bytes as if they were right
    CHECK(!wrong || !facts->whole || (fault.kind == FAULT_BROKEN && strstr(fault.text, "damaged")));
    return wrong == 0;
}

TEST_BOTH(P7_3_a_blob_changed_anywhere_is_refused)
{
    BlobKit kit = blobkit_open(engine);
    const int64_t length = 2 * C + 500;
    BlobId id = blob_whole(&kit, length);
    BlobFacts facts = blob_facts(&kit);
    const char *path = blob_path(&kit, id);
    Str good = file_bytes_of(path);
    char *bad = arena_take(test_arena(), good.length + C + 100);
    CHECK(reads_well(&kit, &facts, length));

    for (size_t at = 0; at < good.length; at += at < 40 || at > good.length - 40 ? 1 : 997) { // a flipped bit
        memcpy(bad, good.data, good.length);
        bad[at] ^= 16;
        file_put(path, bad, good.length);
        CHECK(!reads_well(&kit, &facts, length));
    }
    for (size_t count = 0; count < good.length; count += count < 40 ? 1 : 1009) { // cut short
        file_put(path, good.data, count);
        CHECK(!reads_well(&kit, &facts, length));
    }
    memcpy(bad, good.data, good.length); // longer
    memset(bad + good.length, 0, 100);
    file_put(path, bad, good.length + 100);
    CHECK(!reads_well(&kit, &facts, length));

    memcpy(bad, good.data, good.length); // two chunks swapped
    memcpy(bad + HEAD_BYTES, good.data + HEAD_BYTES + CHUNK_SEALED, CHUNK_SEALED);
    memcpy(bad + HEAD_BYTES + CHUNK_SEALED, good.data + HEAD_BYTES, CHUNK_SEALED);
    file_put(path, bad, good.length);
    CHECK(!reads_well(&kit, &facts, length));

    memcpy(bad, good.data, good.length); // one chunk twice
    memcpy(bad + HEAD_BYTES + CHUNK_SEALED, good.data + HEAD_BYTES, CHUNK_SEALED);
    file_put(path, bad, good.length);
    CHECK(!reads_well(&kit, &facts, length));

    BlobFacts shorter = facts; // the row changed with the file: the last chunk is not the last
    shorter.bytes = 2 * C;
    file_put(path, good.data, HEAD_BYTES + 2 * CHUNK_SEALED);
    CHECK(!reads_well(&kit, &shorter, 2 * C));
    shorter.bytes = C;
    file_put(path, good.data, HEAD_BYTES + CHUNK_SEALED);
    CHECK(!reads_well(&kit, &shorter, C));

    file_put(path, good.data, good.length);
    CHECK(reads_well(&kit, &facts, length));
    blobkit_close(&kit);
}

TEST_BOTH(P7_3_chunks_of_one_blob_do_not_open_in_another)
{
    BlobKit kit = blobkit_open(engine);
    BlobId first = blob_whole(&kit, 2 * C), second = blob_whole(&kit, 2 * C);
    BlobFacts facts = blob_facts(&kit);
    CHECK_INT(facts.id.n, second.n);
    Str one = file_bytes_of(blob_path(&kit, first)), two = file_bytes_of(blob_path(&kit, second));
    file_put(blob_path(&kit, second), one.data, one.length); // the whole file
    CHECK(!reads_well(&kit, &facts, 2 * C));
    char *mixed = arena_take(test_arena(), two.length); // the first chunk
    memcpy(mixed, two.data, two.length);
    memcpy(mixed + HEAD_BYTES, one.data + HEAD_BYTES, CHUNK_SEALED);
    file_put(blob_path(&kit, second), mixed, two.length);
    CHECK(!reads_well(&kit, &facts, 2 * C));
    BlobFacts stolen = facts; // the right file, somebody else's row
    stolen.account = test_person(kit.vault);
    file_put(blob_path(&kit, second), two.data, two.length);
    CHECK(reads_well(&kit, &facts, 2 * C));
    CHECK(!reads_well(&kit, &stolen, 2 * C));
    blobkit_close(&kit);
}

TEST(files_of_blobs_are_ours_alone_and_never_links)
{
    Fault fault;
    BlobKit kit = blobkit_open(ON_SQLITE);
    BlobId id = blob_whole(&kit, 100);
    const char *path = blob_path(&kit, id);
    struct stat info;
    CHECK(stat(path, &info) == 0 && (info.st_mode & 07777) == 0600);
    const char *elsewhere = arena_print(test_arena(), "%s/elsewhere", kit.folder).data;
    CHECK_INT(rename(path, elsewhere), 0);
    CHECK_INT(symlink(elsewhere, path), 0);
    BlobFacts facts = blob_facts(&kit);
    BlobReader *reader;
    CHECK_FAULT(blob_open(kit.blobs, &facts, &reader, &fault), FAULT_BROKEN);
    blobkit_close(&kit);
}

// ---- no room

// A child, since the limit holds for a whole process.
TEST(a_blob_that_does_not_fit_on_the_disk_is_told_of_and_leaves_nothing)
{
    Fault fault;
    BlobKit kit = blobkit_open(ON_SQLITE);
    const char *small = arena_print(test_arena(), "%s/small", kit.folder).data;
    CHECK_INT(mkdir(small, 0700), 0);
    bool mounted = mount("tmpfs", small, "tmpfs", 0, "size=128k") == 0;
    struct rlimit before, little = { 128 * 1024, RLIM_INFINITY };
    if (!mounted) { // without the right to mount: a limit to the size of files
        signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before);
        setrlimit(RLIMIT_FSIZE, &little);
    }
    Blobs *blobs;
    BlobWriter *writer;
    const BlobOwner owner = blobkit_owner(&kit);
    CHECK_OK(blobs_open(small, kit.vault, &blobs, &fault));
    bool made = blob_make(blobs, kit.db, &owner, &writer, &fault), went = true;
    unsigned char bytes[1000] = { 0 };
    for (int i = 0; made && went && i < 1000; i++)
        went = blob_write(writer, bytes, sizeof bytes, &fault);
    Fault later;
    bool again = made && (blob_write(writer, bytes, sizeof bytes, &later) || blob_finish(writer, &later));
    Str path = made ? str_of(blob_path(&kit, blob_id(writer))) : STR("");
    if (made)
        blob_close(writer);
    if (!mounted)
        setrlimit(RLIMIT_FSIZE, &before);
    FILE *left = popen(arena_print(test_arena(), "find %s -type f", small).data, "re");
    char line[200] = "";
    bool something = fgets(line, sizeof line, left) != NULL;
    pclose(left);
    blobs_close(blobs);
    if (mounted)
        umount(small);
    CHECK(made && !went && !again && path.length);
    CHECK(fault.kind == FAULT_BROKEN && (strstr(fault.text, "full") || strstr(fault.text, "large")));
    CHECK(!something);
    blobkit_close(&kit);
}
