#!/bin/sh
# The rpm: before the files go; not when another version takes their place.
if [ "$1" -eq 0 ] && [ -d /run/systemd/system ]; then
    systemctl --no-reload disable --now groupdesk.service >/dev/null 2>&1 || :
fi
