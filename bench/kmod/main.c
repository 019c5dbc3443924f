// SPDX-License-Identifier: GPL-2.0 OR MIT
/* main.c: /dev/xbench. */
#include <linux/capability.h>
#include <linux/cc_platform.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <xbench/ioctl.h>
#include <asm/cpufeature.h>
#include <asm/segment.h>
#include "chunk.h"

/* One open file at a time, and one chunk at a time of its threads. */
static atomic_t nr_open = ATOMIC_INIT(0);
static DEFINE_MUTEX(busy);

static int xbench_open(struct inode *inode, struct file *file)
{
	int result;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	result = security_locked_down(LOCKDOWN_MSR);
	if (result)
		return result;
	if (atomic_cmpxchg(&nr_open, 0, 1))
		return -EBUSY;
	file->private_data = chunk_create();
	if (!file->private_data) {
		atomic_set(&nr_open, 0);
		return -ENOMEM;
	}
	return nonseekable_open(inode, file);
}

static int xbench_release(struct inode *inode, struct file *file)
{
	chunk_destroy(file->private_data);
	atomic_set(&nr_open, 0);
	return 0;
}

static long xbench_ioctl(struct file *file, unsigned int number,
			 unsigned long address)
{
	struct chunk *chunk = file->private_data;
	void __user *user = (void __user *)address;
	long result;

	if (number != XB_IOCTL_RUN)
		return -ENOTTY;
	if (mutex_lock_interruptible(&busy))
		return -EINTR;
	if (copy_from_user(&chunk->mb, user, sizeof(chunk->mb)))
		result = -EFAULT;
	else
		result = chunk_run(chunk);
	if (!result && copy_to_user(user, &chunk->mb, sizeof(chunk->mb)))
		result = -EFAULT;
	mutex_unlock(&busy);
	return result;
}

static const struct file_operations xbench_fops = {
	.owner = THIS_MODULE,
	.open = xbench_open,
	.release = xbench_release,
	.unlocked_ioctl = xbench_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice xbench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "xbench",
	.fops = &xbench_fops,
	.mode = 0600,
};

/* Where ring 0 is not the CPU's, or a trap in it needs the kernel's GS. */
static const char *refused(void)
{
	u16 cs;

	asm("mov %%cs, %0" : "=r"(cs));
	if (cs & SEGMENT_RPL_MASK)
		return "this kernel does not run in ring 0 (Xen PV, PVM)";
	if (cc_platform_has(CC_ATTR_GUEST_STATE_ENCRYPT))
		return "in an SEV-ES guest an MSR access is an exception";
	if (cpu_feature_enabled(X86_FEATURE_TDX_GUEST))
		return "in a TDX guest an MSR access is an exception";
	return NULL;
}

static int __init xbench_init(void)
{
	const char *why = refused();

	if (why) {
		pr_err("xbench: cannot measure here: %s\n", why);
		return -EOPNOTSUPP;
	}
	return misc_register(&xbench_device);
}

static void __exit xbench_exit(void)
{
	misc_deregister(&xbench_device);
}

module_init(xbench_init);
module_exit(xbench_exit);

MODULE_DESCRIPTION("Ring-0 microbenchmarks for xbench");
MODULE_LICENSE("Dual MIT/GPL");
