#!/bin/sh
# Writes a history of N migrations (350 without an argument) into the folder DIR: tables, columns, indexes, constraints and views, each
# with its way back. For: history.sh DIR [N]; lockkeeper smoke --migrations DIR; lockkeeper rehearse --migrations DIR
set -eu
dir=$1
count=${2:-350}
mkdir -p "$dir"
i=1
while [ "$i" -le "$count" ]; do
    t=$(((i + 4) / 5))
    case $((i % 5)) in
    1) up="create table t$t (id bigint generated always as identity primary key, a int, b text);" down="drop table t$t;" ;;
    2) up="alter table t$t add c int not null default 7; comment on column t$t.c is 'seven';" down="alter table t$t drop c;" ;;
    3) up="create index t${t}_a on t$t (a); create index t${t}_b on t$t (b);" down="drop index t${t}_a, t${t}_b;" ;;
    4) up="alter table t$t add constraint t${t}_c check (c > 0); alter table t$t alter a type bigint;" \
        down="alter table t$t alter a type int; alter table t$t drop constraint t${t}_c;" ;;
    *) up="create view v$t as select id, a from t$t;" down="drop view v$t;" ;;
    esac
    printf '%s\n' "$up" >"$dir/V${i}__m$i.sql"
    printf '%s\n' "$down" >"$dir/U${i}__m$i.sql"
    i=$((i + 1))
done
