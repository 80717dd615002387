// The drum kits. Drums are named after what they are; a kit's table puts them on General MIDI keys.
#include "synth/drums.h"

#define TONE(f, lv, dc) .kind = LAYER_SINE, .hz = (f), .level = (lv), .decay_s = (dc)
#define NOISE(md, f, qq, lv, dc)                                                                             \
    .kind = LAYER_NOISE, .mode = (md), .filter_hz = (f), .q = (qq), .level = (lv), .decay_s = (dc)
#define METAL(f, n, lv, dc)  .kind = LAYER_METAL, .hz = (f), .squares = (n), .level = (lv), .decay_s = (dc)
#define SKIN(f, lv, dc, tl)  .kind = LAYER_SKIN, .hz = (f), .level = (lv), .decay_s = (dc), .tilt = (tl)
#define BAR(f, lv, dc, tl)   .kind = LAYER_BAR, .hz = (f), .level = (lv), .decay_s = (dc), .tilt = (tl)
#define PLATE(f, lv, dc, tl) .kind = LAYER_PLATE, .hz = (f), .level = (lv), .decay_s = (dc), .tilt = (tl)
#define SHIFT(f, lv, dc)     .kind = LAYER_SHIFT, .hz = (f), .level = (lv), .decay_s = (dc)
#define STEPS(f, lv, dc)     .kind = LAYER_STEPS, .hz = (f), .level = (lv), .decay_s = (dc)

enum { CHOKE_HATS = 1, CHOKE_KICK, CHOKE_TRIANGLE };

// ---- 808

static const DrumDesign kick_808 = { 0,
                                     1.5f,
                                     { { TONE(50, 1, 2.3f), .sweep = 1.1f, .sweep_s = 0.06f, .kick = 3,
                                         .kick_s = 0.012f },
                                       { NOISE(SVF_LOW, 2600, 0.7f, 0.35f, 0.012f), .touch = 1 } } };
static const DrumDesign snare_808 = { 0,
                                      1.2f,
                                      { { TONE(182, 0.62f, 0.28f), .sweep = 0.25f, .sweep_s = 0.04f },
                                        { TONE(331, 0.32f, 0.18f), .sweep = 0.2f, .sweep_s = 0.03f },
                                        { NOISE(SVF_BAND, 4200, 0.5f, 0.75f, 0.34f), .high_hz = 1300,
                                          .touch = 0.5f } } };
static const DrumDesign clap_808 = { 0,
                                     1.5f,
                                     { { NOISE(SVF_BAND, 1150, 1.3f, 1.9f, 0.14f), .high_hz = 500,
                                         .bursts = 3, .gap_s = 0.0107f, .burst_s = 0.03f },
                                       { NOISE(SVF_BAND, 1250, 0.8f, 0.55f, 0.55f), .high_hz = 600,
                                         .attack_s = 0.02f } } };
static const DrumDesign rim_808 = { 0,
                                    1.6f,
                                    { { TONE(1667, 0.6f, 0.045f) },
                                      { TONE(455, 0.7f, 0.06f) },
                                      { NOISE(SVF_HIGH, 2500, 0.7f, 0.3f, 0.012f) } } };
static const DrumDesign hat_808 = { 4,
                                    0,
                                    { { METAL(1, 6, 2.6f, 0.13f), .mode = SVF_BAND, .filter_hz = 9500,
                                        .q = 0.9f, .high_hz = 7000, .touch = 0.4f },
                                      { NOISE(SVF_HIGH, 9000, 0.7f, 0.2f, 0.06f), .touch = 1 } } };
static const DrumDesign open_808 = { 2,
                                     0,
                                     { { METAL(1, 6, 2.6f, 0.85f), .mode = SVF_BAND, .filter_hz = 9200,
                                         .q = 0.9f, .high_hz = 6500 },
                                       { NOISE(SVF_HIGH, 9000, 0.7f, 0.2f, 0.6f), .touch = 1 } } };
static const DrumDesign cymbal_808 = {
    3,
    0,
    { { METAL(1, 6, 1.5f, 2.6f), .mode = SVF_BAND, .filter_hz = 8200, .q = 0.7f, .high_hz = 4500 },
      { METAL(0.83f, 6, 1.2f, 0.9f), .mode = SVF_BAND, .filter_hz = 4200, .q = 0.8f, .high_hz = 2500 },
      { NOISE(SVF_HIGH, 6500, 0.7f, 0.16f, 1.6f) } }
};
static const DrumDesign tom_808 = { 0,
                                    1.2f,
                                    { { TONE(80, 1, 0.75f), .sweep = 0.45f, .sweep_s = 0.16f },
                                      { NOISE(SVF_LOW, 900, 0.7f, 0.22f, 0.14f), .touch = 0.5f } } };

