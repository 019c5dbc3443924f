# SPDX-License-Identifier: GPL-2.0 OR MIT
# payload.mk: the one list of payload objects; Kbuild and CMake read it.
XB_PAYLOADS := base fence msr gs irq ring mm slow_switch irqs_on_entry sysret_exit gs_entry user_return_msr
