#include "sys/file.h"
#include "tests/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

// A fresh folder; leave_folder removes what is in it.
static void enter_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/sonicstacker-test-XXXXXX");
    CHECK(mkdtemp(folder) != NULL);
}

static const char *in(const char *name)
{
    return arena_print(test_arena(), "%s/%s", folder, name).data;
}

static int entries(void)
{
    DIR *dir = opendir(folder);
    CHECK(dir != NULL);
    int count = 0;
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(dir);
    return count;
}

static void leave_folder(void)
{
    CHECK_INT(system(arena_print(test_arena(), "rm -rf %s", folder).data), 0);
}

static Str content(const char *path)
{
    Fault fault = { 0 };
    Str text = { 0 };
    CHECK_OK(file_read(test_arena(), path, 1 << 24, &text, &fault));
    return text;
}

static OutFile *start(const char *path, const char *text)
{
    Fault fault = { 0 };
    OutFile *file = NULL;
    CHECK_OK(outfile_open(test_arena(), path, &file, &fault));
    CHECK(outfile_write(file, text, strlen(text)));
    return file;
}

TEST(an_output_file_appears_when_it_is_complete_and_not_before)
{
    Fault fault = { 0 };
    enter_folder();
    OutFile *file = start(in("song.wav"), "half");
    CHECK_INT(file_kind(in("song.wav")), FILE_NONE);
    CHECK_INT(entries(), 1);
    CHECK(outfile_write(file, " whole", 6));
    CHECK(outfile_seekable(file));
    CHECK(outfile_seek(file, 0));
    CHECK(outfile_write(file, "HALF", 4));
    CHECK_OK(outfile_close(file, &fault));
    CHECK_STR(content(in("song.wav")), "HALF whole");
    CHECK_INT(entries(), 1);
    leave_folder();
}

TEST(an_abandoned_output_file_leaves_the_old_one_as_it_was)
{
    Fault fault = { 0 };
    enter_folder();
    CHECK_OK(outfile_close(start(in("a"), "old"), &fault));
    OutFile *file = start(in("a"), "new");
    outfile_abandon(file);
    outfile_abandon(file); // harmless
    CHECK_STR(content(in("a")), "old");
    CHECK_INT(entries(), 1);
    leave_folder();
}

TEST(an_output_file_keeps_permissions_and_follows_links)
{
    Fault fault = { 0 };
    struct stat info;
    enter_folder();
    CHECK_OK(outfile_close(start(in("real"), "old"), &fault));
    CHECK_INT(chmod(in("real"), 0640), 0);
    CHECK_INT(symlink("real", in("link")), 0);
    CHECK_OK(outfile_close(start(in("link"), "new"), &fault));
    CHECK_STR(content(in("real")), "new");
    CHECK_INT(lstat(in("link"), &info), 0);
    CHECK(S_ISLNK(info.st_mode));
    CHECK_INT(stat(in("real"), &info), 0);
    CHECK_INT(info.st_mode & 0777, 0640);
    leave_folder();
}

TEST(large_output_files_are_whole)
{
    Fault fault = { 0 };
    enter_folder();
    OutFile *file = start(in("large"), "");
    static char piece[1000003];
    for (int i = 0; i < 12; i++) {
        memset(piece, 'a' + i, sizeof piece);
        size_t step = i % 2 ? sizeof piece : 777; // larger and smaller than the buffer
        for (size_t at = 0; at < sizeof piece; at += step)
            CHECK(outfile_write(file, piece + at, sizeof piece - at < step ? sizeof piece - at : step));
    }
    CHECK_OK(outfile_close(file, &fault));
    Str text = content(in("large"));
    CHECK_INT(text.length, 12 * sizeof piece);
    for (size_t i = 0; i < text.length; i += 997)
        CHECK_INT(text.data[i], 'a' + (int)(i / sizeof piece));
    leave_folder();
}

