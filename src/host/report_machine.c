/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* report_machine.c - what only the running system can tell; never a name of host or user */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/utsname.h>

#include <fwquirk/host/file.h>

#include "report_private.h"

/* syslog(2): read all messages that are left in the ring buffer; its size. */
#define SYSLOG_READ_ALL    3
#define SYSLOG_SIZE_BUFFER 10

bool report_kernel_log(char **ret_log, size_t *ret_size, char **ret_error)
{
	int room = klogctl(SYSLOG_SIZE_BUFFER, NULL, 0), size;
	char *log;

	if (room <= 0)
		return file_error(ret_error, "the kernel log: %s", strerror(errno));
	log = malloc((size_t)room);
	if (!log)
		return file_error(ret_error, "the kernel log: out of memory");
	size = klogctl(SYSLOG_READ_ALL, log, room);
	if (size < 0) {
		free(log);
		return file_error(ret_error, "the kernel log: %s%s", strerror(errno),
				  errno == EPERM ? "; as root it can be read" : "");
	}
	*ret_log = log;
	*ret_size = (size_t)size;
	return true;
}

void report_add_machine(struct report *report, const char *system_root)
{
	struct utsname name;
	char path[4096];
	uint8_t *bytes;
	size_t size;
	char *error;

	if (uname(&name) == 0)
		report_add_kernel_release(report, text_of(name.release));
	/* Linux Documentation/ABI/testing/sysfs-firmware-efi. */
	snprintf(path, sizeof(path), "%s/firmware/efi/fw_platform_size", system_root);
	if (!file_read(path, 64, &bytes, &size, &error)) {
		free(error);
		return;
	}
	report_add(report, REPORT_EFI_BITS, 0,
		   text_sized((char *)bytes, size && bytes[size - 1] == '\n' ? size - 1 : size));
	free(bytes);
}
