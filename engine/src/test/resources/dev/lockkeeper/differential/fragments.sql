--- NAME | KIND | ROOTS | more
--- Kinds: prelude (sets something up for what follows it in its script), leave (leaves something in the session), act (does
--- something), outside (does something that no transaction block lets through), flaw (fails in psql too), refused (is
--- refused), probe (tells what the session looks like).
--- more: shared (changes what the databases of a server share), superuser (needs one), outside (as the kind), own (brings its own transaction), alone (no other text in
--- its script), from=N and to=N (server versions), login=NAME (logs in as), place=NAME (settings of role or database).
--- In the text {n} is a number that no other fragment of the case has, {cr} {tab} {bom} are what they say.

--- settings | probe | R2
create table if not exists base.seen (part text, what text, value text);
grant all on base.seen to public;
insert into base.seen select '{n}', name, setting from pg_catalog.pg_settings
 where name not in ('application_name', 'lock_timeout', 'extra_float_digits', 'client_connection_check_interval')
   and name !~ '^(tcp_|plpgsql\.)' and context in ('user', 'superuser')
union all select '{n}', 'shortest floats', ((pg_catalog.current_setting('extra_float_digits'))::int > 0)::text
union all select '{n}', 'users', pg_catalog.concat_ws(' ', session_user, current_user)
union all select '{n}', 'my.x', nullif(pg_catalog.current_setting('my.x', true), '')
union all select '{n}', 'my.kept', nullif(pg_catalog.current_setting('my.kept', true), '')
union all select '{n}', 'transaction', pg_catalog.current_setting('transaction_isolation')
union all select '{n}', 'writes', pg_catalog.current_setting('transaction_read_only')
union all select '{n}', 'schemas', pg_catalog.current_schemas(false)::text
union all select '{n}', 'prepared ' || name, '' from pg_catalog.pg_prepared_statements
union all select '{n}', 'cursor ' || name, '' from pg_catalog.pg_cursors where name like 'left%'
union all select '{n}', 'listening', c from pg_catalog.pg_listening_channels() c
union all select '{n}', 'temporary ' || relname, relkind::text from pg_catalog.pg_class
 where relnamespace = pg_catalog.pg_my_temp_schema()
union all select '{n}', 'temporary function ' || proname, '' from pg_catalog.pg_proc
 where pronamespace = pg_catalog.pg_my_temp_schema()
union all select '{n}', 'lock ' || objid, mode from pg_catalog.pg_locks
 where locktype = 'advisory' and pid = pg_catalog.pg_backend_pid() and objid between 7000 and 7999;

--- texts | probe | R2 R5
create table if not exists base.texts (part text, a text, b text, c text, d text, e text, f text);
grant all on base.texts to public;
insert into base.texts values ('{n}', (timestamptz '2024-03-04 05:06:07+00')::text, (date '2024-03-04')::text,
    (interval '1 year 2 days 03:04')::text, ('\x00ff'::bytea)::text, (0.1::float8 + 0.2::float8)::text, null);
insert into base.texts (part, a, b) values ('{n} read', ('03/04/2024'::date - date '2024-01-01')::text,
    extract(epoch from '2024-03-04 05:06:07'::timestamptz)::text);

--- tables | probe | R2
create table t{n} (id int, made_by text default current_user);
insert into t{n} values (1);
insert into base.log (event, who) select '{n} in', pg_catalog.current_schema();

--- lastval | probe | R2
do $$ begin
    insert into base.log (event, mine) values ('lastval {n}', lastval()::text);
exception when object_not_in_prerequisite_state then
    insert into base.log (event, mine) values ('lastval {n}', 'none');
end $$;

--- triggers-fire | probe | R2
insert into base.watched values (1, '{n}');
insert into base.loose values (1);

--- foreign-key-holds | probe | R2
insert into base.children values (100{n}, 1);

--- prepares-again | probe | R2
prepare left_plan as select 2;
execute left_plan;

--- declares-again | probe | R2
declare left_cursor cursor for select 1;
fetch left_cursor;
close left_cursor;

--- items-of-the-path | probe | R2
create table if not exists shadowed as select 'new {n}' as source;
insert into base.log (event, mine) select 'found', source from shadowed;

--- placeholder-of-a-module | probe | R2
set plpgsql.nobody_knows = 'x';
insert into base.log (event) values ('set {n}');

--- customs-never-set | probe | R2
insert into base.log (event, mine) select '{n} ' || name, pg_catalog.quote_nullable(pg_catalog.current_setting(name, true))
  from (values ('my.x'), ('my.kept'), ('my.other')) v (name);

--- prelude-none | prelude | R2
select 1;

--- prelude-path | prelude | R2 R3
set search_path = app;

