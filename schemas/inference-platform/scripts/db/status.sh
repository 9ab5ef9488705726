#!/bin/sh
# Which migrations are applied, which are pending: status.sh [--environment NAME] [--check] ...
set -eu
exec "$(dirname -- "$0")/lockkeeper.sh" status "$@"