static void check_refused(const char *path, FaultKind kind, const char *end)
{
    Fault fault = { 0 };
    OutFile *file;
    CHECK_FAULT(outfile_open(test_arena(), path, &file, &fault), kind);
    if (!str_ends(str_of(fault.text), str_of(end)))
        print_error("%s\n", fault.text);
    CHECK(str_ends(str_of(fault.text), str_of(end)));
}

TEST(a_path_that_cannot_be_written_is_refused_at_once_with_advice)
{
    enter_folder();
    check_refused(in("no/song.wav"), FAULT_INPUT, "/no/song.wav: no such folder. Make the folder first.");
    check_refused(folder, FAULT_INPUT, "it is a folder. Give the name of a file.");
    check_refused(in("new/"), FAULT_INPUT, "it is a folder. Give the name of a file.");
    check_refused("", FAULT_INPUT, "no such folder. Make the folder first.");
    char name[300];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = 0;
    check_refused(in(name), FAULT_INPUT, "the name is too long. Choose a shorter one.");
    check_refused("/proc/song.wav", FAULT_INPUT, "no such folder. Make the folder first.");
    CHECK_INT(entries(), 0);
    leave_folder();
}

TEST(a_full_disk_is_broken_and_the_text_says_so)
{
    Fault fault = { 0 };
    OutFile *file;
    CHECK_OK(outfile_open(test_arena(), "/dev/full", &file, &fault));
    CHECK(!outfile_seekable(file));
    CHECK(outfile_write(file, "x", 1)); // still in the buffer
    CHECK_FAULT(outfile_close(file, &fault), FAULT_BROKEN);
    CHECK_STR(str_of(fault.text),
              "Cannot write to /dev/full: the disk is full. Free some space and try again.");
}

TEST(a_file_over_the_allowed_size_leaves_nothing_behind)
{
    enter_folder();
    pid_t child = fork();
    if (child == 0) {
        Fault fault = { 0 };
        struct rlimit limit = { 1 << 20, 1 << 20 };
        setrlimit(RLIMIT_FSIZE, &limit);
        OutFile *file;
        bool opened = outfile_open(test_arena(), in("big"), &file, &fault);
        static char piece[1 << 18];
        bool wrote = opened;
        for (int i = 0; i < 8; i++)
            wrote = wrote && outfile_write(file, piece, sizeof piece);
        bool kept = outfile_fault(file)->kind == FAULT_BROKEN;
        bool closed = outfile_close(file, &fault);
        _exit(opened && !wrote && kept && !closed && fault.kind == FAULT_BROKEN ? 0 : 1);
    }
    int status;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
    CHECK_INT(entries(), 0);
    leave_folder();
}

static void write_until_killed(int ready)
{
    for (int i = 0; i < OUTFILES_MAX; i++) {
        char name[32];
        snprintf(name, sizeof name, "stem %d.wav", i);
        start(in(name), "half");
    }
    if (write(ready, "x", 1) == 1)
        sleep(60);
    _exit(1);
}

static void check_interrupted(int number)
{
    enter_folder();
    int ready[2];
    CHECK_INT(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0)
        write_until_killed(ready[1]);
    char byte;
    CHECK_INT(read(ready[0], &byte, 1), 1);
    CHECK_INT(entries(), OUTFILES_MAX);
    CHECK_INT(kill(child, number), 0);
    int status;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == number);
    CHECK_INT(entries(), 0);
    close(ready[0]);
    close(ready[1]);
    leave_folder();
}

TEST(an_interrupted_program_leaves_no_temporary_and_dies_of_the_signal)
{
    check_interrupted(SIGTERM);
    check_interrupted(SIGINT);
    check_interrupted(SIGHUP);
}

TEST(more_output_files_than_the_table_holds_are_refused)
{
    Fault fault = { 0 };
    enter_folder();
    OutFile *files[OUTFILES_MAX], *more;
    for (int i = 0; i < OUTFILES_MAX; i++)
        CHECK_OK(outfile_open(test_arena(), in(arena_print(test_arena(), "%d", i).data), &files[i], &fault));
    CHECK_FAULT(outfile_open(test_arena(), in("more"), &more, &fault), FAULT_BROKEN);
    for (int i = 0; i < OUTFILES_MAX; i++)
        outfile_abandon(files[i]);
    CHECK_INT(entries(), 0);
    CHECK_OK(outfile_close(start(in("again"), "x"), &fault)); // the places are free again
    leave_folder();
}

