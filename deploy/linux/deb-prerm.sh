#!/bin/sh
# The Debian package: before the files go. An upgrade leaves the service running until the new files are there.
set -e

if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    deb-systemd-invoke stop groupdesk.service >/dev/null || true
fi
