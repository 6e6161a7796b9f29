/* SPDX-License-Identifier: MIT */
/*
 * signal - sounds made by arithmetic and the gauges that measure them, for tests of the sound.
 *
 * Mono float. Gauges are independent of the code under test: levels by mean square, tones by
 * least squares, true peaks by a long filter of their own.
 */
#ifndef TESTS_SIGNAL_H
#define TESTS_SIGNAL_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static inline float *signal_new(size_t n)
{
	float *x = calloc(n + 1, sizeof(*x));

	assert_non_null(x);
	return x;
}

/* Adds a tone. */
static inline void signal_sine(float *x, size_t n, double rate_hz, double hz, double amplitude)
{
	for (size_t i = 0; i < n; i++)
		x[i] += (float)(amplitude * sin(2 * M_PI * hz * (double)i / rate_hz));
}

/* -1 .. 1, evenly. */
static inline double signal_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (double)(*seed >> 8) / 8388608.0 - 1;
}

/* Adds white noise. */
static inline void signal_noise(float *x, size_t n, double amplitude, uint32_t seed)
{
	for (size_t i = 0; i < n; i++)
		x[i] += (float)(amplitude * signal_random(&seed));
}

static inline double signal_peak(const float *x, size_t n)
{
	double peak = 0;

	for (size_t i = 0; i < n; i++)
		peak = fmax(peak, fabs((double)x[i]));
	return peak;
}

static inline double signal_bessel(double x)
{
	double sum = 1, term = 1;

	for (int k = 1; k < 40; k++) {
		term *= x * x / 4 / k / k;
		sum += term;
	}
	return sum;
}

/*
 * The greatest magnitude behind a converter: 16 x oversampled by a Kaiser-windowed sinc of 96 taps a
 * phase, -6 dB at 0.46 of the rate. Silence stands before and behind.
 */
#define SIGNAL_REACH 48
static inline double signal_true_peak(const float *x, size_t n)
{
	double peak = 0, tap[2 * SIGNAL_REACH];
	long size = (long)n;

	for (int phase = 0; phase < 16; phase++) {
		for (int k = 0; k < 2 * SIGNAL_REACH; k++) {
			double d = k - (SIGNAL_REACH - 1) - phase / 16.0, a = 2 * M_PI * 0.46 * d;
			double open = 1 - d * d / SIGNAL_REACH / SIGNAL_REACH;

			tap[k] = 0.92 * (d == 0 ? 1 : sin(a) / a);
			tap[k] *= open > 0 ? signal_bessel(7 * sqrt(open)) / signal_bessel(7) : 0;
		}
		for (long i = -SIGNAL_REACH; i < size + SIGNAL_REACH; i++) {
			long first = i - (SIGNAL_REACH - 1), from = first < 0 ? -first : 0;
			long to = size - first < 2 * SIGNAL_REACH ? size - first : 2 * SIGNAL_REACH;
			double y = 0;

			for (long k = from; k < to; k++)
				y += tap[k] * (double)x[first + k];
			peak = fmax(peak, fabs(y));
		}
	}
	return peak;
}

/* dB of a full-scale sine: 0 for amplitude 1. */
static inline double signal_level_db(const float *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * (double)x[i];
	return 10 * log10(2 * sum / (double)n);
}

/* What a least-squares fit of one tone (and DC) finds. */
struct signal_tone {
	double amplitude, phase; /* of sin, at x[0] */
	double sinad_db;	 /* tone over all that is left */
};

/* Solve the 3 x 3 normal equations by elimination; they are as good as diagonal. */
static inline void signal_solve(double m[3][4])
{
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++) {
			double f = j == i ? 0 : m[j][i] / m[i][i];

			for (int k = 0; k < 4; k++)
				m[j][k] -= f * m[i][k];
		}
}

static inline struct signal_tone signal_fit(const float *x, size_t n, double rate_hz, double hz)
{
	double m[3][4] = {{0}}, w = 2 * M_PI * hz / rate_hz, tone = 0, left = 0;

	for (size_t i = 0; i < n; i++) {
		double row[4] = {sin(w * (double)i), cos(w * (double)i), 1, (double)x[i]};

		for (int j = 0; j < 3; j++)
			for (int k = 0; k < 4; k++)
				m[j][k] += row[j] * row[k];
	}
	signal_solve(m);
	double s = m[0][3] / m[0][0], c = m[1][3] / m[1][1], dc = m[2][3] / m[2][2];

	for (size_t i = 0; i < n; i++) {
		double y = s * sin(w * (double)i) + c * cos(w * (double)i);

		tone += y * y;
		left += ((double)x[i] - y - dc) * ((double)x[i] - y - dc);
	}
	return (struct signal_tone){hypot(s, c), atan2(c, s), 10 * log10(tone / left)};
}

/* A recording of tests/unit/audio/fixtures/, by its name without ".mp3". */
struct signal_file {
	uint8_t *bytes;
	size_t n;
};

static inline struct signal_file signal_load(const char *name)
{
	struct signal_file file;
	char path[512];
	FILE *in;

	snprintf(path, sizeof(path), "%s/tests/unit/audio/fixtures/%s.mp3", LOA_SOURCE_DIR, name);
	in = fopen(path, "rb");
	assert_non_null(in);
	file.bytes = malloc(64 * 1024);
	assert_non_null(file.bytes);
	file.n = fread(file.bytes, 1, 64 * 1024, in);
	assert_true(file.n > 0 && feof(in));
	fclose(in);
	return file;
}

/* The bytes in a block of just their size, so that a sanitizer sees every read past the end. */
static inline struct signal_file signal_join(const void *a, size_t n_a, const void *b, size_t n_b)
{
	struct signal_file file = {malloc(n_a + n_b > 0 ? n_a + n_b : 1), n_a + n_b};

	assert_non_null(file.bytes);
	if (n_a)
		memcpy(file.bytes, a, n_a);
	if (n_b)
		memcpy(file.bytes + n_a, b, n_b);
	return file;
}

static inline uint32_t signal_seed(uint32_t otherwise)
{
	const char *text = getenv("SEED");
	uint32_t seed = text ? (uint32_t)strtoul(text, NULL, 0) : otherwise;

	print_message("SEED=%u\n", seed);
	return seed;
}

#endif
