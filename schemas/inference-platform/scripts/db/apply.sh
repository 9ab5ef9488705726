#!/bin/sh
# Brings the databases of both components to the newest or a named version: apply.sh [--environment NAME] [--plan FILE] ...
set -eu
exec "$(dirname -- "$(readlink -f -- "$0")")/lockkeeper.sh" apply "$@"
