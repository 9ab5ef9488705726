#!/bin/sh
# Takes a component back: rollback.sh --component NAME [--steps N | --to VERSION] ...
set -eu
exec "$(dirname -- "$(readlink -f -- "$0")")/lockkeeper.sh" rollback "$@"
