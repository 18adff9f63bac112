/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* reset_notification.h - EFI_RESET_NOTIFICATION_PROTOCOL, UEFI 2.10, "EFI Reset Notification Protocol"; no code */
#ifndef EFI_PROTO_RESET_NOTIFICATION_H
#define EFI_PROTO_RESET_NOTIFICATION_H

#include <efi.h>

/* Called by ResetSystem() before ExitBootServices(), with its arguments. */
typedef VOID(EFIAPI *reset_notify)(EFI_RESET_TYPE type, EFI_STATUS status, UINTN size, VOID *data);

struct reset_notification_protocol {
	EFI_STATUS(EFIAPI *register_notify)
	(struct reset_notification_protocol *this, reset_notify function);
	EFI_STATUS(EFIAPI *unregister_notify)
	(struct reset_notification_protocol *this, reset_notify function);
};

#define RESET_NOTIFICATION_PROTOCOL_GUID                               \
	{                                                              \
		0x9da34ae0, 0xeaf9, 0x4bbf,                            \
		{                                                      \
			0x8e, 0xc3, 0xfd, 0x60, 0x22, 0x6c, 0x44, 0xbe \
		}                                                      \
	}

#endif
