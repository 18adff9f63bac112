/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * probe_main.c - fwquirk-probex64.efi: asks the firmware everything there is to ask, shows it, and writes a report
 * beside itself on its own volume. Changes nothing of the machine, applies no rule; the report carries no secret.
 */
#include <fwquirk/pagetable.h>

#include "console.h"
#include "find_identity.h"
#include "firmware.h"
#include "own_image.h"
#include "probe_report.h"
#include "probes.h"

#define REPORT_NAME    u"fwquirk-report.txt"
#define REPORT_ROOM    24576u
#define PATH_MAX_CHARS 256u
#define LINE_SIZE      160u
/* In units of 100 ns: what is shown must not be wiped away at once by what comes next. */
#define WAIT_FOR_KEY 300000000ull

static char report_room[REPORT_ROOM];

static void say(struct text_buffer *text)
{
	console_line(text_sized(text->at, text->size));
	text->size = 0;
}

static void say_two(const char *first, struct text second)
{
	char room[LINE_SIZE];
	struct text_buffer text = text_buffer_of(room, sizeof(room));

	text_append_c(&text, first);
	text_append_escaped(&text, second);
	say(&text);
}

static void show_identity(const struct identity *identity, enum status smbios)
{
	static const uint8_t shown[] = {FIELD_SYS_VENDOR,  FIELD_PRODUCT_NAME, FIELD_BOARD_NAME,
					FIELD_BIOS_VENDOR, FIELD_BIOS_VERSION, FIELD_BIOS_DATE,
					FIELD_EFI_VENDOR,  FIELD_UEFI_REVISION};
	char room[LINE_SIZE];
	struct text_buffer text = text_buffer_of(room, sizeof(room));

	if (smbios != STATUS_OK)
		say_two("no SMBIOS table: ", text_of(status_text(smbios)));
	for (size_t i = 0; i < sizeof(shown); i++) {
		if (!(identity->present & 1u << shown[i]))
			continue;
		text_append_c(&text, field_name(shown[i]));
		text_append_c(&text, " = ");
		text_append_escaped(&text, identity->field[shown[i]]);
		say(&text);
	}
}

static void show_answers(const struct probe_vector *probes)
{
	unsigned n[4] = {0};
	char room[LINE_SIZE];
	struct text_buffer text = text_buffer_of(room, sizeof(room));

	for (unsigned probe = 0; probe < PROBE_COUNT; probe++) {
		unsigned answer = probes->answer[probe];

		n[answer]++;
		if (answer == PROBE_ANSWER_NO)
			continue;
		text_append_c(&text, probe_name(probe));
		text_append_c(&text, answer == PROBE_ANSWER_YES ? ": " : ": could not tell: ");
		text_append_c(&text, probe_meaning(probe));
		say(&text);
	}
	text_append_u64(&text, PROBE_COUNT);
	text_append_c(&text, " probes: ");
	text_append_u64(&text, n[PROBE_ANSWER_YES]);
	text_append_c(&text, " yes, ");
	text_append_u64(&text, n[PROBE_ANSWER_NO]);
	text_append_c(&text, " no, ");
	text_append_u64(&text, n[PROBE_NO_ANSWER]);
	text_append_c(&text, " without an answer");
	say(&text);
}

static void show_memory(const struct memory_summary *memory)
{
	char room[LINE_SIZE];
	struct text_buffer text = text_buffer_of(room, sizeof(room));
	uint64_t n = 0;

	for (unsigned type = 0; type < 17; type++)
		n += memory->n_descriptors[type];
	text_append_c(&text, "memory map: ");
	text_append_u64(&text, n);
	text_append_c(&text, " descriptors, ");
	text_append_u64(&text, memory->n_pages[MEMORY_CONVENTIONAL] / 256);
	text_append_c(&text, " MiB free; pages mapped");
	for (unsigned i = 0; i < 4; i++) {
		text_append_char(&text, ' ');
		text_append_c(&text, permission_name(i));
		text_append_char(&text, ' ');
		text_append_u64(&text, memory->mapped[i]);
	}
	say(&text);
}