// ---- 909

static const DrumDesign kick_909 = { 0,
                                     2.1f,
                                     { { TONE(49, 1, 0.72f), .sweep = 1.4f, .sweep_s = 0.16f, .kick = 5.5f,
                                         .kick_s = 0.035f },
                                       { NOISE(SVF_BAND, 3400, 0.6f, 0.75f, 0.011f), .touch = 0.6f },
                                       { TONE(98, 0.16f, 0.25f), .sweep = 1, .sweep_s = 0.05f } } };
static const DrumDesign snare_909 = { 0,
                                      1.5f,
                                      { { TONE(186, 0.62f, 0.22f), .sweep = 0.6f, .sweep_s = 0.035f },
                                        { TONE(286, 0.34f, 0.16f), .sweep = 0.5f, .sweep_s = 0.03f },
                                        { NOISE(SVF_HIGH, 1900, 0.8f, 0.5f, 0.38f), .touch = 0.5f },
                                        { NOISE(SVF_LOW, 5200, 0.7f, 0.5f, 0.09f), .touch = 0.5f } } };
static const DrumDesign clap_909 = { 0,
                                     1.6f,
                                     { { NOISE(SVF_BAND, 1400, 1.0f, 2.0f, 0.18f), .high_hz = 700,
                                         .bursts = 4, .gap_s = 0.0092f, .burst_s = 0.022f },
                                       { NOISE(SVF_BAND, 2100, 0.6f, 0.5f, 0.5f), .high_hz = 900,
                                         .attack_s = 0.025f } } };
static const DrumDesign rim_909 = { 0,
                                    2,
                                    { { TONE(220, 0.5f, 0.03f) },
                                      { TONE(500, 0.6f, 0.04f) },
                                      { TONE(1010, 0.5f, 0.03f) },
                                      { NOISE(SVF_HIGH, 3000, 0.7f, 0.35f, 0.01f) } } };
static const DrumDesign hat_909 = { 0,
                                    1.2f,
                                    { { METAL(1.38f, 6, 1.9f, 0.12f), .mode = SVF_BAND, .filter_hz = 9800,
                                        .q = 0.7f, .high_hz = 6800 },
                                      { NOISE(SVF_HIGH, 8000, 0.8f, 0.5f, 0.1f), .touch = 0.5f },
                                      { NOISE(SVF_BAND, 5200, 1.2f, 0.35f, 0.02f), .touch = 1 } } };
static const DrumDesign open_909 = { 0,
                                     1.2f,
                                     { { METAL(1.38f, 6, 1.7f, 0.75f), .mode = SVF_BAND, .filter_hz = 9300,
                                         .q = 0.6f, .high_hz = 6000 },
                                       { NOISE(SVF_HIGH, 7600, 0.8f, 0.42f, 0.65f), .touch = 0.5f },
                                       { NOISE(SVF_BAND, 5200, 1.2f, 0.3f, 0.03f), .touch = 1 } } };
static const DrumDesign tom_909 = { 0,
                                    1.5f,
                                    { { TONE(86, 1, 0.62f), .sweep = 0.75f, .sweep_s = 0.2f, .kick = 1,
                                        .kick_s = 0.02f },
                                      { TONE(129, 0.3f, 0.4f), .sweep = 0.75f, .sweep_s = 0.2f },
                                      { NOISE(SVF_LOW, 3000, 0.7f, 0.3f, 0.03f), .touch = 0.7f } } };
static const DrumDesign crash_909 = { -3,
                                      0,
                                      { { PLATE(620, 0.9f, 2.4f, 0.35f) },
                                        { NOISE(SVF_HIGH, 5200, 0.7f, 0.5f, 1.9f), .touch = 0.3f },
                                        { NOISE(SVF_BAND, 3000, 0.6f, 0.5f, 0.35f), .touch = 0.5f },
                                        { METAL(1.9f, 6, 0.5f, 1.6f), .mode = SVF_HIGH, .filter_hz = 5000,
                                          .q = 0.7f } } };
