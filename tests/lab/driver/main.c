/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/*
 * main.c - fwquirk-labx64.efi: a good firmware and the words of \lab.txt in, a bad firmware out. A
 * boot-services driver that stays. Words are NAME or NAME=VALUE, blanks and line ends between them; each
 * is one defect, applied in that order. For tests only: it does to a firmware what its users hope never to meet.
 */
#include "lab.h"

#define TEXT_MAX 1024u
#define WORD_MAX 160u

#define DEFECTS(list) extern const struct defect list[];
#include "defects.h"
#undef DEFECTS

static const struct defect *const lists[] = {
#define DEFECTS(list) list,
#include "defects.h"
};

EFI_HANDLE lab_image;
EFI_SYSTEM_TABLE *lab_system;
EFI_BOOT_SERVICES *lab_boot;
EFI_BOOT_SERVICES lab_sane;
EFI_RUNTIME_SERVICES lab_sane_runtime;

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system);

/* \lab.txt of the volume that we come from, closed by NUL. */
static EFI_STATUS read_words(char text[TEXT_MAX])
{
	EFI_GUID image_guid = LOADED_IMAGE_PROTOCOL, volume_guid = SIMPLE_FILE_SYSTEM_PROTOCOL;
	EFI_FILE_IO_INTERFACE *volume;
	EFI_LOADED_IMAGE *self;
	EFI_FILE_HANDLE root, file;
	UINTN size = TEXT_MAX - 1;
	EFI_STATUS status;

	status = lab_boot->HandleProtocol(lab_image, &image_guid, (void **)&self);
	if (!EFI_ERROR(status))
		status = lab_boot->HandleProtocol(self->DeviceHandle, &volume_guid,
						  (void **)&volume);
	if (!EFI_ERROR(status))
		status = volume->OpenVolume(volume, &root);
	if (EFI_ERROR(status))
		return status;
	status = root->Open(root, &file, (CHAR16 *)u"\\lab.txt", EFI_FILE_MODE_READ, 0);
	if (!EFI_ERROR(status)) {
		status = file->Read(file, &size, text);
		file->Close(file);
	}
	root->Close(root);
	text[EFI_ERROR(status) ? 0 : size] = 0;
	return status;
}

static const struct defect *find(const char *word, size_t size)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (const struct defect *defect = lists[i]; defect->name; defect++) {
			size_t n = 0;

			while (n < size && defect->name[n] == word[n])
				n++;
			if (n == size && !defect->name[n])
				return defect;
		}
	return NULL;
}

static EFI_STATUS break_one(char *word)
{
	const struct defect *defect;
	EFI_STATUS status;
	size_t size = 0;

	while (word[size] && word[size] != '=')
		size++;
	defect = find(word, size);
	if (!defect) {
		lab_say("no such defect:");
		lab_say(word);
		return EFI_NOT_FOUND;
	}
	status = defect->break_it(word[size] ? word + size + 1 : word + size);
	lab_say(word);
	if (EFI_ERROR(status))
		lab_say_hex("this firmware cannot have it", status);
	return status;
}

EFI_STATUS EFIAPI efi_main(EFI_HANDLE image, EFI_SYSTEM_TABLE *system)
{
	static char text[TEXT_MAX];
	EFI_STATUS status;
	char *at = text;

	lab_image = image;
	lab_system = system;
	lab_boot = system->BootServices;
	lab_sane = *system->BootServices;
	lab_sane_runtime = *system->RuntimeServices;
	status = read_words(text);
	if (EFI_ERROR(status)) {
		lab_say_hex("cannot read \\lab.txt", status);
		return status;
	}
	while (*at) {
		char *word = at;

		while (*at && *at > ' ')
			at++;
		if (*at)
			*at++ = 0;
		if (*word && EFI_ERROR(break_one(word)))
			return EFI_UNSUPPORTED;
	}
	lab_say("broken");
	return EFI_SUCCESS;
}
