#!/bin/sh
# The Debian package: after the files are unpacked. What debhelper writes for a service that is enabled and started.
set -e

@FIRST_FILES@

case "$1" in
configure | abort-upgrade | abort-deconfigure | abort-remove)
    first_files
    deb-systemd-helper unmask groupdesk.service >/dev/null || true
    if deb-systemd-helper --quiet was-enabled groupdesk.service; then
        deb-systemd-helper enable groupdesk.service >/dev/null || true
    else
        deb-systemd-helper update-state groupdesk.service >/dev/null || true
    fi
    if [ -d /run/systemd/system ]; then
        systemctl --system daemon-reload >/dev/null || true
        if [ -n "$2" ]; then
            deb-systemd-invoke restart groupdesk.service >/dev/null || true
        else
            deb-systemd-invoke start groupdesk.service >/dev/null || true
        fi
    fi
    ;;
esac