static const DrumDesign ride_909 = { 0,
                                     0,
                                     { { PLATE(480, 0.9f, 1.8f, 0.3f) },
                                       { METAL(1.7f, 6, 0.65f, 1.1f), .mode = SVF_BAND, .filter_hz = 8800,
                                         .q = 0.7f, .high_hz = 5000 },
                                       { NOISE(SVF_HIGH, 7500, 0.7f, 0.2f, 0.5f), .touch = 0.5f },
                                       { NOISE(SVF_BAND, 5600, 1.0f, 0.35f, 0.02f), .touch = 1 } } };

// ---- acoustic

static const DrumDesign kick_acoustic = { 0,
                                          1.3f,
                                          { { TONE(57, 1, 0.48f), .sweep = 0.6f, .sweep_s = 0.08f,
                                              .kick = 1.2f, .kick_s = 0.016f },
                                            { SKIN(104, 0.22f, 0.28f, 1.2f), .touch = 0.3f },
                                            { NOISE(SVF_BAND, 2800, 0.6f, 0.8f, 0.018f), .touch = 1 },
                                            { NOISE(SVF_LOW, 420, 0.7f, 0.5f, 0.12f), .touch = 0.3f } } };
static const DrumDesign snare_acoustic = {
    0,
    1.25f,
    { { SKIN(187, 0.42f, 0.3f, 1.0f) },
      { NOISE(SVF_BAND, 4600, 0.45f, 0.8f, 0.3f), .high_hz = 1100, .attack_s = 0.002f, .touch = 0.3f },
      { NOISE(SVF_BAND, 1500, 0.6f, 0.9f, 0.05f), .touch = 0.8f },
      { TONE(208, 0.35f, 0.16f), .sweep = 0.35f, .sweep_s = 0.03f } }
};
static const DrumDesign side_stick = { 0,
                                       1.3f,
                                       { { BAR(470, 0.7f, 0.07f, 0.6f) },
                                         { SKIN(240, 0.2f, 0.1f, 1) },
                                         { NOISE(SVF_BAND, 2600, 0.9f, 0.8f, 0.014f), .touch = 0.5f } } };
static const DrumDesign clap_hands = { 0,
                                       1.2f,
                                       { { NOISE(SVF_BAND, 1500, 1.1f, 1.6f, 0.1f), .high_hz = 600,
                                           .bursts = 3, .gap_s = 0.008f, .burst_s = 0.03f },
                                         { NOISE(SVF_BAND, 2400, 0.6f, 0.45f, 0.22f), .high_hz = 900,
                                           .attack_s = 0.012f } } };
static const DrumDesign tom_acoustic = { 0,
                                         1.2f,
                                         { { TONE(82, 0.85f, 0.8f), .sweep = 0.22f, .sweep_s = 0.18f },
                                           { SKIN(82, 0.3f, 0.55f, 1.1f) },
                                           { NOISE(SVF_BAND, 2000, 0.6f, 0.55f, 0.025f), .touch = 0.8f },
                                           { NOISE(SVF_LOW, 500, 0.7f, 0.22f, 0.2f) } } };
static const DrumDesign hat_acoustic = { 0,
                                         0,
                                         { { PLATE(2300, 0.75f, 0.15f, 0.2f) },
                                           { NOISE(SVF_HIGH, 7200, 0.7f, 0.5f, 0.13f), .touch = 0.5f },
                                           { NOISE(SVF_BAND, 4200, 0.9f, 0.4f, 0.016f), .touch = 1 } } };
static const DrumDesign pedal_acoustic = {
    0,
    0,
    { { PLATE(1900, 0.7f, 0.08f, 0.2f) }, { NOISE(SVF_BAND, 5200, 0.7f, 0.6f, 0.07f), .attack_s = 0.003f } }
};
static const DrumDesign open_acoustic = { 0,
                                          0,
                                          { { PLATE(1700, 0.8f, 0.9f, 0.25f) },
                                            { NOISE(SVF_HIGH, 6200, 0.7f, 0.45f, 0.7f), .touch = 0.3f },
                                            { NOISE(SVF_BAND, 4200, 0.8f, 0.35f, 0.03f), .touch = 1 } } };
