#!/bin/sh
# Measures apply and rollback beside traffic on a throw-away server: measure-window.sh [--window TIME] [--stall TIME] ...
set -eu
exec "$(dirname -- "$(readlink -f -- "$0")")/lockkeeper.sh" window "$@"
