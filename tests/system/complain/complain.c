// SPDX-License-Identifier: GPL-2.0 OR MIT
/* complain.c: a module that does what a kernel does when something is wrong:
 * a word in its log, here at a level that the console does not show. */
#include <linux/module.h>

static int __init complain(void)
{
	printk(KERN_DEBUG "WARNING: this is a test\n");
	return 0;
}

module_init(complain);

MODULE_DESCRIPTION("A complaint in the kernel log, for the tests of xbench");
MODULE_LICENSE("Dual MIT/GPL");
