/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report_release.c - the release of a kernel in, the part that its builder did not name out */
#include <string.h>

#include "report_private.h"

static bool starts(struct text text, const char *part)
{
	return text.size >= strlen(part) && memcmp(text.at, part, strlen(part)) == 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What distributions call their kernels; digits may follow. Anything else is its builder's. */
static const char release_words[] =
	"rc\0generic\0amd64\0arm64\0x86_64\0aarch64\0riscv64\0loongarch64\0i686\0686\0arch\0lts\0"
	"zen\0hardened\0default\0pve\0cloud\0lowlatency\0oem\0azure\0aws\0gcp\0kvm\0pae\0rt\0fc\0"
	"el\0deb\0bpo\0mga\0gentoo\0void\0nixos\0chromeos\0surface\0asahi\0xanmod\0liquorix\0cachyo"
	"s\0"
	"MANJARO\0desktop\0server\0";

/* Length of the part at the start: digits, or one of the words and digits behind it; 0 for others.
 */
static size_t part_size(struct text text)
{
	size_t best = 0;

	for (unsigned i = 0; *text_nth(release_words, i); i++) {
		const char *word = text_nth(release_words, i);

		if (starts(text, word) && strlen(word) > best)
			best = strlen(word);
	}
	while (best < text.size && (is_digit(text.at[best]) ||
				    (text.at[best] == 'u' && best && is_digit(text.at[best - 1]))))
		best++;
	return best == text.size || strchr(".-+_~", text.at[best]) ? best : 0;
}

struct text report_kernel_release(struct text release)
{
	size_t at = 0, size = 0;

	while (at < release.size) {
		size_t part = part_size(text_sized(release.at + at, release.size - at));

		if (!part)
			break;
		at += part;
		size = at;
		if (at < release.size)
			at++;
	}
	return text_sized(release.at, size);
}

void report_add_kernel_release(struct report *report, struct text release)
{
	struct text known = report_kernel_release(release);

	if (known.size && is_digit(*known.at) && !report_find(report, REPORT_KERNEL, 0))
		report_add(report, REPORT_KERNEL, 0, known);
}