TEST(a_reader_that_went_away_is_a_quiet_fault)
{
    int ends[2];
    CHECK_INT(pipe(ends), 0);
    close(ends[0]);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        Fault fault = { 0 };
        bool wrote = stdout_write(STR("text"), &fault);
        if (wrote || fault.kind != FAULT_MISSING)
            _exit(1);
        OutFile *file;
        bool opened = outfile_open(test_arena(), "-", &file, &fault);
        static char piece[1 << 20];
        wrote = outfile_write(file, piece, sizeof piece);
        bool closed = outfile_close(file, &fault);
        _exit(opened && !wrote && !closed && fault.kind == FAULT_MISSING ? 0 : 2);
    }
    close(ends[1]);
    int status;
    CHECK_INT(waitpid(child, &status, 0), child);
    CHECK_INT(status, 0);
}

TEST(a_file_is_read_whole_up_to_its_limit)
{
    Fault fault = { 0 };
    Str text;
    enter_folder();
    CHECK_OK(outfile_close(start(in("ten"), "0123456789"), &fault));
    CHECK_OK(file_read(test_arena(), in("ten"), 10, &text, &fault));
    CHECK_STR(text, "0123456789");
    CHECK_INT(text.data[10], 0);
    CHECK_FAULT(file_read(test_arena(), in("ten"), 9, &text, &fault), FAULT_INPUT);
    CHECK_OK(outfile_close(start(in("none"), ""), &fault));
    CHECK_OK(file_read(test_arena(), in("none"), 9, &text, &fault));
    CHECK_INT(text.length, 0);
    CHECK_FAULT(file_read(test_arena(), in("other"), 9, &text, &fault), FAULT_INPUT);
    CHECK(str_ends(str_of(fault.text), STR("/other: there is no such file. Check the name.")));
    CHECK_FAULT(file_read(test_arena(), folder, 9, &text, &fault), FAULT_INPUT);
    CHECK_FAULT(file_read(test_arena(), "/dev/zero", 100000, &text, &fault), FAULT_INPUT); // has no end
    CHECK_OK(file_read(test_arena(), "/proc/self/status", 100000, &text, &fault)); // says it has size 0
    CHECK(text.length > 100);
    leave_folder();
}

TEST(a_mapped_file_shows_its_bytes)
{
    Fault fault = { 0 };
    Str text;
    enter_folder();
    CHECK_OK(outfile_close(start(in("a"), "bytes"), &fault));
    CHECK_OK(file_map(in("a"), &text, &fault));
    CHECK_STR(text, "bytes");
    file_unmap(text);
    CHECK_OK(outfile_close(start(in("none"), ""), &fault));
    CHECK_OK(file_map(in("none"), &text, &fault));
    CHECK_INT(text.length, 0);
    file_unmap(text);
    CHECK_FAULT(file_map(in("missing"), &text, &fault), FAULT_INPUT);
    CHECK_FAULT(file_map(folder, &text, &fault), FAULT_INPUT);
    leave_folder();
}

TEST(folders_are_made_with_those_above_them)
{
    Fault fault = { 0 };
    enter_folder();
    CHECK_OK(folder_make(in("a/b//c/"), &fault));
    CHECK_OK(folder_make(in("a/b/c"), &fault));
    CHECK_INT(file_kind(in("a/b/c")), FILE_FOLDER);
    CHECK_OK(outfile_close(start(in("a/file"), ""), &fault));
    CHECK_FAULT(folder_make(in("a/file"), &fault), FAULT_INPUT);
    CHECK_FAULT(folder_make(in("a/file/d"), &fault), FAULT_INPUT);
    CHECK_FAULT(folder_make("", &fault), FAULT_INPUT);
    leave_folder();
}
