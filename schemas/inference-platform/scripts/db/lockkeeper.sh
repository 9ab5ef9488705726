#!/bin/sh
# Runs a command of Lockkeeper on this project, from any folder: lockkeeper.sh COMMAND [ARGUMENT]... LOCKKEEPER names the launcher.
# What configs/migrate.env sets is set, MIGRATE_ENVIRONMENT is the environment where none is named. The exit code is that of the command.
set -eu

# The file is read, not run: a password may hold what means something to a shell.
lk_read() {
    lk_number=0
    lk_return=$(printf '\r')
    while IFS= read -r lk_line || [ -n "$lk_line" ]; do
        lk_number=$((lk_number + 1))
        lk_line=${lk_line%"$lk_return"}
        case $lk_line in
            '' | '#'*) continue ;;
        esac
        lk_name=${lk_line%%=*}
        case $lk_name in
            "$lk_line" | '' | [0-9]* | *[!A-Z0-9_]*)
                echo "error: line $lk_number of $1 is no NAME=VALUE with a name in capitals" >&2
                exit 2
                ;;
        esac
        lk_value=${lk_line#*=}
        case $lk_value in
            \'*\' | \"*\")
                lk_value=${lk_value#?}
                lk_value=${lk_value%?}
                ;;
        esac
        export "$lk_name=$lk_value"
    done <"$1"
}

lk_root=$(dirname -- "$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")")
if [ -f "$lk_root/configs/migrate.env" ]; then
    lk_read "$lk_root/configs/migrate.env"
fi

# Whoever leaves the environment out would have the rules of none.
lk_environment=${MIGRATE_ENVIRONMENT:-}
for lk_argument in "$@"; do
    case $lk_argument in
        --environment | --environment=* | --plan | --plan=* | --help | -h) lk_environment=named ;;
    esac
done
case ${1:-} in
    apply | rollback | status | plan | drift | seed | retain | repair | adopt | baseline)
        if [ -z "$lk_environment" ]; then
            echo "error: nobody says which environment this is" >&2
            echo "  = help: add --environment NAME, or set MIGRATE_ENVIRONMENT in configs/migrate.env; configs/migrate.yaml has the names" >&2
            exit 2
        fi
        [ "$lk_environment" = named ] || set -- "$@" --environment "$lk_environment"
        ;;
esac
lk_launcher=${LOCKKEEPER:-lockkeeper}
if ! command -v -- "$lk_launcher" >/dev/null; then
    echo "error: there is no program $lk_launcher" >&2
    echo "  = help: put lockkeeper on the PATH, or set LOCKKEEPER to its path, here or in configs/migrate.env" >&2
    exit 127
fi
exec "$lk_launcher" "$@" --project "$lk_root"
