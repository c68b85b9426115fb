#!/bin/sh
# The Debian package: after the files are gone. `purge` leaves nothing but the account, which may still own files elsewhere.
set -e

if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = remove ] && command -v deb-systemd-helper >/dev/null; then
    deb-systemd-helper mask groupdesk.service >/dev/null || true
fi
if [ "$1" = purge ]; then
    if command -v deb-systemd-helper >/dev/null; then
        deb-systemd-helper purge groupdesk.service >/dev/null || true
        deb-systemd-helper unmask groupdesk.service >/dev/null || true
    fi
    rm -f /etc/groupdesk/groupdesk.env
    rm -rf /var/lib/groupdesk
    rmdir --ignore-fail-on-non-empty /etc/groupdesk 2>/dev/null || true
fi
