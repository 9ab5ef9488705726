#!/bin/sh
# Compares the databases with what their history says they must be: validate-schema.sh [--environment NAME] ...
set -eu
exec "$(dirname -- "$(readlink -f -- "$0")")/lockkeeper.sh" drift "$@"
