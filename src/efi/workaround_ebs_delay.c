/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * workaround_ebs_delay.c - ebs-delay MS: time for what the firmware still has under way when the operating
 * system takes over. docs/workarounds/ebs-delay.md. Waits once.
 */
#include "events.h"
#include "exit_stages.h"
#include "firmware.h"
#include "workaround.h"

static uint64_t milliseconds;

static void wait(void)
{
	events_add(EVENT_EBS_DELAYED, milliseconds, 0, text_sized(NULL, 0));
	firmware.boot->Stall(milliseconds * 1000);
}

static const struct exit_stage stage = {wait, NULL};

static enum status apply(const struct action *action)
{
	milliseconds = action->parameter.a;
	return exit_stages_add(&stage);
}

static enum status undo(const struct action *action)
{
	(void)action;
	return exit_stages_remove(&stage, false);
}

static void hand_off(const struct action *action)
{
	(void)action;
	exit_stages_remove(&stage, true);
}

const struct workaround_steps workaround_ebs_delay = {exit_stages_check, apply, exit_stages_verify,
						      undo, hand_off};
