#include "dsp/env.h"

#include "dsp/real.h"

float env_keep(float seconds)
{
    double blocks = (double)seconds * RATE_HZ / BLOCK_FRAMES;
    return blocks < 0.05 ? 0.0f : (float)real_exp2(-9.96578428 / blocks); // 2^-9.97 is -60 dB
}

void env_start(Env *env, int lane, const EnvTimes *times)
{
    float blocks = times->attack_s * ((float)RATE_HZ / BLOCK_FRAMES);
    env->stage[lane] = ENV_ATTACK;
    env->rise[lane] = blocks > 1.0f ? 1.0f / blocks : 1.0f;
    env->keep[lane] = env_keep(times->decay_s);
    env->sustain[lane] = times->sustain;
    env->fade[lane] = env_keep(times->release_s);
}

void env_stop(Env *env, int lane)
{
    if (env->stage[lane] != ENV_OFF)
        env->stage[lane] = ENV_RELEASE;
}

void env_tick(Env *env)
{
    i8 attack = env->stage == ENV_ATTACK, decay = env->stage == ENV_DECAY;
    f8 one = f8_set(1.0f);
    f8 risen = f8_min(env->level + env->rise, one);
    f8 decayed = env->sustain + (env->level - env->sustain) * env->keep;
    f8 faded = env->level * env->fade;
    env->level = f8_pick(attack, risen, f8_pick(decay, decayed, faded));
    env->stage = env->stage - (attack & (env->level >= one)); // a true lane is -1: on to the decay
}
