/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* vocab.c - the words of vocab.def in both directions; never knows a word beyond that list */
#include <stdint.h>

#include <fwquirk/vocab.h>

/*
 * Names are lists for text_nth, in the order of vocab.def, so that firmware images need no
 * relocations for them. That order is the order of the numbers: asserted below, place by place.
 */
enum {
#define FIELD(number, id, name, kind, origin) PLACE_FIELD_##id,
#include <fwquirk/vocab.def>
};
enum {
#define OPERATOR(number, id, name, meaning) PLACE_OPERATOR_##id,
#include <fwquirk/vocab.def>
};
enum {
#define SCHEME(number, id, name, example) PLACE_SCHEME_##id,
#include <fwquirk/vocab.def>
};
enum {
#define DEFECT(number, id, name, meaning) PLACE_DEFECT_##id,
#include <fwquirk/vocab.def>
};
enum {
#define CONFIDENCE(number, id, name, meaning) PLACE_CONFIDENCE_##id,
#include <fwquirk/vocab.def>
};
enum {
#define MODE(number, id, name, meaning) PLACE_MODE_##id,
#include <fwquirk/vocab.def>
};
enum {
#define WX(number, id, name, meaning) PLACE_WX_##id,
#include <fwquirk/vocab.def>
};
enum {
#define WORKAROUND(number, id, name, wx, parameter, meaning) PLACE_WORKAROUND_##id,
#include <fwquirk/vocab.def>
};
enum {
#define PROBE(number, id, name, meaning) PLACE_PROBE_##id,
#include <fwquirk/vocab.def>
};
enum {
#define VERDICT(number, id, name, meaning) PLACE_VERDICT_##id,
#include <fwquirk/vocab.def>
};
/* Reasons leave a gap between matching and planning; each gap gets one place of its own. */
#define REASON_PLANNING 32
enum {
#define REASON(number, id, name, meaning) PLACE_REASON_##id,
#include <fwquirk/vocab.def>
	N_REASONS,
	N_MATCH_REASONS = PLACE_REASON_PROBE_NO,
};

enum {
#define EVENT(number, id, name, a, b, meaning) PLACE_EVENT_##id,
#include <fwquirk/vocab.def>
};

