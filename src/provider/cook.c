// An order becomes a song on paper; then the mix or the stems are made of it.
#include "provider/cook.h"

#include "dsp/dsp.h"

enum { BRIEF_BYTES_MAX = 400000, PROGRESS_STEP = 5 };

bool dish_gone(Fault *fault)
{
    return fault_set(fault, FAULT_BROKEN, "nobody listens");
}

bool dish_progress(Dish *dish, int64_t done, int64_t all, Fault *fault)
{
    int thousandths = all > 0 ? (int)(done * 1000 / all) : 1000;
    if (thousandths < dish->told + PROGRESS_STEP)
        return true;
    dish->told = thousandths;
    return message_progress(dish->fd, STAGE_PLAYING, thousandths) || dish_gone(fault);
}

static SongOrder wish_of(const ProviderOrder *order)
{
    return (SongOrder){
        .prompt = order->prompt,
        .seed = order->seed,
        .options = {
            .style = order->style,
            .bpm_milli = order->bpm * 1000,
            .length_ms = order->seconds * 1000,
            .key = order->key,
            .lyrics = order->lyrics,
            .vocal = order->instrumental ? CHOICE_NO : CHOICE_UNSTATED,
        },
    };
}

static bool tell_composed(Dish *dish, Fault *fault)
{
    Buf brief = buf_make(&dish->arena, BRIEF_BYTES_MAX);
    JsonOut json = { .buf = &brief };
    score_brief_json(&dish->song.brief, &dish->song.score, &json);
    ComposedFacts facts = { dish->song.score.title, buf_str(&brief),
                            dish->song.performance.frames * 1000 / RATE_HZ };
    return message_composed(dish->fd, &dish->arena, &facts) || dish_gone(fault);
}

static bool compose(Dish *dish, Fault *fault)
{
    const ProviderOrder *order = dish->order;
    // Beyond these the numbers do not even fit; what they may be is the brief's to say.
    if (order->bpm < 0 || order->bpm > BPM_MAX || order->seconds < 0 || order->seconds > SECONDS_MAX)
        return fault_set(fault, FAULT_INPUT,
                         "A song can be %d to %d seconds long, and have %d to %d beats per minute.",
                         SECONDS_MIN, SECONDS_MAX, BPM_MIN, BPM_MAX);
    dish->wish = wish_of(order);
    if (!message_progress(dish->fd, STAGE_COMPOSING, 0))
        return dish_gone(fault);
    if (!song_compose(&dish->arena, &dish->larder->library, &dish->wish, &dish->song, fault))
        return false;
    dish->tags = (Tags){
        .title = order->title.length ? order->title : dish->song.score.title,
        .prompt = order->prompt,
        .seed = order->seed,
        .engine = STR("SonicStacker " VERSION " built-in"),
    };
    return tell_composed(dish, fault);
}

int cook(const Larder *larder, const ProviderOrder *order, int fd)
{
    Dish dish = { .larder = larder, .order = order, .fd = fd };
    Fault fault = { 0 };
    bool composed = compose(&dish, &fault);
    if (!composed && (fault.kind == FAULT_INPUT || fault.kind == FAULT_LIMIT))
        return message_refused(fd, &fault) ? 0 : 1;
    bool done = composed && (order->stems ? cook_stems(&dish, &fault) : cook_mix(&dish, &fault));
    arena_close(&dish.arena);
    return done ? 0 : 1;
}
