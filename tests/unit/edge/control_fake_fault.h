/* SPDX-License-Identifier: MIT */
/* The faults that control_fake.h knows of: one that is there, two that are over. */
#ifndef TESTS_CONTROL_FAKE_FAULT_H
#define TESTS_CONTROL_FAKE_FAULT_H

#include "civil.h"
#include "control.h"

static bool fake_past_fault(void *context, size_t index, struct control_past_fault *ret)
{
	if (!context || index > 2)
		return false;
	ret->code = index == 0 ? "clock-untrusted" : "device-gone";
	ret->message = "text";
	ret->first_us = INT64_C(1717195490) * CIVIL_US;
	ret->last_us = ret->first_us + 10 * CIVIL_US;
	ret->count = (unsigned)index + 1;
	ret->over = index > 0;
	return true;
}

#endif
