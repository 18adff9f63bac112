#!/bin/bash
# zz_def.sh DEFECTS [words] -- qemu args
cd /work/wt/probes; BUILD=build2; . tests/boot/lib.sh
firmware_use ${GEN:-2025.02}
esp_new; esp_put build2/lab/labx64.efi /labx64.efi; esp_put "$EFI/fwquirk-askx64.efi" /ask.efi
printf '%s\n' $1 | esp_put - /lab.txt
if [[ $2 = *lab* ]]; then esp_script "ask.efi $2"; else esp_script 'load labx64.efi' "ask.efi $2"; fi
shift 2
boot 240 '^ask: end' "${WITH_PROTOCOL[@]}" "$@"
cp $LOG /tmp/def-$$.log
grep -aE "^lab|=yes|=no-answer|trace|changed|Exception" $LOG | grep -vE "^ask: (map-present|map-sets-readonly|free-readonly|map-refuses-unaligned|map-read-protect|stack-exec|image-|dxe-present|mat-present|pagetable-read)" | tr '\n' ';'; echo
