-- What every case of the differential test finds in its database.
create schema app authorization dl_owner;
create schema base;
grant usage, create on schema app, base, public to public;
create table base.log (event text, who text, session text, path text, mine text, style text, zone text);
create table public.loose_log (event text, who text);
create table app.loose_log (event text, who text);
grant all on base.log, public.loose_log, app.loose_log to public;
create function base.note() returns trigger language plpgsql as $$
begin
    insert into base.log values (tg_table_name || ' ' || tg_op, current_user, session_user,
        current_setting('search_path'), nullif(current_setting('my.x', true), ''), current_setting('datestyle'),
        current_setting('timezone'));
    return null;
end $$;
create function base.note_loosely() returns trigger language plpgsql as $$
begin
    insert into loose_log values (tg_table_name, current_user);
    return null;
end $$;
create table base.items (id int primary key, n int, t text, d date);
insert into base.items select g, g % 7, 'item ' || g, date '2024-01-01' + g from generate_series(1, 50) g;
create table base.children (id int primary key, item int references base.items deferrable initially deferred);
create table base.watched (id int, note text);
create constraint trigger watched_later after insert or update or delete on base.watched
    deferrable initially deferred for each row execute function base.note();
create table base.loose (id int);
create constraint trigger loose_later after insert on base.loose
    deferrable initially deferred for each row execute function base.note_loosely();
create table base.parts (id int, at date) partition by range (at);
create table base.parts_1 partition of base.parts for values from ('2024-01-01') to ('2024-02-01');
create table base.parts_2 partition of base.parts for values from ('2024-02-01') to ('2024-03-01');
create index parts_id on base.parts (id);
insert into base.parts select g, date '2024-01-01' + g from generate_series(0, 50) g;
create sequence base.numbers;
create type base.mood as enum ('sad', 'glad');
create materialized view base.totals as select n, count(*) as c from base.items group by n;
create unique index totals_n on base.totals (n);
create view base.shown as select id, n from base.items;
create procedure base.commits() language plpgsql as $$
begin
    insert into base.log (event) values ('before the commit');
    commit;
    insert into base.log (event) values ('after the commit');
end $$;
do $$
declare r record;
begin
    for r in select oid::regclass as name, relkind from pg_class
              where relnamespace = 'base'::regnamespace and relkind in ('r', 'p', 'm', 'v', 'S') loop
        execute format('alter %s %s owner to dl_owner',
            case r.relkind when 'm' then 'materialized view' when 'v' then 'view' when 'S' then 'sequence' else 'table' end,
            r.name);
        execute format('grant all on %s %s to public', case r.relkind when 'S' then 'sequence' else '' end, r.name);
    end loop;
    alter type base.mood owner to dl_owner;
end $$;