#define IN_PLACE(number, place)                              _Static_assert((number) == (place), #place " is out of order");
#define FIELD(number, id, name, kind, origin)                IN_PLACE(number, PLACE_FIELD_##id)
#define OPERATOR(number, id, name, meaning)                  IN_PLACE(number, PLACE_OPERATOR_##id)
#define SCHEME(number, id, name, example)                    IN_PLACE(number, PLACE_SCHEME_##id)
#define DEFECT(number, id, name, meaning)                    IN_PLACE(number, PLACE_DEFECT_##id)
#define CONFIDENCE(number, id, name, meaning)                IN_PLACE(number, PLACE_CONFIDENCE_##id)
#define MODE(number, id, name, meaning)                      IN_PLACE(number, PLACE_MODE_##id)
#define WX(number, id, name, meaning)                        IN_PLACE(number, PLACE_WX_##id)
#define WORKAROUND(number, id, name, wx, parameter, meaning) IN_PLACE(number, PLACE_WORKAROUND_##id)
#define PROBE(number, id, name, meaning)                     IN_PLACE(number, PLACE_PROBE_##id)
#define VERDICT(number, id, name, meaning)                   IN_PLACE(number, PLACE_VERDICT_##id)
#define EVENT(number, id, name, a, b, meaning)               IN_PLACE(number, PLACE_EVENT_##id)
#define REASON(number, id, name, meaning)                                                 \
	IN_PLACE((number) < REASON_PLANNING ? (number)                                    \
					    : (number)-REASON_PLANNING + N_MATCH_REASONS, \
		 PLACE_REASON_##id)
#include <fwquirk/vocab.def>

static const char field_names[] =
#define FIELD(number, id, name, kind, origin) name "\0"
#include <fwquirk/vocab.def>
	;
static const char operator_names[] =
#define OPERATOR(number, id, name, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
static const char scheme_names[] =
#define SCHEME(number, id, name, example) name "\0"
#include <fwquirk/vocab.def>
	;
static const char defect_names[] =
#define DEFECT(number, id, name, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
static const char defect_meanings[] =
#define DEFECT(number, id, name, meaning) meaning "\0"
#include <fwquirk/vocab.def>
	;
static const char confidence_names[] =
#define CONFIDENCE(number, id, name, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
static const char mode_names[] =
#define MODE(number, id, name, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
static const char wx_names[] =
#define WX(number, id, name, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
static const char workaround_names[] =
#define WORKAROUND(number, id, name, wx, parameter, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
static const char workaround_meanings[] =
#define WORKAROUND(number, id, name, wx, parameter, meaning) meaning "\0"
#include <fwquirk/vocab.def>
	;
static const char probe_names[] =
#define PROBE(number, id, name, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
static const char probe_meanings[] =
#define PROBE(number, id, name, meaning) meaning "\0"
#include <fwquirk/vocab.def>
	;
static const char verdict_names[] =
#define VERDICT(number, id, name, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
static const char verdict_meanings[] =
#define VERDICT(number, id, name, meaning) meaning "\0"
#include <fwquirk/vocab.def>
	;
static const char reason_names[] =
#define REASON(number, id, name, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
/* The first reason has no meaning to give; a blank keeps its place in the list. */
static const char match_reason_meanings[] = " "
#define MATCH_REASON(number, id, name, meaning) meaning "\0"
#include <fwquirk/vocab.def>
	;
static const char plan_reason_meanings[] =
#define MATCH_REASON(number, id, name, meaning)
#define REASON(number, id, name, meaning) meaning "\0"
#include <fwquirk/vocab.def>
	;
static const char event_names[] =
#define EVENT(number, id, name, a, b, meaning) name "\0"
#include <fwquirk/vocab.def>
	;
static const char event_meanings[] =
#define EVENT(number, id, name, a, b, meaning) meaning "\0"
#include <fwquirk/vocab.def>
	;
static const char event_a_names[] =
#define EVENT(number, id, name, a, b, meaning) a "\0"
#include <fwquirk/vocab.def>
	;
static const char event_b_names[] =
#define EVENT(number, id, name, a, b, meaning) b "\0"
#include <fwquirk/vocab.def>
	;

static const uint8_t field_kinds[] = {
#define FIELD(number, id, name, kind, origin) FIELD_KIND_##kind,
#include <fwquirk/vocab.def>
};
static const uint8_t workaround_classes[] = {
#define WORKAROUND(number, id, name, wx, parameter, meaning) WX_##wx,
#include <fwquirk/vocab.def>
};
static const uint8_t workaround_parameters[] = {
#define WORKAROUND(number, id, name, wx, parameter, meaning) PARAMETER_##parameter,
#include <fwquirk/vocab.def>
};

static const char *name_of(const char *names, unsigned number)
{
	const char *name = text_nth(names, number);

	return *name ? name : "?";
}

static bool number_of(const char *names, struct text name, unsigned *ret_number)
{
	const char *at = names;

	if (!name.size)
		return false;
	for (unsigned n = 0; *at; n++) {
		struct text word = text_of(at);

		if (text_is_same(word, name)) {
			*ret_number = n;
			return true;
		}
		at += word.size + 1;
	}
	return false;
}

/* Place of a reason in its lists; past their end for a number that nobody has. */
static unsigned reason_place(unsigned reason)
{
	if (reason < N_MATCH_REASONS)
		return reason;
	return reason < REASON_PLANNING ? N_REASONS : reason - REASON_PLANNING + N_MATCH_REASONS;
}

const char *field_name(unsigned field)
{
	return name_of(field_names, field);
}

const char *operator_name(unsigned operator_)
{
	return name_of(operator_names, operator_);
}

const char *scheme_name(unsigned scheme)
{
	return name_of(scheme_names, scheme);
}

const char *defect_name(unsigned defect)
{
	return name_of(defect_names, defect);
}

const char *confidence_name(unsigned confidence)
{
	return name_of(confidence_names, confidence);
}

const char *mode_name(unsigned mode)
{
	return name_of(mode_names, mode);
}

const char *wx_name(unsigned wx)
{
	return name_of(wx_names, wx);
}

const char *workaround_name(unsigned workaround)
{
	return name_of(workaround_names, workaround);
}

const char *probe_name(unsigned probe)
{
	return name_of(probe_names, probe);
}

const char *verdict_name(unsigned verdict)
{
	return name_of(verdict_names, verdict);
}

const char *reason_name(unsigned reason)
{
	return name_of(reason_names, reason_place(reason));
}

const char *defect_meaning(unsigned defect)
{
	return text_nth(defect_meanings, defect);
}

const char *workaround_meaning(unsigned workaround)
{
	return text_nth(workaround_meanings, workaround);
}

const char *probe_meaning(unsigned probe)
{
	return text_nth(probe_meanings, probe);
}

const char *verdict_meaning(unsigned verdict)
{
	return text_nth(verdict_meanings, verdict);
}

const char *event_name(unsigned event)
{
	return name_of(event_names, event);
}

const char *event_a_name(unsigned event)
{
	return name_of(event_a_names, event);
}

const char *event_b_name(unsigned event)
{
	return name_of(event_b_names, event);
}

const char *event_meaning(unsigned event)
{
	return text_nth(event_meanings, event);
}

const char *plan_reason_meaning(unsigned reason)
{
	return reason < REASON_PLANNING ? ""
					: text_nth(plan_reason_meanings, reason - REASON_PLANNING);
}

const char *reason_meaning(unsigned reason)
{
	if (reason >= REASON_PLANNING)
		return plan_reason_meaning(reason);
	return reason == REASON_NONE ? "" : text_nth(match_reason_meanings, reason);
}

bool reason_is_about_probe(unsigned reason)
{
	return reason == REASON_PROBE_NO || reason == REASON_PROBE_UNKNOWN ||
	       reason == REASON_PROBE_ABSENT;
}

enum field_kind field_kind(enum field field)
{
	return field < FIELD_COUNT ? (enum field_kind)field_kinds[field] : FIELD_KIND_TEXT;
}

enum wx workaround_wx(enum workaround workaround)
{
	/* What is not known is held to be the worst. */
	return workaround < WORKAROUND_COUNT ? (enum wx)workaround_classes[workaround] : WX_LOOSEN;
}

enum parameter_kind workaround_parameter(enum workaround workaround)
{
	return workaround < WORKAROUND_COUNT
		       ? (enum parameter_kind)workaround_parameters[workaround]
		       : PARAMETER_NONE;
}

#define FROM_NAME(stem, type)                                     \
	bool stem##_from_name(struct text name, type *ret_number) \
	{                                                         \
		unsigned number;                                  \
                                                                  \
		if (!number_of(stem##_names, name, &number))      \
			return false;                             \
		*ret_number = (type)number;                       \
		return true;                                      \
	}

FROM_NAME(field, enum field)
FROM_NAME(operator, enum operator_)
FROM_NAME(scheme, enum scheme)
FROM_NAME(defect, enum defect)
FROM_NAME(confidence, enum confidence)
FROM_NAME(mode, enum mode)
FROM_NAME(workaround, enum workaround)
FROM_NAME(probe, enum probe)
