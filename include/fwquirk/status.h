/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* status.h - the one set of results that base, core and the borders return */
#ifndef FWQUIRK_STATUS_H
#define FWQUIRK_STATUS_H

/*
 * Zero is success. Everything else leaves the outputs (`ret_*`) of the call untouched.
 * EFI_STATUS and errno are turned into one of these at the border and never travel further in.
 */
enum status {
	STATUS_OK = 0,
	STATUS_END,         /* an iteration came to its regular end */
	STATUS_ABSENT,      /* the thing asked for is not there; nobody claims that it should be */
	STATUS_TRUNCATED,   /* bytes end before the structure they announce */
	STATUS_MALFORMED,   /* bytes are there and break the format */
	STATUS_CHECKSUM,    /* format holds, checksum does not */
	STATUS_BYTE_ORDER,  /* made for the other byte order */
	STATUS_TOO_NEW,     /* a version that this code does not know */
	STATUS_UNPARSABLE,  /* a text that its scheme cannot read: no claim is made about it */
	STATUS_NO_SPACE,    /* the caller's buffer or the machine's memory is too small */
	STATUS_UNSUPPORTED, /* the machine or this build cannot do it */
	STATUS_REFUSED,     /* it could be done and must not be: policy or a precondition */
	STATUS_FAILED,      /* it was tried and the read-back shows that it did not happen */
	STATUS_COUNT
};

/* A short English phrase for messages ("bytes end too early"); never NULL, static storage. */
const char *status_text(enum status status);

#endif
