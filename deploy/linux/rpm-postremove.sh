#!/bin/sh
# The rpm: after the files are gone. After an upgrade what runs is started anew.
if [ -d /run/systemd/system ]; then
    systemctl daemon-reload >/dev/null 2>&1 || :
    if [ "$1" -ge 1 ]; then
        systemctl try-restart groupdesk.service >/dev/null 2>&1 || :
    fi
fi