static const DrumDesign crash = { -4,
                                  0,
                                  { { PLATE(430, 1, 3.4f, 0.4f), .touch = 0.2f },
                                    { NOISE(SVF_HIGH, 4300, 0.6f, 0.5f, 2.2f), .attack_s = 0.004f,
                                      .touch = 0.4f },
                                    { NOISE(SVF_BAND, 2600, 0.5f, 0.7f, 0.3f), .touch = 0.6f },
                                    { PLATE(1310, 0.8f, 1.9f, 0.3f) } } };
static const DrumDesign splash = { -3,
                                   0,
                                   { { PLATE(900, 0.9f, 1.0f, 0.3f) },
                                     { NOISE(SVF_HIGH, 5200, 0.6f, 0.55f, 0.7f), .touch = 0.4f },
                                     { NOISE(SVF_BAND, 3200, 0.6f, 0.5f, 0.12f), .touch = 0.6f } } };
static const DrumDesign china = { -2,
                                  1.4f,
                                  { { PLATE(360, 1, 1.7f, 0.2f) },
                                    { NOISE(SVF_BAND, 3300, 0.4f, 0.9f, 0.9f), .attack_s = 0.006f },
                                    { METAL(1.13f, 6, 0.6f, 0.8f), .mode = SVF_HIGH, .filter_hz = 2500,
                                      .q = 0.8f } } };
static const DrumDesign ride = { 1,
                                 0,
                                 { { PLATE(390, 0.55f, 3.0f, 0.45f) },
                                   { PLATE(2850, 0.65f, 0.55f, 0.3f), .touch = 0.3f },
                                   { NOISE(SVF_HIGH, 6800, 0.6f, 0.16f, 0.9f), .attack_s = 0.01f },
                                   { NOISE(SVF_BAND, 5200, 0.9f, 0.5f, 0.016f), .touch = 0.8f } } };
static const DrumDesign ride_bell = { -4,
                                      0,
                                      { { BAR(785, 0.5f, 1.6f, 0.5f) },
                                        { BAR(1042, 0.35f, 1.2f, 0.5f) },
                                        { PLATE(2400, 0.5f, 1.1f, 0.3f) },
                                        { NOISE(SVF_BAND, 6000, 0.8f, 0.4f, 0.012f), .touch = 0.6f } } };

// ---- hand percussion, in every kit

static const DrumDesign tambourine = { -3,
                                       0,
                                       { { PLATE(4200, 0.7f, 0.22f, 0.1f) },
                                         { NOISE(SVF_BAND, 9000, 0.8f, 0.9f, 0.16f), .high_hz = 5500,
                                           .bursts = 2, .gap_s = 0.018f, .burst_s = 0.05f } } };
static const DrumDesign cowbell = {
    0,
    1.3f,
    { { METAL(1, 2, 1.5f, 0.4f), .mode = SVF_BAND, .filter_hz = 1050, .q = 1.2f, .high_hz = 420 },
      { METAL(1, 2, 1.0f, 0.05f), .mode = SVF_BAND, .filter_hz = 2600, .q = 0.9f } }
};
static const DrumDesign conga = { 0,
                                  1.1f,
                                  { { TONE(196, 0.8f, 0.42f), .sweep = 0.12f, .sweep_s = 0.05f },
                                    { SKIN(196, 0.25f, 0.22f, 1.1f) },
                                    { NOISE(SVF_BAND, 1500, 0.7f, 0.5f, 0.022f), .touch = 0.8f } } };
static const DrumDesign conga_mute = { 0,
                                       1.1f,
                                       { { TONE(262, 0.6f, 0.09f), .sweep = 0.3f, .sweep_s = 0.02f },
                                         { SKIN(262, 0.3f, 0.07f, 0.8f) },
                                         { NOISE(SVF_BAND, 2300, 0.7f, 0.9f, 0.025f), .touch = 0.6f } } };
static const DrumDesign bongo = { 0,
                                  1.1f,
                                  { { TONE(392, 0.75f, 0.2f), .sweep = 0.15f, .sweep_s = 0.03f },
                                    { SKIN(392, 0.28f, 0.12f, 0.9f) },
                                    { NOISE(SVF_BAND, 2800, 0.7f, 0.5f, 0.014f), .touch = 0.8f } } };
static const DrumDesign agogo = { -4,
                                  0,
                                  { { BAR(672, 0.5f, 0.5f, 0.4f) },
                                    { BAR(1004, 0.45f, 0.42f, 0.4f) },
                                    { NOISE(SVF_BAND, 5000, 0.8f, 0.3f, 0.01f), .touch = 0.6f } } };
