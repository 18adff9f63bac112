/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * spoil.c - takes one thing away from the firmware, starts the driver, says what came of it, and puts the
 * thing back. An application for tests/efi/refusals.t.
 *
 * Load options: WHAT and the driver's path, two words behind our own name.
 */
#include <fwquirk/journal.h>
#include <fwquirk/text.h>

#include "look.h"
#include "map.h"

#define MAX_CHARS  128u
#define LINE_CHARS 200u
#define N_WORDS    3u
#define N_CHUNKS   4096u

static const EFI_GUID smbios_guids[] = {
	{0xf2fd1544, 0x9794, 0x4a2c, {0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94}},
	{0xeb9d2d31, 0x2d88, 0x11d3, {0x9a, 0x16, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}},
};
static const EFI_GUID map_guid = MEMORY_ATTRIBUTE_PROTOCOL_GUID;
static const EFI_GUID fwquirk_guid = {
	0x7e1a2f5c, 0x93d4, 0x4b0e, {0x8c, 0x61, 0x5d, 0x0f, 0x9a, 0x3b, 0x7e, 0x42}};

const char program[] = "spoil";

static CHAR16 journal_name[] = u"FwquirkJournal";

/* What one kind of damage replaced. */
static struct {
	void *smbios[2];
	EFI_SET_VARIABLE set_variable;
	EFI_SIMPLE_TEXT_OUT_PROTOCOL *console;
	EFI_CREATE_EVENT create_event;
	EFI_ALLOCATE_PAGES allocate_pages;
	EFI_ALLOCATE_POOL allocate_pool;
	UINT32 crc;
	struct memory_attribute_protocol map;
} kept;

static uint8_t entry[32];

/* ---- the damage ------------------------------------------------------------------------------- */

static void *smbios_table(unsigned which)
{
	EFI_SYSTEM_TABLE *system = firmware.system;

	for (UINTN i = 0; i < system->NumberOfTableEntries; i++)
		if (guid_is(&system->ConfigurationTable[i].VendorGuid, &smbios_guids[which]))
			return system->ConfigurationTable[i].VendorTable;
	return NULL;
}

static void smbios_install(unsigned which, void *table)
{
	EFI_GUID guid = smbios_guids[which];

	if (kept.smbios[which])
		firmware.boot->InstallConfigurationTable(&guid, table);
}

/* NULL removes the tables. */
static void smbios_replace(void *table)
{
	for (unsigned i = 0; i < 2; i++) {
		kept.smbios[i] = smbios_table(i);
		smbios_install(i, table);
	}
}

static void no_smbios(void)
{
	smbios_replace(NULL);
}

/* Canonical, and beyond what any firmware maps. */
static void smbios_nowhere(void)
{
	smbios_replace((void *)0x7ffffffff000);
}

static void smbios_damaged(void)
{
	void *whole = smbios_table(0) ? smbios_table(0) : smbios_table(1);

	firmware.boot->CopyMem(entry, whole, sizeof(entry));
	entry[8] ^= 0x40; /* a version that the checksum does not know of */
	smbios_replace(entry);
}

/* The entry point is right and names a table beyond what is mapped. */
static void smbios_table_nowhere(void)
{
	static const uint8_t made[24] = {'_',  'S',  'M',  '3',  '_',  0,    24, 3,
					 0,    0,    1,    0,    0,    1,    0,  0,
					 0x00, 0xf0, 0xff, 0xff, 0xff, 0x7f, 0,  0};
	uint8_t sum = 0;

	for (unsigned i = 0; i < sizeof(made); i++)
		sum = (uint8_t)(sum + (entry[i] = made[i]));
	entry[5] = (uint8_t)-sum;
	smbios_replace(entry);
}

static EFI_STATUS EFIAPI refuse_variable(CHAR16 *name, EFI_GUID *vendor, UINT32 attributes,
					 UINTN size, VOID *data)
{
	(void)name;
	(void)vendor;
	(void)attributes;
	(void)size;
	(void)data;
	return EFI_WRITE_PROTECTED;
}

static void no_variables(void)
{
	kept.set_variable = firmware.system->RuntimeServices->SetVariable;
	firmware.system->RuntimeServices->SetVariable = refuse_variable;
}

static void no_console(void)
{
	kept.console = firmware.system->ConOut;
	firmware.system->ConOut = NULL;
}

