/* SPDX-License-Identifier: MIT */
/*
 * library_filter - which system calls are left to a process that reads a file from a stranger.
 *
 * What is not left answers EPERM, so that a C library that tries something new goes on without it.
 * Where the kernel refuses the filter, or on a processor not known here, there is none.
 */
#ifndef EDGE_LIBRARY_FILTER_H
#define EDGE_LIBRARY_FILTER_H

/* Only what computing and reading open files needs. */
void filter_decoder(void);
/* All but sockets, other processes, changes of names in the file system, and the kernel's insides. */
void filter_converter(void);

#endif
