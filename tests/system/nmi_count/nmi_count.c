// SPDX-License-Identifier: GPL-2.0 OR MIT
/* nmi_count.c: counts the NMIs that came while xbench.ko was in ring 3. */
#include <linux/atomic.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <asm/nmi.h>

/* Where ring 3 of the module is: CODE_ADDRESS of ring3.c.  Nothing else that
 * runs in the guest has its code there. */
#define RING3_PAGE 0x10000ul

static atomic_t taken = ATOMIC_INIT(0);
static atomic_t ring3 = ATOMIC_INIT(0);

static int count(unsigned int type, struct pt_regs *regs)
{
	atomic_inc(&taken);
	if (user_mode(regs) && (regs->ip & PAGE_MASK) == RING3_PAGE)
		atomic_inc(&ring3);
	return NMI_HANDLED; /* else the kernel would complain of an NMI without
			       reason */
}

static int show(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%d\n", atomic_read((atomic_t *)param->arg));
}

/* /sys/module/nmi_count/parameters/taken and ring3. */
static const struct kernel_param_ops read_only = { .get = show };
module_param_cb(taken, &read_only, &taken, 0444);
MODULE_PARM_DESC(taken, "NMIs");
module_param_cb(ring3, &read_only, &ring3, 0444);
MODULE_PARM_DESC(ring3, "those with a saved CS of RPL 3, in xbench.ko's page");

static int __init nmi_count_init(void)
{
	return register_nmi_handler(NMI_LOCAL, count, NMI_FLAG_FIRST,
				    KBUILD_MODNAME);
}

static void __exit nmi_count_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, KBUILD_MODNAME);
}

module_init(nmi_count_init);
module_exit(nmi_count_exit);

MODULE_DESCRIPTION("Counts NMIs in ring 3 of xbench.ko");
MODULE_LICENSE("Dual MIT/GPL");