static EFI_STATUS EFIAPI set_lies(struct memory_attribute_protocol *this, EFI_PHYSICAL_ADDRESS base,
				  UINT64 length, UINT64 attributes)
{
	(void)this;
	(void)base;
	(void)length;
	(void)attributes;
	return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI get_lies(struct memory_attribute_protocol *this, EFI_PHYSICAL_ADDRESS base,
				  UINT64 length, UINT64 *ret_attributes)
{
	(void)this;
	(void)base;
	(void)length;
	*ret_attributes = MEMORY_ATTRIBUTE_RO;
	return EFI_SUCCESS;
}

/* Says that pages are read-only; they are not. */
static void map_lies(void)
{
	struct memory_attribute_protocol *map = firmware_locate(&map_guid);

	if (!map)
		return;
	kept.map = *map;
	map->set = set_lies;
	map->get = get_lies;
}

/* Not what the table's checksum was made for: somebody before us has been careless. */
static void crc_wrong(void)
{
	kept.crc = firmware.boot->Hdr.CRC32;
	firmware.boot->Hdr.CRC32 ^= 1;
}

static EFI_STATUS EFIAPI refuse_event(UINT32 type, EFI_TPL tpl, EFI_EVENT_NOTIFY notify,
				      VOID *context, EFI_EVENT *event)
{
	(void)type;
	(void)tpl;
	(void)notify;
	(void)context;
	(void)event;
	return EFI_OUT_OF_RESOURCES;
}

static void no_events(void)
{
	kept.create_event = firmware.boot->CreateEvent;
	firmware.boot->CreateEvent = refuse_event;
}

static EFI_STATUS EFIAPI refuse_pages(EFI_ALLOCATE_TYPE how, EFI_MEMORY_TYPE type, UINTN n_pages,
				      EFI_PHYSICAL_ADDRESS *memory)
{
	(void)how;
	(void)type;
	(void)n_pages;
	(void)memory;
	return EFI_OUT_OF_RESOURCES;
}

static EFI_STATUS EFIAPI refuse_pool(EFI_MEMORY_TYPE type, UINTN size, VOID **buffer)
{
	(void)type;
	(void)size;
	(void)buffer;
	return EFI_OUT_OF_RESOURCES;
}

static void no_memory(void)
{
	kept.allocate_pages = firmware.boot->AllocatePages;
	kept.allocate_pool = firmware.boot->AllocatePool;
	firmware.boot->AllocatePages = refuse_pages;
	firmware.boot->AllocatePool = refuse_pool;
}

/*
 * As firmware with a policy has it: free memory is not executable. What is loaded after this cannot
 * run, so it is the last thing that a boot does.
 */
static void forbid_execution(void)
{
	static struct {
		virt_t first;
		UINTN n_pages;
	} chunk[N_CHUNKS];
	unsigned n = 0;

	/* Down to the last page: also the holes. */
	for (UINTN n_pages = 128; n_pages > 0; n_pages /= 2)
		while (n < N_CHUNKS && firmware_allocate(EfiBootServicesData, n_pages,
							 &chunk[n].first) == STATUS_OK) {
			map_set_no_execute(chunk[n].first, n_pages * 4096);
			chunk[n++].n_pages = n_pages;
		}
	while (n > 0) {
		n--;
		firmware_free(chunk[n].first, chunk[n].n_pages);
	}
}

static void nothing(void)
{
}

static const struct {
	const char *name;
	void (*spoil)(void);
} kinds[] = {
	{"nothing", nothing},
	{"no-smbios", no_smbios},
	{"smbios-nowhere", smbios_nowhere},
	{"smbios-damaged", smbios_damaged},
	{"smbios-table-nowhere", smbios_table_nowhere},
	{"no-variables", no_variables},
	{"no-console", no_console},
	{"map-lies", map_lies},
	{"crc-wrong", crc_wrong},
	{"no-events", no_events},
	{"no-memory", no_memory},
	{"forbid-execution", forbid_execution},
};

static void put_back(void)
{
	struct memory_attribute_protocol *map = firmware_locate(&map_guid);

	for (unsigned i = 0; i < 2; i++)
		smbios_install(i, kept.smbios[i]);
	if (kept.set_variable)
		firmware.system->RuntimeServices->SetVariable = kept.set_variable;
	if (kept.console)
		firmware.system->ConOut = kept.console;
	if (kept.map.set)
		*map = kept.map;
	if (kept.crc)
		firmware.boot->Hdr.CRC32 = kept.crc;
	if (kept.create_event)
		firmware.boot->CreateEvent = kept.create_event;
	if (kept.allocate_pages) {
		firmware.boot->AllocatePages = kept.allocate_pages;
		firmware.boot->AllocatePool = kept.allocate_pool;
	}
}

/* ---- what came of it -------------------------------------------------------------------------- */

static void say_rule(struct span payload)
{
	char room[LINE_CHARS];
	struct text_buffer line = text_buffer_of(room, sizeof(room));
	struct journal_rule rule;

	if (!journal_read_rule(payload, &rule) || rule.verdict == VERDICT_NOT_APPLICABLE)
		return;
	text_append_u64(&line, rule.rule_id);
	text_append_char(&line, ' ');
	text_append_c(&line, verdict_name(rule.verdict));
	text_append_char(&line, ' ');
	text_append_c(&line, reason_name(rule.reason));
	say("rule", text_sized(line.at, line.size));
}

static void say_record(const struct journal_record *record)
{
	struct journal_table table;

	switch (record->tag) {
	case JOURNAL_NOTE:
		say("note", text_sized((const char *)record->payload.at, record->payload.size));
		break;
	case JOURNAL_TABLE:
		if (journal_read_table(record->payload, &table))
			say_c("table", status_text(table.why));
		break;
	case JOURNAL_RULE:
		say_rule(record->payload);
		break;
	default:
		break;
	}
}

static void say_journal(void)
{
	static uint8_t bytes[JOURNAL_MAX_SIZE];
	struct journal_record record;
	UINTN size = sizeof(bytes);
	EFI_GUID guid = fwquirk_guid;
	struct span cursor;

	if (EFI_ERROR(firmware.system->RuntimeServices->GetVariable(journal_name, &guid, NULL,
								    &size, bytes)) ||
	    journal_open(span_of(bytes, size), &cursor) != STATUS_OK) {
		say_c("journal", "none");
		return;
	}
	while (journal_next(&cursor, &record) == STATUS_OK)
		say_record(&record);
}

/* ---- the driver ------------------------------------------------------------------------------- */

static EFI_STATUS read_file(EFI_HANDLE volume, CHAR16 *path, void **ret_bytes, UINTN *ret_size)
{
	EFI_GUID guid = SIMPLE_FILE_SYSTEM_PROTOCOL;
	EFI_FILE_IO_INTERFACE *files;
	EFI_FILE_HANDLE root, file;
	EFI_STATUS status;

	status = firmware.boot->HandleProtocol(volume, &guid, (void **)&files);
	if (EFI_ERROR(status))
		return status;
	status = files->OpenVolume(files, &root);
	if (EFI_ERROR(status))
		return status;
	status = root->Open(root, &file, path, EFI_FILE_MODE_READ, 0);
	if (EFI_ERROR(status))
		return status;
	*ret_size = 1024 * 1024;
	status = firmware.boot->AllocatePool(EfiLoaderData, *ret_size, ret_bytes);
	if (!EFI_ERROR(status))
		status = file->Read(file, ret_size, *ret_bytes);
	file->Close(file);
	root->Close(root);
	return status;
}

static EFI_STATUS load(EFI_HANDLE volume, CHAR16 *path, EFI_HANDLE *ret_image)
{
	static EFI_DEVICE_PATH_PROTOCOL none = {
		END_DEVICE_PATH_TYPE, END_ENTIRE_DEVICE_PATH_SUBTYPE, {sizeof(none), 0}};
	EFI_STATUS status;
	void *bytes;
	UINTN size;

	status = read_file(volume, path, &bytes, &size);
	if (EFI_ERROR(status))
		return status;
	status = firmware.boot->LoadImage(FALSE, firmware.image, &none, bytes, size, ret_image);
	firmware.boot->FreePool(bytes);
	return status;
}

/* Words of the load options; each NUL-terminated in `room`. */
static unsigned words_of(const CHAR16 *options, UINTN n, CHAR16 room[MAX_CHARS],
			 CHAR16 *words[N_WORDS])
{
	unsigned n_words = 0;
	bool in_word = false;

	for (UINTN i = 0; i < n && i < MAX_CHARS - 1; i++) {
		room[i] = options[i] == ' ' ? 0 : options[i];
		if (room[i] && !in_word && n_words < N_WORDS)
			words[n_words++] = &room[i];
		in_word = room[i] != 0;
	}
	return n_words;
}

static bool spoil(const CHAR16 *what)
{
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const char *name = kinds[i].name;
		UINTN at = 0;

		while (name[at] && (CHAR16)name[at] == what[at])
			at++;
		if (name[at] || what[at])
			continue;
		say_c("what", name);
		kinds[i].spoil();
		return true;
	}
	return false;
}

