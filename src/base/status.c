/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* status.c - a status in, a phrase for people out; never says where it happened, the caller does */
#include <fwquirk/status.h>

const char *status_text(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return "success";
	case STATUS_END:
		return "no more";
	case STATUS_ABSENT:
		return "not there";
	case STATUS_TRUNCATED:
		return "bytes end too early";
	case STATUS_MALFORMED:
		return "malformed";
	case STATUS_CHECKSUM:
		return "wrong checksum";
	case STATUS_BYTE_ORDER:
		return "made for the other byte order";
	case STATUS_TOO_NEW:
		return "a newer version than this program knows";
	case STATUS_UNPARSABLE:
		return "cannot be read under its scheme";
	case STATUS_NO_SPACE:
		return "not enough space";
	case STATUS_UNSUPPORTED:
		return "not supported here";
	case STATUS_REFUSED:
		return "refused";
	case STATUS_FAILED:
		return "tried without effect";
	case STATUS_COUNT:
		break;
	}
	return "unknown status";
}
