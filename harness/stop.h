/* SPDX-License-Identifier: MIT */
/* stop.h: SIGINT, SIGTERM and SIGHUP as a request to end. */
#ifndef STOP_H
#define STOP_H

/*
 * From here on these signals are only noted, and system calls that wait end
 * with EINTR.  SIGHUP stays ignored where it was: nohup(1).
 */
void stop_begin(void);

/* As before.  What was noted stays noted until the next stop_begin(). */
void stop_end(void);

/* The signal that was noted last, or 0. */
int stop_signal(void);

/* In a child before exec: what a terminal sends to all is the parent's. */
void stop_ignore(void);

#endif