static const char *result(EFI_STATUS status)
{
	return status == EFI_SUCCESS ? "success" : status == EFI_ABORTED ? "aborted" : "error";
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	EFI_GUID guid = LOADED_IMAGE_PROTOCOL;
	CHAR16 room[MAX_CHARS] = {0}, *words[N_WORDS];
	EFI_LOADED_IMAGE_PROTOCOL *self;
	EFI_HANDLE driver;
	EFI_STATUS status;

	firmware_begin(image, system);
	status = firmware.boot->HandleProtocol(image, &guid, (void **)&self);
	if (EFI_ERROR(status))
		return status;
	if (words_of(self->LoadOptions, self->LoadOptionsSize / sizeof(CHAR16), room, words) <
	    N_WORDS)
		return EFI_INVALID_PARAMETER;
	status = load(self->DeviceHandle, words[2], &driver);
	if (EFI_ERROR(status) || !spoil(words[1])) {
		say_c("error", "cannot load the driver, or do not know how to spoil that");
		return EFI_INVALID_PARAMETER;
	}
	status = firmware.boot->StartImage(driver, NULL, NULL);
	put_back();
	say_c("start", result(status));
	say_journal();
	if (!EFI_ERROR(status)) {
		free_and_look(EfiLoaderCode, "freed", false);
		free_and_look(EfiLoaderCode, "freed-readonly", true);
	}
	say_c("end", "");
	return EFI_SUCCESS;
}