static const DrumDesign cabasa = {
    2, 0, { { NOISE(SVF_BAND, 7800, 0.9f, 1.2f, 0.1f), .high_hz = 5000, .attack_s = 0.012f } }
};
static const DrumDesign maracas = {
    2, 0, { { NOISE(SVF_BAND, 8200, 1.0f, 1.2f, 0.06f), .high_hz = 5600, .attack_s = 0.004f } }
};
static const DrumDesign shaker = {
    5,
    0,
    { { NOISE(SVF_BAND, 6600, 0.8f, 1.1f, 0.13f), .high_hz = 4000, .attack_s = 0.022f },
      { NOISE(SVF_BAND, 9500, 1.0f, 0.5f, 0.05f), .high_hz = 6000, .attack_s = 0.03f } }
};
static const DrumDesign claves = { 0,
                                   0,
                                   { { TONE(2490, 0.8f, 0.09f) },
                                     { BAR(2490, 0.2f, 0.05f, 0.5f) },
                                     { NOISE(SVF_HIGH, 4000, 0.7f, 0.2f, 0.005f) } } };
static const DrumDesign block = { 0,
                                  1.1f,
                                  { { TONE(820, 0.7f, 0.1f), .sweep = 0.05f, .sweep_s = 0.01f },
                                    { BAR(820, 0.35f, 0.07f, 0.6f) },
                                    { NOISE(SVF_BAND, 2500, 0.8f, 0.35f, 0.01f) } } };
static const DrumDesign triangle = { -2,
                                     0,
                                     { { BAR(1130, 0.22f, 2.8f, 0.15f) },
                                       { PLATE(3700, 0.9f, 2.2f, 0.3f) },
                                       { NOISE(SVF_HIGH, 7000, 0.7f, 0.2f, 0.01f) } } };
static const DrumDesign triangle_mute = { 0,
                                          0,
                                          { { BAR(1130, 0.25f, 0.16f, 0.15f) },
                                            { PLATE(3700, 0.9f, 0.14f, 0.2f) },
                                            { NOISE(SVF_HIGH, 7000, 0.7f, 0.2f, 0.01f) } } };

// ---- lo-fi: a dusty sampler's

static const DrumDesign kick_lofi = { 0,
                                      1.7f,
                                      { { TONE(56, 1, 0.5f), .sweep = 1.2f, .sweep_s = 0.09f, .kick = 1.5f,
                                          .kick_s = 0.02f },
                                        { NOISE(SVF_LOW, 1500, 0.7f, 0.5f, 0.03f), .touch = 0.5f },
                                        { SKIN(100, 0.16f, 0.2f, 1) } } };
static const DrumDesign snare_lofi = { 0,
                                       1.6f,
                                       { { SKIN(196, 0.4f, 0.2f, 1.1f) },
                                         { NOISE(SVF_BAND, 2600, 0.5f, 0.9f, 0.2f), .high_hz = 500,
                                           .touch = 0.3f },
                                         { NOISE(SVF_BAND, 1100, 0.7f, 0.8f, 0.045f), .touch = 0.5f },
                                         { TONE(176, 0.4f, 0.13f), .sweep = 0.4f, .sweep_s = 0.03f } } };
static const DrumDesign rim_lofi = { 0,
                                     1.4f,
                                     { { BAR(400, 0.7f, 0.06f, 0.7f) },
                                       { NOISE(SVF_BAND, 1900, 0.9f, 0.7f, 0.016f) },
                                       { SKIN(210, 0.3f, 0.08f, 1) } } };
static const DrumDesign hat_lofi = { 4,
                                     0,
                                     { { NOISE(SVF_BAND, 7200, 0.7f, 0.9f, 0.065f), .high_hz = 4000,
                                         .touch = 0.5f },
                                       { PLATE(1800, 0.5f, 0.06f, 0.2f) } } };
static const DrumDesign open_lofi = {
    2, 0, { { NOISE(SVF_BAND, 6600, 0.6f, 0.7f, 0.4f), .high_hz = 3500 }, { PLATE(1500, 0.6f, 0.45f, 0.3f) } }
};

// ---- chip