--- prelude-path-by-function | prelude | R2 R3
select set_config('search_path', 'app, public', false);

--- prelude-empty-path | prelude | R2 R3
select pg_catalog.set_config('search_path', 'base', false);

--- prelude-local-path | prelude | R2 R3
set local search_path = app;

--- prelude-role | prelude | R2 R3
set role dl_owner;

--- prelude-session-authorization | prelude | R2 R3
set session authorization dl_owner;

--- prelude-custom | prelude | R2 R3
set my.x = 'hello; -- world';

--- prelude-datestyle | prelude | R2 R5
set datestyle = 'German, DMY';

--- prelude-timezone | prelude | R2
set timezone = 'Asia/Kathmandu';

--- prelude-interval | prelude | R2
set time zone interval '-05:30' hour to minute;

--- prelude-path-and-role | prelude | R2 R3
set search_path to app, "$user";
set role "dl_owner";

--- prelude-role-by-function | prelude | R2 R3
select set_config('role', 'dl_owner', false);

--- prelude-setting-in-do | prelude | R2 R3
do $$ begin perform set_config('search_path', 'app', false); set my.x = 'from do'; end $$;

--- prelude-setting-of-function | prelude | R2 R3
create function pg_temp.choose() returns void language plpgsql set my.y = 'inner' as $$
begin set search_path = app; end $$;
select pg_temp.choose();

--- prelude-replica | prelude | R2 | superuser
set session_replication_role = replica;

--- prelude-session-isolation | prelude | R2
set session characteristics as transaction isolation level repeatable read;

--- prelude-encoding | prelude | R5
set client_encoding = 'LATIN1';

--- prelude-names | prelude | R5
set names 'UTF8';

--- prelude-bytea | prelude | R2
set bytea_output = escape;
set intervalstyle = iso_8601;
set extra_float_digits = -3;

--- leaves-prepared | leave | R2
prepare left_plan as select 1;

--- leaves-cursor | leave | R2
declare left_cursor cursor with hold for select id from base.items order by id;

--- leaves-temporary-table | leave | R2
create temp table shadowed as select 'temporary'::text as source;

--- leaves-temporary-view | leave | R2
create temporary view shadowed as select 'temporary view'::text as source;

--- leaves-temporary-function | leave | R2
create function pg_temp.left_function() returns int language sql as 'select 1';

--- leaves-temporary-type | leave | R2
create type pg_temp.left_type as (a int);

--- leaves-dropped-temporary-table | leave | R2
create temp table gone{n} (id int) on commit preserve rows;
drop table gone{n};

--- leaves-listening | leave | R2
listen left_channel;
notify left_channel, 'hello';

--- leaves-advisory-lock | leave | R2
select pg_advisory_lock(7001);
select pg_advisory_lock_shared(7002);

--- leaves-currval | leave | R2
select nextval('base.numbers');

--- leaves-serial | leave | R2
create table serial{n} (id bigint generated always as identity, n int);
insert into serial{n} (n) values (1), (2);

--- leaves-path | leave | R2
set search_path = app, pg_catalog;

--- leaves-role | leave | R2
set role dl_owner;

--- leaves-session-authorization | leave | R2 | superuser
set session authorization dl_reader;

--- leaves-custom | leave | R2
set my.kept = 'left behind';

--- leaves-custom-locally | leave | R2
set local my.kept = 'left behind';
select set_config('my.x', 'y', true);

--- leaves-datestyle | leave | R2 R5
set datestyle = 'SQL, DMY';

--- leaves-timezone | leave | R2
set timezone to 'America/St_Johns';

--- leaves-encoding | leave | R5
set client_encoding to LATIN1;

--- leaves-read-only | leave | R2
set default_transaction_read_only = on;

--- leaves-isolation | leave | R2
set session characteristics as transaction isolation level serializable, read write, deferrable;

--- leaves-constraints-deferred | leave | R2
set constraints all deferred;

--- leaves-replica | leave | R2 | superuser
set session_replication_role = replica;

--- leaves-many-settings | leave | R2
set transform_null_equals = on; set array_nulls = off; set bytea_output = escape; set xmloption = document;
set check_function_bodies = off; set row_security = off; set work_mem = '1MB'; set intervalstyle = 'sql_standard';
set default_statistics_target = 7; set lc_monetary = 'C'; set default_toast_compression = 'pglz';

--- leaves-strings | leave | R5
set standard_conforming_strings = off;

--- leaves-statement-timeout | leave | R2 R8
set statement_timeout = '90s';
set idle_in_transaction_session_timeout = '80s';
set idle_session_timeout = '70s';

--- leaves-loaded-module | leave | R2
do $$ begin null; end $$;

--- leaves-path-of-database | leave | R2 | superuser
alter database awkward set search_path = app, public;

