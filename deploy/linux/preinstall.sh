#!/bin/sh
# Before the files are unpacked, of the Debian package and of the rpm: the service's account.
set -e

if ! getent group groupdesk >/dev/null; then
    groupadd --system groupdesk
fi
if ! getent passwd groupdesk >/dev/null; then
    useradd --system --gid groupdesk --home-dir /var/lib/groupdesk --no-create-home --shell /usr/sbin/nologin \
        --comment "groupdesk service" groupdesk
fi
