#!/bin/bash
# Inside a Debian that systemd has booted: the life of the Debian package. deploy/check calls it there.
set -euxo pipefail
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
ip link set lo up 2>/dev/null || true

until_so() { for _ in $(seq 300); do "$@" && return; sleep 0.2; done; return 1; }
main_pid() { systemctl show -P MainPID groupdesk; }
answer() { python3 /check/onebot.py 8080 "$(sed -n 's/^ONEBOT_TOKEN=//p' /etc/groupdesk/groupdesk.env)" "$1" "$2"; }
says() { systemctl show -P StatusText groupdesk | grep "^$1"; }
restarts() { [ "$(systemctl show -P NRestarts groupdesk)" -ge 1 ]; }
another_pid() { [ "$(main_pid)" != "$first" ] && [ "$(main_pid)" != 0 ] && systemctl is-active --quiet groupdesk; }

# Install: it runs at once, with a token of its own, as a user of its own.
dpkg -i /check/old.deb
systemctl is-active groupdesk
systemctl is-enabled groupdesk
first="$(main_pid)"
[ "$(stat -c %U "/proc/$first")" = groupdesk ]
[ "$(stat -c %a /etc/groupdesk/groupdesk.env)" = 600 ]
until_so says failing # nobody is connected
answer '这个机器人能做什么' '请人来回答'
answer '转人工' '#1'
groupdesk tickets --config /etc/groupdesk/groupdesk.yaml list | grep '#1\|^1'
groupdesk health --config /etc/groupdesk/groupdesk.yaml --json | grep '"qq"' || true

# Upgrade with a store in use, and with files that were edited: it is another process, and all is still there.
echo '# edited' >>/etc/groupdesk/groupdesk.yaml
echo '# edited' >>/var/lib/groupdesk/faq.yaml
token="$(cat /etc/groupdesk/groupdesk.env)"
dpkg -i /check/new.deb
until_so another_pid
[ "$(tail -n 1 /etc/groupdesk/groupdesk.yaml)" = '# edited' ]
[ "$(tail -n 1 /var/lib/groupdesk/faq.yaml)" = '# edited' ]
[ "$(cat /etc/groupdesk/groupdesk.env)" = "$token" ]
groupdesk tickets --config /etc/groupdesk/groupdesk.yaml list | grep '#1\|^1'
answer '这个机器人能做什么' '请人来回答'

# A program that hangs is started again.
mkdir -p /run/systemd/system/groupdesk.service.d
printf '[Service]\nWatchdogSec=5\nTimeoutAbortSec=2\n' >/run/systemd/system/groupdesk.service.d/check.conf
systemctl daemon-reload
systemctl restart groupdesk
first="$(main_pid)"
kill -STOP "$first"
until_so restarts
until_so another_pid
answer '这个机器人能做什么' '请人来回答'

# Stop: what is in hand is finished, and nothing says that it failed.
systemctl stop groupdesk
[ "$(systemctl show -P Result groupdesk)" = success ]
systemctl start groupdesk

# Remove keeps what an administrator wrote; purge keeps nothing.
dpkg -r groupdesk
[ ! -e /usr/bin/groupdesk ]
if systemctl is-active --quiet groupdesk; then exit 1; fi
[ -e /etc/groupdesk/groupdesk.yaml ] && [ -e /var/lib/groupdesk/groupdesk.db ]
dpkg -i /check/new.deb
systemctl status --no-pager groupdesk || { systemctl is-enabled groupdesk; ls -l /etc/systemd/system /etc/systemd/system/*.wants; deb-systemd-invoke restart groupdesk.service; }
systemctl is-active groupdesk
groupdesk tickets --config /etc/groupdesk/groupdesk.yaml list | grep '#1\|^1'
dpkg -P groupdesk
[ ! -e /etc/groupdesk ] && [ ! -e /var/lib/groupdesk ]
if find /etc/systemd /var/lib/systemd -name '*groupdesk*' | grep .; then exit 1; fi

echo 'installed, started by systemd, answered, upgraded with a store in use, restarted when it hung, removed, purged' >/check/done
