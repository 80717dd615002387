// Biquad: the coefficients of one second-order section, by the bilinear transform.
//
//     y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]
//
// Formulas: R. Bristow-Johnson, Audio EQ Cookbook. Sections that run are in dsp/chain.h.
#ifndef DSP_BIQUAD_H
#define DSP_BIQUAD_H

typedef struct Biquad {
    double b0, b1, b2, a1, a2;
} Biquad;

#define BIQUAD_FLAT 0.70710678118654752 // q of a cut that is flat up to its corner, -3 dB there

extern const Biquad biquad_through; // changes nothing

// Frequencies are kept within 1 Hz .. 0.45 of the rate, q above 0.05.
Biquad biquad_low_cut(double hz, double q);  // 12 dB per octave below hz
Biquad biquad_high_cut(double hz, double q); // 12 dB per octave above hz
Biquad biquad_bell(double hz, double gain_db, double q);
Biquad biquad_band_pass(double hz, double q);       // gain 1 at hz; its width is hz / q
Biquad biquad_low_shelf(double hz, double gain_db); // half of the gain at hz, steepest without a bump
Biquad biquad_high_shelf(double hz, double gain_db);

#endif
