#!/bin/sh
# Every night's reports. A line for `crontab -e`, with the project's folder, in which clients.yaml lies:
#
#   15 2 * * *  sh /srv/clients/cron.sh /srv/clients
#
# A run whose forerunner still works ends at once. Where a report fails, cron mails what was printed.
set -u
cd "$1" || exit 2
exec 9>.batch.lock
flock --nonblock 9 || exit 0
"${VALUELIB:-.venv/bin/valuelib}" batch clients.yaml --out reports --skip-unchanged --keep-going --log run.jsonl >batch.out 2>&1
status=$?
[ "$status" -eq 0 ] || cat batch.out
exit "$status"
