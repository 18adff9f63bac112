/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* platform_fake.c - actions in, a record of calls out; touches no machine */
#include "fake/platform_fake.h"

struct platform_fake platform_fake;

static struct platform_call call_of(enum platform_step step, const struct action *action)
{
	return (struct platform_call){
		.step = step, .workaround = action->workaround, .a = action->parameter.a};
}

static bool is_same(const struct platform_call *a, const struct platform_call *b)
{
	return a->workaround == b->workaround && a->a == b->a;
}

/* Writes the call down and says how it ends. */
static enum status record(enum platform_step step, const struct action *action)
{
	if (platform_fake.n_calls < PLATFORM_FAKE_CALLS)
		platform_fake.call[platform_fake.n_calls] = call_of(step, action);
	if (++platform_fake.n_calls == platform_fake.fail_at)
		return platform_fake.fail_with ? platform_fake.fail_with : STATUS_FAILED;
	return platform_fake.answer[step][action->workaround];
}

static bool was_checked(const struct action *action)
{
	struct platform_call wanted = call_of(STEP_CHECK, action);

	for (unsigned i = 0; i < platform_fake.n_calls && i < PLATFORM_FAKE_CALLS; i++)
		if (platform_fake.call[i].step == STEP_CHECK &&
		    is_same(&platform_fake.call[i], &wanted))
			return true;
	return false;
}

static bool is_changed(const struct action *action)
{
	struct platform_call wanted = call_of(STEP_APPLY, action);

	for (unsigned i = 0; i < platform_fake.n_changes; i++)
		if (is_same(&platform_fake.change[i], &wanted))
			return true;
	return false;
}

enum status platform_check(const struct action *action)
{
	return record(STEP_CHECK, action);
}

enum status platform_apply(const struct action *action)
{
	platform_fake.n_misuses += !was_checked(action) || is_changed(action);
	enum status status = record(STEP_APPLY, action);

	if (!status && !platform_fake.has_no_effect &&
	    platform_fake.n_changes < PLATFORM_FAKE_CHANGES)
		platform_fake.change[platform_fake.n_changes++] = call_of(STEP_APPLY, action);
	return status;
}

enum status platform_verify(const struct action *action)
{
	enum status status = record(STEP_VERIFY, action);

	if (!status && !is_changed(action))
		return STATUS_FAILED;
	return status;
}

enum status platform_undo(const struct action *action)
{
	struct platform_call undone = call_of(STEP_UNDO, action);
	enum status status = record(STEP_UNDO, action);

	if (platform_fake.has_no_effect)
		return status;
	if (!platform_fake.n_changes ||
	    !is_same(&platform_fake.change[platform_fake.n_changes - 1], &undone)) {
		platform_fake.n_misuses++;
		return STATUS_FAILED;
	}
	if (!status)
		platform_fake.n_changes--;
	return status;
}
