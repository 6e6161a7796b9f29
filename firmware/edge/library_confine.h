/* SPDX-License-Identifier: MIT */
/*
 * library_confine - what a process may still do that reads a file from a stranger.
 *
 * The limits of the system (time, memory, size, files) and no new privileges are always set. Where
 * the kernel has them and does not refuse, a filter of system calls and a fence around the file
 * system (Landlock, Linux 5.13) come on top; where it does not, the limits have to do. Nothing here
 * needs a privilege. Each of these is for the process that calls it, and cannot be taken back.
 */
#ifndef EDGE_LIBRARY_CONFINE_H
#define EDGE_LIBRARY_CONFINE_H

#include <stdbool.h>

/* For the child as a whole: dies with its parent, is the first to go when memory runs out, is
 * scheduled last, leaves no core, and can gain nothing. */
bool confine_common(void);

/*
 * For reading a recording with our own decoder: computing, reading what is open, writing to the
 * pipe. No file can be opened or made, no process started, no socket made. memory: bytes of
 * addresses, 0 = no limit.
 */
bool confine_decoder(unsigned long memory);

/*
 * For the converter that is about to be started: it may read programs and libraries, 'from', and
 * write 'to' up to 'bytes'; no other file, no socket, no other process.
 */
bool confine_converter(int from, int to, long bytes);

#endif
