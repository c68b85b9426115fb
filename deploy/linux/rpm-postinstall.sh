#!/bin/sh
# The rpm: after the files are unpacked. As Fedora's macros do, it starts nothing that nobody asked for.
@FIRST_FILES@

first_files
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload >/dev/null 2>&1 || :
    if [ "$1" -eq 1 ]; then
        systemctl --no-reload preset groupdesk.service >/dev/null 2>&1 || :
    fi
fi
