#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

static const char overview[] =
    "sonicstacker: describe a song, hear it at once, own it.\n"
    "\n"
    "  sonicstacker make [options] PROMPT   a song on this machine\n"
    "  sonicstacker brief PROMPT            what was understood, as JSON\n"
    "  sonicstacker styles                  the styles there are\n"
    "  sonicstacker voices                  the instruments there are\n"
    "  sonicstacker engines                 what makes the sound\n"
    "  sonicstacker run                     the service: serve and work together\n"
    "  sonicstacker serve                   the service's role that answers people\n"
    "  sonicstacker work                    the service's role that makes songs\n"
    "  sonicstacker admin TASK              the operator's tasks: credits, codes, shop, operators\n"
    "  sonicstacker doctor                  is everything as it must be, and what to do if not\n"
    "  sonicstacker help [COMMAND]          this, or a command's options\n"
    "  sonicstacker version\n"
    "\n"
    "A first song:\n"
    "  sonicstacker make \"A melancholy waltz for solo piano in D minor, around 92 bpm, 40 seconds\" -o "
    "waltz.flac\n";

static const char make_help[] =
    "sonicstacker make [options] PROMPT\n"
    "\n"
    "  -o FILE          .wav .flac .mp3 .opus by its ending (default song.flac);\n"
    "                   - writes WAV to standard output as it is made\n"
    "  --seconds N      length, 5 to 600\n"
    "  --bpm N          tempo, 30 to 300\n"
    "  --key KEY        such as \"F# minor\"\n"
    "  --style NAME     see: sonicstacker styles\n"
    "  --seed N         the same prompt and seed give the same song\n"
    "  --lyrics FILE    words, with [Verse] and [Chorus] marks\n"
    "  --instrumental   no voice\n"
    "  --stems DIR      each part as a file of its own\n"
    "  --midi FILE      the score as a Standard MIDI File\n"
    "  --lrc FILE       timed lyrics\n"
    "  --recipe FILE    what makes the same song again\n"
    "  --from FILE      makes a recipe's song again, or plays a score\n"
    "  --bits N         of WAV samples: 16, 24 (default) or 32 (float)\n"
    "  --soundfont FILE another SoundFont than the installed FluidR3_GM.sf2\n"
    "  --fallback-synth no SoundFont: our own synthesisers play all parts\n"
    "  --threads N      hands at work (default: one for each processor)\n"
    "  --portable       without AVX2 (the same song, slower)\n"
    "  --print STAGE    prints the brief, score or performance, and stops\n"
    "  --json           one JSON object on standard output\n"
    "  --quiet          no progress, no report\n";

static const char brief_help[] =
    "sonicstacker brief [options] PROMPT\n"
    "\n"
    "Prints as JSON what was understood, what was ignored and what conflicts, with everything that\n"
    "was left open filled in. Takes --seconds --bpm --key --style --seed --lyrics --instrumental as make "
    "does.\n";

static const char list_help[] = "sonicstacker styles | voices | engines [--json]\n";

static const char service_help[] =
    "sonicstacker run | serve | work  [--config FILE] [--data DIR]\n"
    "\n"
    "  run     serve and work together, started again when they die\n"
    "  serve   answers people: pages and API\n"
    "  work    makes songs, sends mail, tidies up; any number of them may run\n"
    "\n"
    "  --config FILE  settings (default: sonicstacker.ini in the data folder, when there is one)\n"
    "  --data DIR     the data folder (default: data); made when it is missing\n"
    "  --alone        no supervisor: for systemd and for debugging\n"
    "\n"
    "TERM ends it when what runs is finished. HUP starts the program anew on the same socket, so that\n"
    "no request is lost when it is updated.\n";

static const char admin_help[] =
    "sonicstacker admin TASK [--config FILE] [--data DIR] [--json]\n"
    "\n"
    "  credits grant EMAIL AMOUNT REASON...   gives credits; more than [credits] staff_limit wait for an "
    "operator\n"
    "  credits show EMAIL                     balance and the newest lines, without titles of songs\n"
    "  grants list                            what waits for a second operator\n"
    "  codes make WORD CREDITS USES [--days N]\n"
    "                                         a code of a campaign, once for each person\n"
    "  codes list\n"
    "  packs                                  what the configuration sells\n"
    "  purchases [--attention]                the newest ones, or what wants a look and which may need help\n"
    "  refund PURCHASE CREDITS                pays back unspent credits of a purchase\n"
    "  reconcile                              compares purchases with Stripe now, and repairs\n"
    "  staff add EMAIL                        makes somebody with an account an operator\n"
    "  staff list\n"
    "\n"
    "For EMAIL an account's id may stand. The service may run meanwhile. Run it as the user whom the data\n"
    "folder belongs to. Whatever is done or looked at is in the audit.\n";

static const char doctor_help[] =
    "sonicstacker doctor [--config FILE] [--data DIR] [--json]\n"
    "\n"
    "One line for each check: settings, data folder, databases, keys, the rules of the ledger, of jobs\n"
    "and of the shop, the shop's keys, mail. It ends with 1 when something is wrong, and says what to do. "
    "The service may run meanwhile.\n";

void help_print(const char *command)
{
    static const struct {
        const char *name, *text;
    } texts[] = { { "make", make_help },     { "brief", brief_help },  { "styles", list_help },
                  { "voices", list_help },   { "engines", list_help }, { "run", service_help },
                  { "serve", service_help }, { "work", service_help }, { "admin", admin_help },
                  { "doctor", doctor_help } };
    for (size_t i = 0; command && i < sizeof texts / sizeof *texts; i++) {
        if (strcmp(command, texts[i].name) == 0) {
            fputs(texts[i].text, stdout);
            return;
        }
    }
    fputs(overview, stdout);
}

int cmd_help(int argc, char **argv)
{
    help_print(argc > 1 ? argv[1] : NULL);
    return EXIT_DONE;
}
