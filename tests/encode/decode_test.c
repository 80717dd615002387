// What other programs make of our sound files: they decode without complaint, to the same number of
// frames, to the same sound, and show the tags.
#include "tests/encode/memory.h"
#include "tests/encode/tool.h"

static const char *const endings[] = { "-16.wav", "-24.wav", "-f.wav", ".flac", ".mp3", ".opus" };

typedef struct Heard {
    double power, power_of_source, product, worst;
} Heard;

static Heard compare(const float *decoded, const float *source, int channel)
{
    Heard heard = { 0 };
    for (int i = 0; i < SONG_FRAMES; i++) {
        double x = (double)decoded[i * 2 + channel], y = (double)source[i], off = x > y ? x - y : y - x;
        heard.power += x * x;
        heard.power_of_source += y * y;
        heard.product += x * y;
        heard.worst = off > heard.worst ? off : heard.worst;
    }
    return heard;
}

// MP3 and Opus come out a little quieter, so that loud songs do not overshoot: 0.2 and 0.5 dB.
static double power_kept(Format format)
{
    return format == FORMAT_MP3 ? 0.955 : format == FORMAT_OPUS ? 0.891 : 1.0;
}

static void check_decodes(const Song *song, Format format, bool seeks)
{
    Memory file = song_encode(song, format, 1000, seeks);
    Str path = tool_file(file.bytes, file.length, endings[format]);
    free(file.bytes);
    Str quiet = tool_run(
        arena_print(test_arena(), "ffmpeg -v error -xerror -i %s -f null - 2>&1 </dev/null", path.data));
    CHECK_STR(quiet, "");
    Str raw = tool_run(arena_print(test_arena(), "ffmpeg -v error -i %s -f f32le - </dev/null", path.data));
    CHECK_INT(raw.length / 8, SONG_FRAMES);

    float *decoded = ARENA_ARRAY(test_arena(), float, SONG_FRAMES * 2);
    memcpy(decoded, raw.data, raw.length);
    for (int c = 0; c < 2; c++) {
        Heard heard = compare(decoded, c ? song->right : song->left, c);
        bool lossy = format == FORMAT_MP3 || format == FORMAT_OPUS;
        double likeness = heard.product * heard.product / (heard.power * heard.power_of_source);
        CHECK_NEAR(likeness, 1.0, lossy ? 2e-3 : 1e-6); // a shift by four frames would show
        CHECK_NEAR(heard.power / heard.power_of_source, power_kept(format), lossy ? 0.03 : 1e-4);
        if (!lossy)
            CHECK(heard.worst <= (format == FORMAT_WAV16 ? 2.0 / 32768 : 0.51 / 8388608));
    }
    tool_forget(path);
}

static void check_format(Format format)
{
    tool_need("ffmpeg");
    Song *song = song_make(0.7f);
    check_decodes(song, format, true);
    check_decodes(song, format, false);
}

TEST(ffmpeg_decodes_wav_to_the_frame)
{
    check_format(FORMAT_WAV16);
    check_format(FORMAT_WAV24);
    check_format(FORMAT_WAVF);
}

TEST(ffmpeg_decodes_flac_to_the_frame)
{
    check_format(FORMAT_FLAC);
}

TEST(ffmpeg_decodes_mp3_to_the_frame_from_a_file_and_from_a_pipe)
{
    check_format(FORMAT_MP3);
}

TEST(ffmpeg_decodes_opus_to_the_frame)
{
    check_format(FORMAT_OPUS);
}

TEST(ffprobe_shows_the_tags_of_every_sound_file)
{
    tool_need("ffprobe");
    Song *song = song_make(0.7f);
    for (int format = FORMAT_WAV16; format <= FORMAT_OPUS; format++) {
        Memory file = song_encode(song, (Format)format, 1000, true);
        Str path = tool_file(file.bytes, file.length, endings[format]);
        free(file.bytes);
        Str shown =
            tool_run(arena_print(test_arena(),
                                 "ffprobe -v error -show_entries format_tags:stream_tags %s </dev/null | sed "
                                 "'s/TAG:TITLE/TAG:title/;s/TAG:COMMENT/TAG:comment/'",
                                 path.data));
        CHECK(tool_says(shown, "TAG:title=Night Tr\xc3\xa4in\n"));
        CHECK(tool_says(shown, "TAG:comment=AI-generated. Seed 18446744073709551615. SonicStacker test. "
                               "Prompt: A warm lo-fi beat, 80 bpm\n"));
        if (format >= FORMAT_FLAC) {
            CHECK(tool_says(shown, "TAG:SEED=18446744073709551615\n"));
            CHECK(tool_says(shown, "TAG:AI_GENERATED=yes\n"));
        }
        tool_forget(path);
    }
}

TEST(flac_checks_its_own_sum)
{
    tool_need("flac");
    Song *song = song_make(0.7f);
    Memory file = song_encode(song, FORMAT_FLAC, 1000, true);
    Str path = tool_file(file.bytes, file.length, ".flac");
    free(file.bytes);
    Str said = tool_run(arena_print(test_arena(), "flac --test --warnings-as-errors %s 2>&1", path.data));
    CHECK(tool_says(said, "ok"));
    tool_forget(path);
}