--- leaves-setting-of-database | leave | R2 | superuser
alter database awkward set my.kept = 'of the database';
alter database awkward set datestyle = 'ISO, DMY';

--- leaves-read-only-database | leave | R2 | superuser
alter database awkward set default_transaction_isolation = 'serializable';

--- leaves-setting-of-role | leave | R2 | shared superuser
alter role current_user set my.kept = 'of the role';
alter role current_user set search_path = app;

--- leaves-setting-of-role-in-database | leave | R2 | shared superuser
alter role all in database awkward set timezone = 'Asia/Tokyo';
alter role current_user in database awkward set my.kept = 'both';

--- leaves-setting-of-all-roles | leave | R2 | shared superuser
alter role all set my.kept = 'of all';

--- leaves-role-setting-role | leave | R2 | shared superuser
alter role current_user in database awkward set role = 'dl_owner';

--- leaves-reset-role-setting | leave | R2 | shared superuser place=role-path
alter role current_user reset search_path;

--- unlocks-everything | leave | R2
select pg_advisory_unlock_all();

--- resets-everything | leave | R2
reset all;
deallocate all;
close all;
unlisten *;
reset session authorization;

--- discards-parts | leave | R2
discard plans;
discard sequences;
discard temp;

--- renames-the-session | leave | R2
set application_name = 'somebody else';

--- says-role-none | leave | R2
set role none;

--- resets-role | leave | R2
set role dl_owner;
reset role;
set session authorization default;

--- table | act | -
create table t{n} (id int primary key, n int not null default 3, t text collate "C");
insert into t{n} (id, t) select g, 'x' || g from generate_series(1, 5) g;
comment on table t{n} is 'of {n}';

--- temporary-within | act | R2
create temp table work{n} on commit drop as select g from generate_series(1, 4) g;
create table kept{n} as select g * 2 as g from work{n};

--- prepared-within | act | R2
create table p{n} (a int, b text);
prepare fill{n} (int, text) as insert into p{n} values ($1, $2);
execute fill{n} (1, 'it''s');
execute fill{n} (2, E'tab\there');
deallocate fill{n};

--- cursor-within | act | R2
declare c{n} scroll cursor for select id from base.items order by id;
move absolute 10 in c{n};
fetch backward 2 from c{n};
create table cur{n} as select 1 as one;
close c{n};

--- sequences | act | R2
create sequence s{n} start 10 increment 5 cache 4;
select nextval('s{n}');
create table q{n} as select currval('s{n}') as c, lastval() as l;
select setval('s{n}', 100, false);

--- advisory-within | act | R2
select pg_advisory_lock(7100), pg_advisory_xact_lock(7101);
create table adv{n} (id int);
select pg_advisory_unlock(7100);

--- notify-with-nobody | act | R2
notify nobody, 'x';
select pg_notify('nobody', repeat('y', 100));

--- deferred-fixed | act | R2
insert into base.children values (200{n}, 5000{n});
insert into base.items values (5000{n}, 1, 'late', null);

--- deferred-immediate | act | R2
set constraints all immediate;
insert into base.children values (300{n}, 2);

--- deferred-trigger | act | R2
insert into base.watched values (2, '{n}');
insert into base.loose values (2);

--- deferred-trigger-then-role | act | R2
insert into base.watched values (3, '{n}');
insert into base.loose values (3);
set role dl_owner;

--- deferred-trigger-then-path | act | R2
insert into base.watched values (4, '{n}');
insert into base.loose values (4);
set search_path = app, public;
set my.x = 'at the end';

--- deferred-trigger-under-role | act | R2
set role dl_owner;
insert into base.watched values (5, '{n}');
insert into base.loose values (5);
reset role;

--- deferred-trigger-under-session | act | R2 | superuser
set session authorization dl_owner;
set search_path = app;
set datestyle = 'Postgres, DMY';
insert into base.watched values (6, '{n}');
insert into base.loose values (6);

--- deferred-trigger-local | act | R2
set local my.x = 'local';
set local search_path = app;
set local role dl_owner;
insert into base.watched values (7, '{n}');
insert into base.loose values (7);

--- deferred-unique | act | R2
create table u{n} (a int, constraint u{n}_a unique (a) deferrable initially deferred);
insert into u{n} values (1), (2);
update u{n} set a = 3 - a;

--- function-sql-body | act | R5
create function f{n}(a int, out b int) language sql begin atomic select a + 1; select a * 2; end;
create table fr{n} as select f{n}(4) as r;

--- function-with-settings | act | R2
create function g{n}() returns text language sql set search_path = app, pg_temp set datestyle = 'German'
    as $$ select current_setting('search_path') || (date '2024-03-04')::text $$;
