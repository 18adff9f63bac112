/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* text_glob.c - a pattern and a text in, whether the whole text matches out; never recurses */
#include <fwquirk/text.h>

enum { PATTERN_END = -1, PATTERN_ANY_RUN = -2, PATTERN_MALFORMED = -3 };

/* One literal byte of a class or of the pattern: `c` was just read, a backslash takes the next. */
static int literal(struct text_fold *pattern, int c)
{
	return c == '\\' ? text_fold_next(pattern) : c;
}

/*
 * The class behind `[`, up to its `]`: whether `c` is in it, or PATTERN_MALFORMED. As in POSIX
 * (XCU 2.13.1) a `]` that comes first and a `-` that comes last stand for themselves.
 */
static int class_has(struct text_fold *pattern, int c)
{
	struct text_fold ahead = *pattern;
	bool negated = text_fold_next(&ahead) == '!', found = false;
	int low = text_fold_next(negated ? &ahead : pattern);

	if (negated)
		*pattern = ahead;
	do {
		int high = low = literal(pattern, low);

		ahead = *pattern;
		if (text_fold_next(&ahead) == '-') {
			int next = text_fold_next(&ahead);

			if (next != ']') {
				high = literal(&ahead, next);
				*pattern = ahead;
			}
		}
		if (low < 0 || high < low)
			return PATTERN_MALFORMED;
		found |= c >= low && c <= high;
		low = text_fold_next(pattern);
	} while (low != ']');
	return found != negated;
}

/*
 * Consumes one element of the pattern. 1 or 0: it matches the byte `c` or not (c is -1 at the end
 * of the text, which nothing but a run matches). Otherwise one of PATTERN_*.
 */
static int element(struct text_fold *pattern, int c)
{
	int p = text_fold_next(pattern);

	switch (p) {
	case -1:
		return PATTERN_END;
	case '*':
		return PATTERN_ANY_RUN;
	case '?':
		return c >= 0;
	case '[':
		p = class_has(pattern, c);
		return p < 0 ? p : p && c >= 0;
	default:
		p = literal(pattern, p);
		return p < 0 ? PATTERN_MALFORMED : p == c;
	}
}

bool text_glob_is_valid(struct text pattern)
{
	struct text_fold rest = text_fold_begin(pattern);
	int e;

	do {
		e = element(&rest, 0);
	} while (e >= 0 || e == PATTERN_ANY_RUN);
	return e == PATTERN_END;
}

bool text_glob(struct text text, struct text pattern)
{
	struct text_fold p = text_fold_begin(pattern), t = text_fold_begin(text);
	struct text_fold p_retry = p, t_retry = t;
	bool has_retry = false;

	if (!text_glob_is_valid(pattern))
		return false;
	for (;;) {
		struct text_fold t_here = t;
		int c = text_fold_next(&t);
		int e = element(&p, c);

		if (e == PATTERN_ANY_RUN) {
			/* Try the empty run first; only the last run ever needs another length. */
			p_retry = p;
			t = t_retry = t_here;
			has_retry = true;
		} else if (e <= 0) {
			if (c < 0)
				return e == PATTERN_END;
			if (!has_retry)
				return false;
			(void)text_fold_next(&t_retry);
			p = p_retry;
			t = t_retry;
		}
	}
}
