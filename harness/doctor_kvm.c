// SPDX-License-Identifier: MIT
/* doctor_kvm.c: what kind of /dev/kvm this is, and what ring 0 can do in it. */
#include <stdio.h>
#include <string.h>
#include "doctor.h"

/* What the rows of two chains in it say of themselves. */
static bool tell_kind(struct doctor *doctor)
{
	static const char *const names[] = { "add_chain", "imul_chain", NULL };
	struct csv_file file = { 0 };
	const char *fidelity = "";
	size_t i;
	bool done = doctor_measure(doctor, names, XB_ON_KVM, 1, &file);

	for (i = 0; i < file.nr_rows; i++)
		if (!strcmp(file.rows[i].status, "ok"))
			fidelity = file.rows[i].fidelity;
	if (!done)
		;
	else if (!strcmp(fidelity, "native"))
		doctor_tell(
			doctor, DOCTOR_OK, "/dev/kvm", "real",
			"Its guest runs on the CPU: ring-0 figures are the CPU's where a row says native.",
			NULL);
	else if (!strcmp(fidelity, "emulated"))
		doctor_tell(
			doctor, DOCTOR_CAUTION, "/dev/kvm", "interpreting",
			"It interprets ring 0: such figures are of the interpreter, and rows say emulated.  Ring 3 is not touched by it.",
			"for ring 0, use a machine whose KVM has VMX or SVM");
	else
		doctor_tell(
			doctor, DOCTOR_CAUTION, "/dev/kvm",
			*fidelity ? "of unknown kind" : "measures nothing",
			"Nothing here shows whether ring 0 runs on the CPU.",
			"a kernel from 5.14 on counts KVM's exits");
	csv_free(&file);
	return done;
}

bool doctor_kvm(struct doctor *doctor)
{
	struct backend_error err = { "" };

	if (backend_kvm.open(&err)) {
		doctor_tell(
			doctor, DOCTOR_CAUTION, "/dev/kvm", "not usable",
			"Ring-0 benchmarks are skipped; ring 3 needs nothing of it.",
			err.text);
		return true;
	}
	backend_kvm.close();
	if (!tell_kind(doctor))
		return false;
	if (backend_kvm.open(&err))
		return true;
	doctor_probes(doctor, &backend_kvm);
	backend_kvm.close();
	return true;
}