/* REPORT_NAME in the folder that our own file is in; in the topmost one where we do not know it. */
static void path_beside(struct wide own, CHAR16 path[PATH_MAX_CHARS])
{
	static const CHAR16 name[] = REPORT_NAME;
	UINTN n = 0;

	for (UINTN i = 0; i < own.size && i < PATH_MAX_CHARS - sizeof(name) / sizeof(name[0]);
	     i++) {
		path[i] = own.at[i] == '/' ? u'\\' : own.at[i];
		if (path[i] == u'\\')
			n = i + 1;
	}
	if (!n)
		path[n++] = u'\\';
	for (UINTN i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		path[n++] = name[i];
}

/* A file of that name is replaced, not written over: it may have been longer. */
static EFI_STATUS write_into(EFI_FILE_HANDLE root, CHAR16 *path, const struct text_buffer *report)
{
	UINT64 mode = EFI_FILE_MODE_READ | EFI_FILE_MODE_WRITE;
	UINTN size = report->size;
	EFI_FILE_HANDLE file;
	EFI_STATUS status;

	if (!EFI_ERROR(root->Open(root, &file, path, mode, 0)))
		file->Delete(file);
	status = root->Open(root, &file, path, mode | EFI_FILE_MODE_CREATE, 0);
	if (EFI_ERROR(status))
		return status;
	status = file->Write(file, &size, report->at);
	if (!EFI_ERROR(status))
		status = size == report->size ? file->Flush(file) : EFI_VOLUME_FULL;
	file->Close(file);
	return status;
}

static EFI_STATUS write_report(const struct text_buffer *report, CHAR16 path[PATH_MAX_CHARS])
{
	EFI_GUID guid = SIMPLE_FILE_SYSTEM_PROTOCOL;
	EFI_FILE_IO_INTERFACE *volume;
	struct own_image own;
	EFI_FILE_HANDLE root;
	EFI_STATUS status;

	if (own_image_find(&own) != STATUS_OK)
		return EFI_NOT_FOUND;
	path_beside(own.path, path);
	status = firmware.boot->HandleProtocol(own.volume, &guid, (void **)&volume);
	if (!EFI_ERROR(status))
		status = volume->OpenVolume(volume, &root);
	if (EFI_ERROR(status))
		return status;
	status = write_into(root, path, report);
	root->Close(root);
	return status;
}

static void save(const struct text_buffer *report)
{
	CHAR16 path[PATH_MAX_CHARS] = {0};
	EFI_STATUS status = report->overflow ? EFI_BUFFER_TOO_SMALL : write_report(report, path);
	char room[LINE_SIZE];
	struct text_buffer text = text_buffer_of(room, sizeof(room));

	text_append_c(&text, EFI_ERROR(status) ? "the report could not be written: " : "report: ");
	if (EFI_ERROR(status))
		text_append_c(&text, status_text(status_from_efi(status)));
	for (UINTN i = 0; !EFI_ERROR(status) && path[i]; i++)
		text_append_char(&text, path[i] < 0x7f ? (char)path[i] : '?');
	say(&text);
}

/* A key, or half a minute. Without a console or a timer it goes on at once. */
static void wait_for_key(void)
{
	EFI_BOOT_SERVICES *boot = firmware.boot;
	EFI_EVENT events[2];
	EFI_INPUT_KEY key;
	UINTN which;

	if (!firmware.system->ConIn)
		return;
	events[0] = firmware.system->ConIn->WaitForKey;
	if (EFI_ERROR(boot->CreateEvent(EVT_TIMER, TPL_APPLICATION, NULL, NULL, &events[1])))
		return;
	if (!EFI_ERROR(boot->SetTimer(events[1], TimerRelative, WAIT_FOR_KEY))) {
		console_line_c("press a key, or wait half a minute");
		if (!EFI_ERROR(boot->WaitForEvent(2, events, &which)) && which == 0)
			firmware.system->ConIn->ReadKeyStroke(firmware.system->ConIn, &key);
	}
	boot->CloseEvent(events[1]);
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	static struct identity identity;
	static struct memory_summary memory;
	static struct probe_vector probes;
	struct text_buffer report = text_buffer_of(report_room, sizeof(report_room));
	enum status smbios;

	firmware_begin(image, system);
	console_line_c("asking the firmware; nothing is changed");
	smbios = find_identity(&identity);
	memory_summary_take(&memory);
	probes_run(PROBES_ALL, &probes);
	show_identity(&identity, smbios);
	show_answers(&probes);
	show_memory(&memory);
	probe_report_write(&report, &identity, &probes, &memory);
	save(&report);
	wait_for_key();
	return EFI_SUCCESS;
}