create table gr{n} as select g{n}() as r;

--- procedure-and-call | act | -
create procedure pr{n}(inout a int) language plpgsql as $body$ begin a := a + 1; insert into base.log (event) values ('called'); end $body$;
call pr{n}(1);

--- rule-of-several-actions | act | R5
create table ru{n} (a int);
create table ru2{n} (a int);
create rule r{n} as on insert to ru{n} do also (insert into ru2{n} values (new.a + 1); insert into ru2{n} values (new.a + 2));
insert into ru{n} values (10);

--- do-with-exception | act | R2
create table ex{n} (a int primary key);
do $do$
begin
    insert into ex{n} values (1);
    begin
        insert into ex{n} values (1);
    exception when unique_violation then
        insert into ex{n} values (2);
    end;
    begin
        set local my.x = 'undone';
        raise division_by_zero;
    exception when division_by_zero then
        insert into base.log (event, mine) values ('caught {n}', nullif(current_setting('my.x', true), ''));
    end;
end
$do$ language plpgsql;

--- nested-dollars | act | R5
create function nd{n}() returns text language plpgsql as $a$
begin execute $b$ create table if not exists nd{n} as select $c$it's; $b$$c$::text as x $b$; return 'x;'; end $a$;
create table ns{n} as select $q$;$q$ as a, $$it's$$ as b, $été$ä$été$ as c;

--- comments-everywhere | act | R5
/* a /* nested; */ comment ' */ create /* x */ table -- no; end '
 cm{n} /* ; */ (id int /* $$ */, "a;b -- c" text); -- $$ ' /*
insert into cm{n} values (1, '-- not a comment /* neither */');

--- quoted-names | act | R5
create table "Quoted ""{n}"";" ("from" int, "ä ö" text, "a.b" int default 1);
insert into "Quoted ""{n}"";" values (1, 'ß€😀');
create table U&"d\0061t\+000061{n}" (id int);

--- long-name | act | R5
create table "n{n}_äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü_that_is_cut" (id int);

--- escapes | act | R5
create table es{n} (a text);
insert into es{n} values (E'it\'s; \\ \x41 \u00e4'), ('back\slash'), (U&'\00e4!'), (B'101'::text), (X'1F'::text),
    ('con'
    'tinued'), (E'con\n'
    'tinued');

--- null-and-colons | act | R5
create table co{n} (a text, b int[]);
insert into co{n} values (':name :"x" :''y''', '{1,2}'::int[]), (to_char(timestamp '2024-01-01 12:34', 'HH24:MI'), (array[1,2,3])[1:2]);
create table qm{n} as select '{"a":1}'::jsonb ? 'a' as has, '{"a":1}'::jsonb @? '$.a' as path, '{fn now()}' as fn;

--- copy-in | act | R5
create table ci{n} (a int, b text);
copy ci{n} from stdin;
1{tab}one
2{tab}\N
3{tab}a\tb\\c;
\.
insert into ci{n} values (4, 'after');

--- copy-in-csv | act | R5 | to=17
create table cc{n} (a int, b text, d date);
copy cc{n} (a, b, d) from stdin with (format csv, header true, quote '"', null 'nil');
a,b,d
1,"two
lines",2024-03-04
2,nil,2024-03-05
3,"quote "" here",2024-03-06
\.

--- copy-in-csv-to-the-end | act | R5 | alone
create table cz{n} (a int, b text);
copy cz{n} from stdin csv;
1,"two
lines"
2,"quote "" here; "

--- copy-in-twice | act | R5
create table c1{n} (a int); create table c2{n} (a int);
copy c1{n} from stdin;
1
\.
copy c2{n} from stdin;
2
3
\.
insert into c2{n} select a from c1{n};

--- copy-in-nothing | act | R5
create table cn{n} (a int);
copy cn{n} from stdin;
\.
select count(*) from cn{n};

--- copy-in-delimiter | act | R5
create table cd{n} (a text, b text);
copy cd{n} from stdin delimiter '|' null '';
x|
|y
a\|b|c
\.

--- copy-in-dates | act | R5
create table ce{n} (d date, z timestamptz);
copy ce{n} from stdin;
03/04/2024{tab}2024-03-04 05:06:07
\.

--- copy-in-after-settings | act | R5
set datestyle = 'ISO, DMY';
set timezone = 'Asia/Tokyo';
create table cf{n} (d date, z timestamptz);
copy cf{n} from stdin;
03/04/2024{tab}2024-03-04 05:06:07
\.

--- copy-in-latin | act | R5
set client_encoding = 'LATIN1';
create table cl{n} (a text);
copy cl{n} from stdin;
abc
\.
reset client_encoding;

