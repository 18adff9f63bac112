#!/usr/bin/env bash
# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# lab.t - the laboratory itself: a defect that is asked for is there, one that does not exist is refused, and the
# machine's identity reaches the rules.

. "$(dirname "$0")/lab.sh"
need_file "$EFI/fwquirk-censusx64.efi"

lab_one 2025.02 || skip_all "$why"
LAB_FILES=("$EFI/fwquirk-censusx64.efi")

lab_boot without 'protocol-absent' 120 '^now: end' 'fwquirk-census.efi'
expect '^lab: broken' 'the driver of the lab stays'
expect '^now: map-protocol=absent' 'protocol-absent: the protocol is gone'

lab_boot without '' 120 '^now: end' 'fwquirk-census.efi'
expect '^now: map-protocol=present' 'as it is: the protocol is there'
expect '^now: sys-vendor=fwquirk lab' 'the machine is one of the lab'

LAB_SANE=1 lab_boot without 'no-such-defect' 120 '^now: end' 'fwquirk-census.efi'
expect '^lab: no such defect' 'a defect that does not exist is said'
reject '^lab: broken' 'and nothing counts as broken'

lab_boot with '' 120 '^record: end' 'record.efi'
is "$(lab_verdict FWQ-9000)" 'observed no-workaround' 'the rules of the lab are in our driver, and what it decided can be read'
lab_machine nothing 2.0
lab_boot with '' 120 '^record: end' 'record.efi'
is "$(lab_verdict FWQ-9000)" 'not-applicable since-fixed' 'a version later the rule does not apply'

done_testing
