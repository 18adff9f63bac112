/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* vocab.h - vocab.def as enumerations and as names in both directions */
#ifndef FWQUIRK_VOCAB_H
#define FWQUIRK_VOCAB_H

#include <stdbool.h>
#include <stddef.h>

#include <fwquirk/text.h>

enum field {
#define FIELD(number, id, name, kind, origin) FIELD_##id = (number),
#include <fwquirk/vocab.def>
	FIELD_COUNT
};

enum field_kind { FIELD_KIND_TEXT, FIELD_KIND_NUMBER, FIELD_KIND_DATE };

enum operator_ {
#define OPERATOR(number, id, name, meaning) OPERATOR_##id = (number),
#include <fwquirk/vocab.def>
	OPERATOR_COUNT
};

enum scheme {
#define SCHEME(number, id, name, example) SCHEME_##id = (number),
#include <fwquirk/vocab.def>
	SCHEME_COUNT
};

enum defect {
#define DEFECT(number, id, name, meaning) DEFECT_##id = (number),
#include <fwquirk/vocab.def>
	DEFECT_COUNT
};

enum confidence {
#define CONFIDENCE(number, id, name, meaning) CONFIDENCE_##id = (number),
#include <fwquirk/vocab.def>
	CONFIDENCE_COUNT
};

enum mode {
#define MODE(number, id, name, meaning) MODE_##id = (number),
#include <fwquirk/vocab.def>
	MODE_COUNT
};

enum wx {
#define WX(number, id, name, meaning) WX_##id = (number),
#include <fwquirk/vocab.def>
	WX_COUNT
};

enum workaround {
#define WORKAROUND(number, id, name, wx, parameter, meaning) WORKAROUND_##id = (number),
#include <fwquirk/vocab.def>
	WORKAROUND_COUNT
};

enum parameter_kind {
	PARAMETER_NONE,
	PARAMETER_RANGE,        /* 0xFIRST..0xLAST, both included, in bytes */
	PARAMETER_ADDRESS,      /* 0xADDRESS */
	PARAMETER_COUNT,        /* decimal */
	PARAMETER_MILLISECONDS, /* decimal */
	PARAMETER_SERVICES,     /* names of runtime services, packed as the mask of UEFI 2.10
				   section 4.6.2 */
	PARAMETER_GUID,         /* 8-4-4-4-12, packed as EFI_GUID */
	PARAMETER_TEXT,         /* "quoted" */
};

enum probe {
#define PROBE(number, id, name, meaning) PROBE_##id = (number),
#include <fwquirk/vocab.def>
	PROBE_COUNT
};

enum verdict {
#define VERDICT(number, id, name, meaning) VERDICT_##id = (number),
#include <fwquirk/vocab.def>
	VERDICT_COUNT
};

enum reason {
#define REASON(number, id, name, meaning) REASON_##id = (number),
#include <fwquirk/vocab.def>
	REASON_COUNT
};

enum event {
#define EVENT(number, id, name, a, b, meaning) EVENT_##id = (number),
#include <fwquirk/vocab.def>
	EVENT_COUNT
};

/*
 * Number to name, for printing. An unknown number (from a newer journal or table) gives "?"; never
 * NULL, static storage.
 */
const char *field_name(unsigned field);
const char *operator_name(unsigned operator_);
const char *scheme_name(unsigned scheme);
const char *defect_name(unsigned defect);
const char *confidence_name(unsigned confidence);
const char *mode_name(unsigned mode);
const char *wx_name(unsigned wx);
const char *workaround_name(unsigned workaround);
const char *probe_name(unsigned probe);
const char *verdict_name(unsigned verdict);
const char *reason_name(unsigned reason);
const char *event_name(unsigned event);
/* What its numbers are, for JSON keys; "-" for none. */
const char *event_a_name(unsigned event);
const char *event_b_name(unsigned event);
/* The longer phrase beside it in vocab.def; "" for an unknown number. */
const char *defect_meaning(unsigned defect);
const char *workaround_meaning(unsigned workaround);
const char *probe_meaning(unsigned probe);
const char *verdict_meaning(unsigned verdict);
const char *reason_meaning(unsigned reason);
/* The same of reasons that a matched rule can have (REASON_PROBE_NO and up), without the words of the others. */
const char *plan_reason_meaning(unsigned reason);
const char *event_meaning(unsigned event);

/* What `detail` of a verdict with this reason is: a probe; else, from REASON_PROBE_NO on, a workaround. */
bool reason_is_about_probe(unsigned reason);

enum field_kind field_kind(enum field field);
enum wx workaround_wx(enum workaround workaround);
enum parameter_kind workaround_parameter(enum workaround workaround);

/* Name to number; exact, case counts. False and untouched when there is no such word. */
bool field_from_name(struct text name, enum field *ret_field);
bool operator_from_name(struct text name, enum operator_ *ret_operator);
bool scheme_from_name(struct text name, enum scheme *ret_scheme);
bool defect_from_name(struct text name, enum defect *ret_defect);
bool confidence_from_name(struct text name, enum confidence *ret_confidence);
bool mode_from_name(struct text name, enum mode *ret_mode);
bool workaround_from_name(struct text name, enum workaround *ret_workaround);
bool probe_from_name(struct text name, enum probe *ret_probe);

#endif