static const DrumDesign kick_chip = {
    0, 0, { { STEPS(46, 1, 0.3f), .sweep = 4.5f, .sweep_s = 0.16f }, { SHIFT(9000, 0.4f, 0.02f) } }
};
static const DrumDesign snare_chip = {
    0, 0, { { SHIFT(14000, 0.9f, 0.2f) }, { STEPS(180, 0.7f, 0.09f), .sweep = 1, .sweep_s = 0.06f } }
};
static const DrumDesign clap_chip = { 0, 0, { { SHIFT(22000, 0.9f, 0.12f) }, { SHIFT(7000, 0.5f, 0.05f) } } };
static const DrumDesign rim_chip = { 0, 0, { { STEPS(880, 0.8f, 0.035f), .sweep = 1, .sweep_s = 0.02f } } };
static const DrumDesign hat_chip = {
    0, 0, { { SHIFT(44000, 0.8f, 0.055f), .mode = SVF_HIGH, .filter_hz = 3000 } }
};
static const DrumDesign open_chip = {
    0, 0, { { SHIFT(40000, 0.8f, 0.28f), .mode = SVF_HIGH, .filter_hz = 3000 } }
};
static const DrumDesign crash_chip = { 0,
                                       0,
                                       { { SHIFT(26000, 0.9f, 1.1f), .mode = SVF_HIGH, .filter_hz = 700 } } };
static const DrumDesign tom_chip = {
    0, 0, { { STEPS(95, 1, 0.35f), .sweep = 1.2f, .sweep_s = 0.3f }, { SHIFT(5000, 0.25f, 0.03f) } }
};

// ---- places

// Six toms from the floor to the rack, as the drummer's right hand finds them.
#define TOMS(drum)                                                                                           \
    { 41, &drum, 0.80f, 0.45f, 0, 0 }, { 43, &drum, 0.95f, 0.35f, 0, 0 }, { 45, &drum, 1.15f, 0.2f, 0, 0 },  \
        { 47, &drum, 1.35f, 0.05f, 0, 0 }, { 48, &drum, 1.60f, -0.12f, 0, 0 },                               \
    {                                                                                                        \
        50, &drum, 1.90f, -0.25f, 0, 0                                                                       \
    }
#define HATS(closed, pedal, open)                                                                            \
    { 42, &closed, 1, -0.25f, CHOKE_HATS, 0 }, { 44, &pedal, 0.95f, -0.25f, CHOKE_HATS, -2 },                \
    {                                                                                                        \
        46, &open, 1, -0.25f, CHOKE_HATS, 0                                                                  \
    }

static const KitKey percussion[] = {
    { 54, &tambourine, 1, 0.35f, 0, 0 },
    { 56, &cowbell, 1, 0.2f, 0, 0 },
    { 60, &bongo, 1, -0.35f, 0, 0 },
    { 61, &bongo, 0.76f, -0.25f, 0, 0 },
    { 62, &conga_mute, 1, 0.3f, 0, 0 },
    { 63, &conga, 1.18f, 0.3f, 0, 0 },
    { 64, &conga, 0.9f, 0.4f, 0, 0 },
    { 67, &agogo, 1.35f, -0.3f, 0, 0 },
    { 68, &agogo, 1, -0.3f, 0, 0 },
    { 69, &cabasa, 1, -0.4f, 0, 0 },
    { 70, &maracas, 1, 0.4f, 0, 0 },
    { 75, &claves, 1, 0.25f, 0, 0 },
    { 76, &block, 1.25f, 0.3f, 0, 0 },
    { 77, &block, 0.85f, 0.3f, 0, 0 },
    { 80, &triangle_mute, 1, -0.35f, CHOKE_TRIANGLE, 0 },
    { 81, &triangle, 1, -0.35f, CHOKE_TRIANGLE, 0 },
    { 82, &shaker, 1, 0.4f, 0, 0 },
    { 52, &china, 1, 0.5f, 0, 0 },
    { 53, &ride_bell, 1, 0.35f, 0, 0 },
    { 55, &splash, 1, -0.35f, 0, 0 },
    { 49, &crash, 1, -0.4f, 0, 0 },
    { 57, &crash, 0.86f, 0.45f, 0, 0 },
    { 51, &ride, 1, 0.35f, 0, 0 },
    { 59, &ride, 0.9f, 0.4f, 0, 0 },
    { 0 },
};