--- copy-in-where | act | R5 | from=12
create table cw{n} (a int);
copy cw{n} from stdin where a > 1;
1
2
\.

--- copy-in-carriage-returns | act | R5
create table cr{n} (a int, b text);
copy cr{n} from stdin;
1{tab}x{cr}
2{tab}y{cr}
\.{cr}

--- copy-in-without-end | act | R5 | alone
create table cx{n} (a int);
copy cx{n} from stdin;
1
2

--- copy-out | act | R5
create table ko{n} as select g from generate_series(1, 3) g;
copy ko{n} to stdout;
insert into ko{n} values (4);

--- copy-out-of-query | act | R5
create table kq{n} (a int);
copy (select * from base.items order by id) to stdout with (format csv, header);

--- copy-to-file | act | R5 | superuser
copy base.items to '/dev/null';
create table kf{n} (a int);

--- copy-out-then-in | act | R5
create table kb{n} (a int);
copy base.items to stdout;
copy kb{n} from stdin;
7
\.

--- strings-not-standard | act | R5
set standard_conforming_strings = off;
set escape_string_warning = off;
create table st{n} (a text);
insert into st{n} values ('it\'s; here'), ('back\\slash'), ('new\nline');

--- strings-not-standard-later | act | R5
create table sl{n} (a text);
insert into sl{n} values ('a\b');
select set_config('standard_conforming_strings', 'off', false);
insert into sl{n} values ('a\\b');
set standard_conforming_strings to on;
insert into sl{n} values ('a\\b');

