#!/usr/bin/env bash
# beside.sh SCHEMASPY.jar DRIVER.jar HOST PORT DATABASE USER [ROUNDS]: documents of the schema public by SchemaSpy, which needs
# Graphviz, and by lockkeeper, in turn. PGPASSWORD holds the password. Prints seconds, CPU seconds and peak kB of each process.
set -eu
jar=$1 driver=$2 host=$3 port=$4 database=$5 user=$6 rounds=${7:-3}
lockkeeper=$(cd "$(dirname "$0")/../.." && pwd)/lockkeeper
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
url=postgresql://$user@$host:$port/$database
measured() {
    name=$1
    shift
    /usr/bin/time -o "$work/time" -f "$name %e %U+%S %M" "$@" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    cat "$work/time"
}
for _ in $(seq "$rounds"); do
    rm -rf "$work/theirs" "$work/ours"
    mkdir -p "$work/ours"
    measured schemaspy java -jar "$jar" -t pgsql11 -host "$host" -port "$port" -db "$database" -u "$user" -p "$PGPASSWORD" \
        -s public -o "$work/theirs" -dp "$driver"
    measured docs "$lockkeeper" docs generate --database "$url" --out "$work/ours/docs" --html "$work/ours/docs.html"
    measured erd "$lockkeeper" erd --database "$url" --out "$work/ours/erd"
    du -sk "$work/theirs" "$work/ours" | sed "s|$work/||"
done
