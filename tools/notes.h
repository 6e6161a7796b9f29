/* SPDX-License-Identifier: MIT */
/*
 * notes - short notes on a sink that is open: what a program says to ears.
 */
#ifndef TOOLS_NOTES_H
#define TOOLS_NOTES_H

#include <stddef.h>

struct sink;

/*
 * One after the other, n of them by their frequencies in Hz, with a rest behind each; level is the
 * amplitude, 1 = full. Returns when the card has played them: 0 or a negative errno of the sink.
 */
int notes_play(struct sink *sink, const double *hz, size_t n, double level);

#endif