--- carriage-return-in-string | act | R5
create table rs{n} (a text);
insert into rs{n} values ('line one{cr}
line two'), ('lone{cr}one'), (E'x{cr}
');

--- carriage-returns-everywhere | act | R5
create table re{n} (a text);{cr}
insert into re{n} values (1), -- comment{cr}
 ('x');{cr}
create function rf{n}() returns text language plpgsql as $${cr}
begin return 'a{cr}
b'; end{cr}
$$;{cr}
insert into re{n} values (rf{n}());{cr}

--- carriage-return-ends-comment | act | R5
create table rc{n} (a int); -- a comment that ends here{cr}insert into rc{n} values (1);

--- byte-order-mark | act | R5 | alone
{bom}create table bo{n} (a text default 'ä');

--- restrict-lines | act | R5 R6 | alone
--
-- PostgreSQL database dump
--

\restrict Abc123

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET default_table_access_method = heap;
CREATE TABLE public.re{n} (id integer NOT NULL);
COPY public.re{n} (id) FROM stdin;
1
2
\.
SELECT pg_catalog.setval('base.numbers', 77, true);
ALTER TABLE ONLY public.re{n} ADD CONSTRAINT re{n}_pkey PRIMARY KEY (id);

\unrestrict Abc123

--- restrict-lines-without-data | act | R5 R6 | alone
\restrict k3Y
CREATE TABLE public.rw{n} (id integer NOT NULL);
\unrestrict k3Y

--- no-last-semicolon | act | - | alone
create table nl{n} (a int);
insert into nl{n} values (1)

--- many-semicolons | act | -
;;; create table ms{n} (a int);; ;
; -- nothing
;

--- isolation-of-transaction | act | R2 R6 | alone
set transaction isolation level serializable;
create table it{n} as select current_setting('transaction_isolation') as level;

--- isolation-after-a-comment | act | R2 R6 | alone
/* first */ set transaction isolation level repeatable read, read write;
create table ic{n} as select current_setting('transaction_isolation') as level;

--- own-transaction | act | R6 | own alone
begin;
create table ot{n} (a int);
insert into ot{n} values (1);
commit;

--- own-serializable-transaction | act | R6 | own alone
begin isolation level serializable;
create table os{n} as select current_setting('transaction_isolation') as level;
end;

--- own-start-transaction | act | R6 | own alone
start transaction isolation level repeatable read, read write;
create table oa{n} as select current_setting('transaction_isolation') as level;
commit work;

--- savepoints | act | R6
create table sp{n} (a int);
savepoint a;
insert into sp{n} values (1);
rollback to savepoint a;
insert into sp{n} values (2);
release savepoint a;

--- enum-value | act | R6 | alone
alter type base.mood add value 'calm{n}' before 'glad';

--- enum-value-used-at-once | act | R6 | alone
create type en{n} as enum ('a');
alter type en{n} add value 'b';
create table et{n} (m en{n} default 'b');

--- set-local | act | R3
set local search_path = app;
set local timezone = 'Asia/Tokyo';
create table lo{n} as select current_setting('search_path') as p, (timestamptz '2024-01-01 00:00+00')::text as z;

--- grants | act | R5
create table gt{n} (a int, b int);
grant select (a), update on gt{n} to dl_reader with grant option;
revoke update on gt{n} from dl_reader cascade;
alter default privileges in schema app grant select on tables to dl_reader;

--- warnings | act | R5
do $$ begin raise warning 'seventeen rows'; raise notice 'a notice'; raise info 'information'; end $$;
drop table if exists nothing_there{n};
create table wa{n} (a int);

--- analyze | act | R6
analyze base.items;
create table an{n} (a int);

--- refresh-concurrently | act | R6
insert into base.items values (6000{n}, 99, 'x', null);
refresh materialized view concurrently base.totals;

--- reindex-in-transaction | act | R6
reindex table base.items;
reindex (verbose, concurrently false) index base.totals_n;

--- cascade | act | R5
create table ca{n} (a int); create view cv{n} as select * from ca{n}; drop table ca{n} cascade;
create table ca{n} (b int);

--- partitions | act | -
create table pa{n} (a int) partition by hash (a);
create table pa1{n} partition of pa{n} for values with (modulus 2, remainder 0);
create table pa2{n} partition of pa{n} for values with (modulus 2, remainder 1);
insert into pa{n} select generate_series(1, 20);
alter table pa{n} detach partition pa1{n};

--- row-security | act | -
create table rl{n} (a int, who text default current_user);
alter table rl{n} enable row level security;
create policy p{n} on rl{n} using (who = current_user) with check (true);
insert into rl{n} values (1);

--- large-objects | act | -
select lo_create(770000{n});
select lo_put(770000{n}, 0, '\x616263');

--- roles-made | act | - | shared superuser
create role dl_made{n} nologin;
grant dl_owner to dl_made{n};
alter role dl_made{n} set my.x = 'y';
comment on role dl_made{n} is 'made';
grant usage on schema app to dl_made{n};

--- returning-and-selects | act | R10
create table rt{n} (a int);
insert into rt{n} values (1), (2) returning a;
select * from generate_series(1, 1000);
values (1), (2);
table rt{n};
explain select 1;
show all;

--- with-queries | act | -
create table wq{n} (a int);
with x as (insert into wq{n} values (1) returning a) insert into wq{n} select a + 1 from x;
merge into wq{n} t using (values (1), (9)) s (a) on t.a = s.a when matched then delete when not matched then insert values (s.a);

--- timestamps-of-one-transaction | act | R2
create table ti{n} as select now() = transaction_timestamp() as same, current_date - current_date as zero;
insert into ti{n} select now() = (select now()), 1;

--- types-and-domains | act | -
create domain do{n} as int check (value > 0);
create type ty{n} as (a int, b text);
create type ra{n} as range (subtype = int4);
create aggregate ag{n} (int) (sfunc = int4pl, stype = int, initcond = '0');
create operator === (leftarg = int, rightarg = int, function = int4eq);
create cast (ty{n} as text) with inout;
create collation cl{n} from "C";

--- operator-of-ones-own | act | R1
create function opf{n}(int, int) returns boolean language sql as 'select $1 = $2 + 1';
create operator app.= (leftarg = int, rightarg = int, function = opf{n});
set search_path = app, public, pg_catalog;
create table oo{n} as select 2 = 1 as own_equals;

--- function-shadows-system | act | R1
create or replace function app.now() returns timestamptz language sql as $$ select timestamptz '2000-01-01 00:00+00' $$;
create or replace function app.clock_timestamp() returns timestamptz language sql as $$ select timestamptz '2000-01-01 00:00+00' $$;
create or replace function app.statement_timestamp() returns timestamptz language sql as $$ select timestamptz '2000-01-01 00:00+00' $$;
set search_path = app, pg_catalog;
create table fs{n} as select now() as n;

--- type-shadows-system | act | R1
create domain app.text as pg_catalog.text check (length(value) < 3);
create domain app.bigint as int;
set search_path = app, pg_catalog;
create table tn{n} (a text, b app.bigint);

--- table-shadows-system | act | R1
create table app.pg_class as select 'mine' as relname;
create table app.pg_settings as select 'mine' as name;
create table app.history (id int);
set search_path = app, pg_catalog;
create table ts{n} as select relname from pg_class;

--- index | outside | R4
create index concurrently i{n} on base.items (n);

--- index-with-comments | outside | R4
/* build */ create index -- without a lock
 concurrently /* it; */ if not exists -- really
 i{n} /* on */ on -- the table
 base.items -- here
 using btree (t) /* done */;

--- index-quoted | outside | R4
create unique index concurrently "I {n} -- ""x"";" on base . "items" ("id" desc nulls last) include (n);

--- index-of-63-bytes | outside | R4
create index concurrently i{n}_45678901234567890123456789012345678901234567890123456789012345678901234567890 on base.items (n);

--- index-of-63-bytes-if-not-exists | outside | R4
create index concurrently if not exists "ä{n}_ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää" on base.items (n);

--- index-without-name | outside | R4
create index concurrently on base.items (n, t);

--- index-with-options | outside | R4
create index concurrently i{n} on only base.items using btree (lower(t) text_pattern_ops, (n + 1)) with (fillfactor = 70)
 where t <> 'a;b' and n is not null;

--- index-of-the-path | outside | R3 R4
set search_path = base;
create index concurrently i{n} on items (d);
create table public.after{n} (a int);

--- index-under-a-role | outside | R3 R4
set role dl_owner;
create index concurrently i{n} on base.items (id, d);
create table app.after{n} (a int);
reset role;

--- index-with-a-wider-script | outside | R3 R4
create table app.wide{n} (a int, b text);
insert into app.wide{n} select g, g::text from generate_series(1, 100) g;
create index concurrently on app.wide{n} (b);
alter table app.wide{n} add constraint w{n} unique (a);
insert into app.wide{n} values (1000, 'later');

--- index-then-constraint | outside | R4 R2
create unique index concurrently i{n} on base.items (id);
alter table base.items add constraint i{n} unique using index i{n};

--- index-and-timeouts | outside | R2
set lock_timeout = '7s';
create index concurrently i{n} on base.items (n);
create table base.lt{n} as select current_setting('lock_timeout') as l;

--- index-dropped | outside | R4
create index d{n} on base.items (n);
drop index concurrently -- no more used
 if exists /* it */ base.d{n};

--- index-dropped-quoted | outside | R4
create index "D;{n}" on base.items (n);
drop index concurrently base."D;{n}" restrict;

--- index-dropped-that-is-not | outside | R4
drop index concurrently if exists base.nothing{n};

--- reindex-concurrently | outside | R4
reindex table concurrently base.items;
reindex index concurrently base.items_pkey;

--- reindex-options | outside | R4
reindex (verbose, concurrently) table base.items;

--- reindex-schema | outside | R4
reindex schema base;

--- reindex-schema-concurrently | outside | R4
reindex schema concurrently base;

--- reindex-partitioned | outside | R4 R6
reindex table base.parts;
reindex index base.parts_id;

--- reindex-partitioned-concurrently | outside | R4 R6
reindex (concurrently) index base.parts_id;

--- reindex-database | outside | R4 R6
reindex database awkward;

--- vacuum | outside | R4 R6
vacuum base.items;
vacuum (analyze, freeze, truncate off) base.items, base.children;
vacuum full base.children;

--- cluster-everything | outside | R4 R6
cluster base.items using items_pkey;
cluster;

--- detach-concurrently | outside | R4
alter table base.parts -- take it off
 detach partition base.parts_2 concurrently;
create table dt{n} (a int);

--- detach-concurrently-of-the-path | outside | R4 R3
set search_path to base, public;
alter table if exists parts detach partition "parts_1" concurrently;

--- call-that-commits | outside | R6
call base.commits();

--- do-that-commits | outside | R6
do $$ begin
    insert into base.log (event) values ('one');
    commit;
    insert into base.log (event) values ('two');
end $$;

--- call-made-in-the-script | outside | R6
create procedure cp{n}() language plpgsql as $$ begin create table cpt{n} (a int); commit; insert into cpt{n} values (1); end $$;
call cp{n}();

--- discard-everything | outside | R2
set search_path = app;
discard all;
create table da{n} (a int);

--- alter-system | outside | R6 | superuser
alter system set work_mem = '5MB';
alter system reset work_mem;
create table as{n} (a int);

--- database-made | outside | R6 | shared superuser
create database dl_other{n};
drop database dl_other{n};
create table db{n} (a int);

--- enum-value-used-in-its-script | flaw | R6
alter type base.mood add value 'used{n}';
create table eu{n} (m base.mood default 'used{n}');
insert into eu{n} values ('used{n}');

--- counts-once | outside | R6
select setval('base.numbers', nextval('base.numbers') + 1000);
vacuum base.items;

--- sequence-and-vacuum | outside | R3 R6
create sequence sv{n};
vacuum base.items;
create table svt{n} as select nextval('sv{n}') as a;
insert into svt{n} select currval('sv{n}') + 100;

--- prepare-and-vacuum | outside | R3 R6
prepare pv{n} as select 1;
vacuum base.items;
execute pv{n};
create table pvt{n} (a int);

--- temporary-and-vacuum | outside | R3 R6
create temp table tv{n} (a int);
insert into tv{n} values (1);
vacuum base.items;
create table tvt{n} as select a from tv{n};

--- cursor-and-vacuum | outside | R3 R6
declare cv{n} cursor with hold for select id from base.items order by id;
vacuum base.items;
fetch 3 from cv{n};

--- settings-and-vacuum | outside | R3
set my.x = 'kept';
set local my.kept = 'gone at once';
select set_config('search_path', 'app', false), set_config('timezone', 'Asia/Tokyo', true);
vacuum base.items;
create table sev{n} as select current_setting('my.x') as x, nullif(current_setting('my.kept', true), '') as l, current_setting('timezone') as z;

--- deferred-and-vacuum | outside | R3 R2
insert into base.watched values (8, '{n}');
vacuum base.items;
insert into base.loose values (8);
set constraints all deferred;

--- copy-and-vacuum | outside | R5 R6
create table cov{n} (a int, b text);
copy cov{n} from stdin;
1{tab}x
\.
vacuum cov{n};
copy cov{n} to stdout;
copy cov{n} from stdin with (delimiter ';');
2;y
\.

--- checkpoint | act | - | superuser
checkpoint;
create table ck{n} (a int);

--- carriage-returns-and-vacuum | outside | R5
vacuum base.items;{cr}
create table cav{n} (a text);{cr}
insert into cav{n} values ('one{cr}
two');{cr}

--- strings-and-vacuum | outside | R5
set standard_conforming_strings = off;
set escape_string_warning = off;
vacuum base.items;
create table stv{n} (a text);
insert into stv{n} values ('it\'s'), ('a\\b');

--- datestyle-and-index | outside | R5
set datestyle = 'SQL, DMY';
create index concurrently i{n} on base.items (d);
create table dai{n} as select '03/04/2024'::date - date '2024-01-01' as days, (date '2024-03-04')::text as shown;

--- encoding-and-index | outside | R5
set client_encoding = 'SQL_ASCII';
create index concurrently i{n} on base.items (d);
create table eni{n} as select 'a'::text as a;

--- isolation-and-vacuum | outside | R3
set session characteristics as transaction isolation level serializable;
vacuum base.items;
create table isv{n} as select current_setting('transaction_isolation') as level;

--- syntax-error | flaw | -
create table good{n} (a int);
creat table bad{n} (a int);

--- missing-table | flaw | -
create table good{n} (a int);
insert into nowhere{n} values (1);

--- deferred-violation | flaw | R2
insert into base.children values (400{n}, 999999);

--- foreign-key-of-nobody | flaw | R2
set constraints all immediate;
insert into base.children values (500{n}, 888888);

--- raise-in-do | flaw | -
do $$ begin create table rid{n} (a int); raise exception using errcode = 'P0042', message = 'no'; end $$;

--- copy-with-bad-row | flaw | R5
create table cb{n} (a int);
copy cb{n} from stdin;
1
x
\.

--- unique-index-fails | flaw | R4 | outside
create unique index concurrently i{n} on base.items (n);

--- index-in-do | flaw | R6
create table id{n} (a int);
do $$ begin execute 'create index concurrently i{n} on base.items (n)'; end $$;

--- vacuum-in-function | flaw | R6
create function vf{n}() returns void language plpgsql as $$ begin execute 'vacuum'; end $$;
select vf{n}();

--- call-in-function-commits | flaw | R6
create function cf{n}() returns void language plpgsql as $$ begin commit; end $$;
select cf{n}();

--- index-of-partitioned-table | flaw | R6 | outside
create index concurrently i{n} on base.parts (at);

--- read-only-script | flaw | R2
set transaction read only;
create table rd{n} (a int);

--- fails-after-the-vacuum | flaw | R3 | outside
create table fv{n} (a int);
set search_path = app;
vacuum base.items;
create table fv{n} (a int);
select 1 / 0;
create table never{n} (a int);

--- grant-without-right | refused | R5 | login=dl_reader
grant select on base.items to dl_plain;

--- revoke-without-right | refused | R5 | login=dl_reader
revoke select on base.items from dl_plain;

--- savepoint-at-the-top-of-an-outside-script | refused | R6 | outside
vacuum base.items;
savepoint a;

--- transaction-in-the-middle | refused | R6 | own
create table tm{n} (a int);
begin;
insert into tm{n} values (1);
commit;
insert into tm{n} values (2);

--- transaction-undone | refused | R6 | own alone
begin;
create table tu{n} (a int);
rollback;

--- unterminated-string | refused | R5 | alone
create table us{n} (a text default 'x);

--- variable-of-psql | refused | R5 | alone
\set name 5
create table va{n} (a int default :name);

--- echo-of-psql | refused | R5 | alone
\echo hello
create table ec{n} (a int);

--- generated-commands | refused | R5 | alone
select 'create table ge{n} (a int)' \gexec

--- condition-of-psql | refused | R5 | alone
\if true
create table cnd{n} (a int);
\endif
