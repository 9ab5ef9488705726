#!/bin/sh
# Runs a command of Lockkeeper on this project, from any folder: lockkeeper.sh COMMAND [ARGUMENT]... LOCKKEEPER names the launcher.
# What configs/migrate.env sets is set. The exit code is that of the command.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=${here%/scripts/db}
if [ -f "$root/configs/migrate.env" ]; then
    set -a
    # shellcheck source=/dev/null
    . "$root/configs/migrate.env"
    set +a
fi
exec "${LOCKKEEPER:-lockkeeper}" "$@" --project "$root"
