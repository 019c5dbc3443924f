/* SPDX-License-Identifier: MIT */
/* module.h: xbench.ko: into the kernel, out of it, and what forbids it. */
#ifndef MODULE_H
#define MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include "backend.h"

/* Has this kernel loadable modules; is xbench.ko one of those loaded? */
bool module_possible(void);
bool module_loaded(void);

/* May none be loaded any more until the next boot (kernel.modules_disabled)? */
bool module_disabled(void);

/* "none", "integrity" or "confidentiality"; "" where it cannot be told. */
void module_lockdown(char *word, size_t bytes);

/* How to sign a module, in a sentence. */
extern const char module_signing[];

/* 0 or -errno; `err` says what failed and what to do about it. */
int module_load(const char *path, struct backend_error *err);
int module_unload(struct backend_error *err);

#endif