static const KitKey keys_808[] = {
    { 35, &kick_808, 0.92f, 0, CHOKE_KICK, 0 },
    { 36, &kick_808, 1, 0, CHOKE_KICK, 0 },
    { 37, &rim_808, 1, 0.08f, 0, 0 },
    { 38, &snare_808, 1, 0, 0, 0 },
    { 39, &clap_808, 1, 0.05f, 0, 0 },
    { 40, &snare_808, 1.12f, 0, 0, 0 },
    TOMS(tom_808),
    HATS(hat_808, hat_808, open_808),
    { 49, &cymbal_808, 1, -0.35f, 0, 0 },
    { 57, &cymbal_808, 0.9f, 0.35f, 0, 0 },
    { 0 },
};

static const KitKey keys_909[] = {
    { 35, &kick_909, 0.93f, 0, CHOKE_KICK, 0 },
    { 36, &kick_909, 1, 0, CHOKE_KICK, 0 },
    { 37, &rim_909, 1, 0.08f, 0, 0 },
    { 38, &snare_909, 1, 0, 0, 0 },
    { 39, &clap_909, 1, 0.05f, 0, 0 },
    { 40, &snare_909, 1.15f, 0, 0, 0 },
    TOMS(tom_909),
    HATS(hat_909, hat_909, open_909),
    { 49, &crash_909, 1, -0.35f, 0, 0 },
    { 57, &crash_909, 0.88f, 0.35f, 0, 0 },
    { 51, &ride_909, 1, 0.3f, 0, 0 },
    { 59, &ride_909, 0.9f, 0.3f, 0, 0 },
    { 0 },
};

static const KitKey keys_acoustic[] = {
    { 35, &kick_acoustic, 0.92f, 0, CHOKE_KICK, 0 },
    { 36, &kick_acoustic, 1, 0, CHOKE_KICK, 0 },
    { 37, &side_stick, 1, 0.05f, 0, 0 },
    { 38, &snare_acoustic, 1, 0, 0, 0 },
    { 39, &clap_hands, 1, 0.1f, 0, 0 },
    { 40, &snare_acoustic, 1.16f, 0, 0, 0 },
    TOMS(tom_acoustic),
    HATS(hat_acoustic, pedal_acoustic, open_acoustic),
    { 0 },
};

static const KitKey keys_lofi[] = {
    { 35, &kick_lofi, 0.92f, 0, CHOKE_KICK, 0 },
    { 36, &kick_lofi, 1, 0, CHOKE_KICK, 0 },
    { 37, &rim_lofi, 1, 0.05f, 0, 0 },
    { 38, &snare_lofi, 1, 0, 0, 0 },
    { 39, &clap_hands, 0.9f, 0.05f, 0, 0 },
    { 40, &snare_lofi, 1.14f, 0, 0, 0 },
    TOMS(tom_acoustic),
    HATS(hat_lofi, hat_lofi, open_lofi),
    { 0 },
};

static const KitKey keys_chip[] = {
    { 35, &kick_chip, 0.9f, 0, CHOKE_KICK, 0 },
    { 36, &kick_chip, 1, 0, CHOKE_KICK, 0 },
    { 37, &rim_chip, 1, 0, 0, 0 },
    { 38, &snare_chip, 1, 0, 0, 0 },
    { 39, &clap_chip, 1, 0, 0, 0 },
    { 40, &snare_chip, 1.25f, 0, 0, 0 },
    TOMS(tom_chip),
    HATS(hat_chip, hat_chip, open_chip),
    { 49, &crash_chip, 1, -0.2f, 0, 0 },
    { 57, &crash_chip, 0.85f, 0.2f, 0, 0 },
    { 51, &open_chip, 1, 0.2f, 0, 0 },
    { 59, &open_chip, 0.9f, 0.2f, 0, 0 },
    { 0 },
};

const Kit kits[] = {
    { .name = "kit808", .gain_db = -8, .keys = keys_808, .more = percussion },
    { .name = "kit909", .gain_db = -8, .keys = keys_909, .more = percussion },
    { .name = "kitacoustic", .gain_db = -8, .keys = keys_acoustic, .more = percussion },
    { .name = "kitlofi",
      .gain_db = -8,
      .keys = keys_lofi,
      .more = percussion,
      .finish = { .dust_hz = 6800, .dust_drive = 1.6f, .dust_steps = 180 } },
    { .name = "kitchip", .gain_db = -8, .keys = keys_chip, .more = percussion },
};

const int kit_count = sizeof kits / sizeof *kits;
