#!/bin/sh
# Which migrations are applied, which are pending: status.sh [--environment NAME] [--check] ...
set -eu
exec "$(dirname -- "$(readlink -f -- "$0")")/lockkeeper.sh" status "$@"
