#!/bin/sh
# Proves on a throw-away server that every rollback restores: smoke-test.sh [--component NAME] ...
set -eu
exec "$(dirname -- "$(readlink -f -- "$0")")/lockkeeper.sh" smoke "$@"
