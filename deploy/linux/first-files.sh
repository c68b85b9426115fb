# shellcheck shell=sh disable=SC2016
# What an administrator finds after the first installation, and never again: a token that nobody else has, and a FAQ to write in.
first_files() {
    if [ ! -e /etc/groupdesk/groupdesk.env ]; then
        token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
        (umask 077 && printf '%s\n' \
            '# Secrets that groupdesk.yaml names as ${NAME}. The service reads them when it starts; nobody else can.' \
            "ONEBOT_TOKEN=$token" >/etc/groupdesk/groupdesk.env)
    fi
    if [ ! -d /var/lib/groupdesk ]; then
        install -d -m 0750 -o groupdesk -g groupdesk /var/lib/groupdesk
    fi
    if [ ! -e /var/lib/groupdesk/faq.yaml ]; then
        install -m 0640 -o groupdesk -g groupdesk /usr/share/groupdesk/faq.yaml /var/lib/groupdesk/faq.yaml
    fi
}
