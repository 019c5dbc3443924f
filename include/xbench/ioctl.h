/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* ioctl.h: /dev/xbench, the helper module's device. */
#ifndef XBENCH_IOCTL_H
#define XBENCH_IOCTL_H

#include <linux/ioctl.h>
#include <xbench/abi.h>

#define XB_DEVICE "/dev/xbench"

/*
 * One request of the mailbox: copied in, one chunk with interrupts off, copied
 * out.  0 if ring 0 answered, whatever its status; else -1 and errno:
 *
 *   EFAULT  the mailbox cannot be read or written
 *   EPROTO  `version` is not the module's XB_ABI_VERSION
 *   EXDEV   the caller may run on more than one CPU: pin it, and again if
 *           that CPU went off line
 *   EAGAIN  a guest's system call registers were still in the CPU; they are
 *           gone on the way back from this call: make it again
 *   EINTR   a signal came while another thread's chunk ran
 *   EIO     the chunk did not leave the CPU as it was; the kernel log says
 *           what, and that it was put back
 *   ENOTTY  another request, or a mailbox of another size
 *
 * open() gives EPERM without CAP_SYS_RAWIO or in a kernel that is locked
 * down, and EBUSY while somebody else has the device open.
 */
#define XB_IOCTL_RUN _IOWR('X', 0x42, struct xb_mailbox)

#endif
