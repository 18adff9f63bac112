/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* fault_decide.c - a page fault, facts and a rule in, what becomes of it out; changes nothing */
#include <fwquirk/fault.h>

#define PAGE_ZERO_END 4096u
#define FIRST_PASS_ON 16u

static const char repair_names[] = "mapped\0made writable\0made executable\0stale translation\0";
static const char pass_on_names[] =
	"unusual\0page zero\0our own\0not handed out\0not wanted by the rule\0"
	"the owner's will\0budget used up\0no means\0";

const char *fault_answer_name(unsigned answer)
{
	const char *name = answer < FIRST_PASS_ON ? text_nth(repair_names, answer)
						  : text_nth(pass_on_names, answer - FIRST_PASS_ON);

	return *name ? name : "?";
}

bool fault_is_repair(unsigned answer)
{
	return answer < FIRST_PASS_ON;
}

static bool is_allowed(const struct fault *fault, const struct fault_facts *facts)
{
	switch (fault->access) {
	case FAULT_WRITE:
		return facts->mapped && facts->writable;
	case FAULT_EXECUTE:
		return facts->mapped && facts->executable;
	default:
		return facts->mapped;
	}
}

static struct fault_decision pass_on(enum fault_answer why)
{
	return (struct fault_decision){why, false, false};
}

/* What is never repaired, whatever the rule says; FAULT_MAPPED for none of it. */
static enum fault_answer never(const struct fault *fault, const struct fault_facts *facts,
			       const struct fault_rule *rule)
{
	if (fault->unusual)
		return FAULT_UNUSUAL;
	if (fault->address.at < PAGE_ZERO_END)
		return FAULT_PAGE_ZERO;
	if (facts->is_own)
		return FAULT_OWN;
	if (!facts->grant)
		return FAULT_NOT_HANDED;
	return facts->n_faults >= rule->budget ? FAULT_BUDGET : FAULT_MAPPED;
}

/* `bits`: any of these flags of the grant shows that the owner did not want it so. */
static struct fault_decision repair(enum fault_answer answer, bool wanted, uint32_t bits,
				    const struct grant *grant)
{
	if (!wanted)
		return pass_on(FAULT_NOT_WANTED);
	if (!(grant->flags & bits))
		return pass_on(FAULT_OWNERS_WILL);
	return (struct fault_decision){answer, true, false};
}

struct fault_decision fault_decide(const struct fault *fault, const struct fault_facts *facts,
				   const struct fault_rule *rule)
{
	const struct grant *grant = facts->grant;
	enum fault_answer why = never(fault, facts, rule);
	bool fetch = fault->access == FAULT_EXECUTE, may_execute, both;
	struct fault_decision decision;

	if (why != FAULT_MAPPED)
		return pass_on(why);
	if (is_allowed(fault, facts))
		return pass_on(FAULT_STALE);
	may_execute = rule->exec && grant->flags & GRANT_CODE;
	both = rule->wx && grant->flags & GRANT_CODE;
	if (fetch && !may_execute)
		return pass_on(FAULT_NOT_WANTED);
	if (!facts->mapped)
		decision = repair(FAULT_MAPPED, rule->map, GRANT_MISSING, grant);
	else if (fetch)
		decision = repair(FAULT_MADE_EXECUTABLE, true, GRANT_NOEXECUTE, grant);
	else
		decision = repair(FAULT_MADE_WRITABLE, rule->write || grant->flags & GRANT_EXECUTED,
				  GRANT_READONLY | GRANT_FREEING | GRANT_EXECUTED, grant);
	if (!fault_is_repair(decision.answer))
		return decision;
	decision.writable = !fetch || (both && (!facts->mapped || facts->writable));
	decision.executable = fetch || (both && (!facts->mapped || facts->executable));
	return decision;
}
