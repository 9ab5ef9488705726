drop table if exists nothing_there

drop table "Odd.Schema"."Ta.ble"

drop table if exists app.t, t cascade

create table t2 (id bigint primary key); alter table t2 rename to t3; drop table t3

create temp table t (id int); drop table t

create temp table t (id int); update t set id = 1; drop table t

alter table r rename to rr; drop table rr cascade

drop table parted

drop table parted_1

drop table parent cascade

do $$ begin execute 'drop table ' || 'loose'; end $$

call remove_column()

alter table "Odd.Schema"."Ta.ble" drop column "x""y"

alter table parted drop column n

alter table t drop column if exists zzz

alter table t drop column a

alter table t drop column a cascade

alter table t add column n int; alter table t drop column n

drop schema app cascade

create schema fresh; create table fresh.x (id bigint primary key); drop schema fresh cascade

drop type mood cascade

drop function trg() cascade

drop view v cascade

drop view w; drop view v; create view v as select id, a, b from t; create view w as select id from v

drop view w, v; alter table t alter column a type bigint; create view v as select id, a from t; create view w as select id from v

truncate only r, t

truncate parted

truncate r cascade

truncate table "Odd.Schema"."Ta.ble"

create table n (id bigint primary key); truncate n

update t set a = 2

update t set a = 2 where id between 1 and 10

update only app.t set s = 1 where true

update t as x set a = r.id from r

delete from t where r_id is null and (c is not null or true)

delete from t using r where r.id = t.r_id

with x as (update t set a = 1 returning id) insert into r (id) select id from x

insert into r values (1, 'x') on conflict (id) do update set name = 'y'

select id from t for update

merge into r using t on r.id = t.id when matched then update set name = 'm'

call wipe()

alter table t add column n int; update t set n = 0 where n is null

alter table t add column n int; update r set name = 'x' where id = 1

begin; alter table t add column n int; commit; begin; update t set n = 0; commit

-- lockkeeper:no-transaction
alter table t add column n int; update t set n = 0

create table n (id bigint primary key); update n set id = 2

alter table t add column n int check (n > 0)

alter table t add column n int default 5 check (n > 0)

alter table t add column n int unique

alter table t add unique (b)

alter table t add column n bigserial unique

alter table moody add constraint moody_m_check check (m <> 'bad') not valid; alter table moody validate constraint moody_m_check

create unique index t_b on t (b)

create unique index concurrently t_b on t (b)

alter table parted add constraint n_known check (n is not null)

create unique index parted_all on parted (id, day)

alter domain few add constraint few_check check (value < 10)

alter domain few set not null

alter domain few add constraint few_check check (value < 10) not valid; alter domain few validate constraint few_check

alter table loose add foreign key (n) references r not valid

alter table loose add column r_id bigint references r (id)

alter table loose add column r_id bigint references r (id); create index on loose (r_id) where r_id is not null

create table n (id bigint primary key, a bigint, b bigint, foreign key (a) references r); create index on n (b, a)

alter table t add column n int not null

alter table t add column if not exists b int not null

alter table t add column n int not null generated always as (a + 1) stored

alter table parted add column k int not null

alter table t alter column c type varchar(40)

alter table t alter column c type varchar(10)

alter table t alter column c type text

alter table t alter column d type numeric(8, 2)

alter table t alter column d type numeric(12, 3)

alter table t alter column d type numeric(12, 1)

alter table t alter column e type timestamptz

alter table t alter column e type timestamp(0)

alter table moody alter column m type text

alter table moody alter column f type bigint

alter table "Odd.Schema"."Ta.ble" alter "x""y" type int using 1

alter table parted alter column n type bigint

drop sequence s

alter sequence s restart with 100

alter table app.t drop column s

alter table app.t alter column s drop default; drop sequence app.t_s_seq

alter table t drop constraint t_a_few

alter table t drop constraint t_a_few, add constraint t_a_small check (a < 100) not valid

alter table t drop constraint t_r_id_fkey

alter table t drop constraint t_pkey

alter table t alter column b drop not null

alter table t alter column b drop not null; alter table t alter column b set not null

alter type mood add value 'great' after 'ok'

alter type mood add value if not exists 'ok'

create type m2 as enum ('a'); alter type m2 add value 'b'

alter type mood rename value 'ok' to 'fine'

alter type mood rename to feeling

alter table t rename to tt; alter table tt add column n int; alter table tt alter column b drop default; create view t as select * from tt

alter table t rename column a to aa

alter table t rename constraint t_a_few to t_few; alter index t_r_id rename to t_r; alter trigger t_trigger on t rename to t_trg

create schema archive; alter table loose set schema archive

alter schema app rename to app2

alter table r rename to r_old; create table r (id bigint primary key, name text)

alter table loose rename to loose_old; alter table later rename to loose

alter function f(int) rename to g

alter sequence s rename to s2

alter table parted rename column n to nn

alter view v rename column a to aa

alter table t alter column e set not null

alter table t add constraint e_known check (e is not null) not valid; alter table t validate constraint e_known; alter table t alter column e set not null

alter table t alter column b drop default

alter table t alter column b drop default; alter table t alter column b set default 7

alter table t alter column a set default 1

alter table t alter column a set default 2

alter table t alter column e set default now()

alter table loose alter column id add generated always as identity

create or replace view v as select id, a, b from t

create or replace function f(a int) returns int language sql as 'select 2'

drop function f(int)

drop function f(int); create function f(a int, b text default 'x') returns int language sql as 'select 1'

drop function f(int); create function f(b int) returns int language sql as 'select 1'

drop function counts(); create function counts() returns int language sql as 'select 1'

drop trigger t_trigger on t; drop function trg()

grant select on t to public

grant select (a) on t to public

revoke all on function f(int) from public

grant usage on schema app to public; grant select on all tables in schema app to public

create table n (id bigint primary key); grant all on n to public

create role hazards_role superuser; create role hazards_two; grant hazards_two to hazards_role

alter table t owner to current_user

alter default privileges revoke execute on functions from public

alter function f(int) security definer

comment on table t is 'x'; comment on column t.a is 'y'; comment on policy t_policy on t is 'z'; comment on type mood is 'm'

alter table t enable row level security; alter table t force row level security

create policy p2 on t using (true)

drop policy t_policy on t

drop policy if exists nothing on t

create table n (id bigint primary key); create policy p on n using (true); alter table n enable row level security

alter publication pub drop table r

drop publication pub

create publication p2 for table loose

create publication p2 for table t

alter publication pub set (publish = 'insert')

alter table t replica identity full

alter table app.t rename to tt

alter table app.t rename to tt; create or replace function counts() returns bigint language plpgsql as 'begin return (select count(*) from app.tt); end'

alter table later add column c int

alter table later drop constraint later_a

comment on table t is 'only t'

create domain d2 as text check (value <> '')

create table n (id serial primary key, c char(3), v varchar(5), j json, at timestamp, m mood)

create table n (id smallint, name text, primary key (id))

create unlogged table n as select * from t

create table n (like t including all)

create table parted_3 partition of parted for values from ('2026-03-01') to ('2026-04-01')

create table parted_3 partition of parted for values from ('2026-03-02') to ('2026-04-01'); create index on parted_3 (n)

alter table parted attach partition loose for values from ('2025-12-01') to ('2026-01-01')

create table parted_rest partition of parted default

alter table parted detach partition parted_1

create table p9 (id bigint, k int, primary key (id)) partition by list (id); create table p9_1 partition of p9 for values in (1, 2)

create index concurrently t_wide on t (a, b, c, d)

create index concurrently t_b on t (b); create index concurrently t_c on t (c)

create index concurrently t_b on t (b); insert into r values (1, 'x')

vacuum t; create table n (id bigint primary key)

do $$ begin insert into r values (1, 'x'); commit; end $$; create table n (id bigint primary key)

set search_path = app; set role none; set local timezone = 'UTC'; set lock_timeout = '1s'

set session authorization default; select set_config('search_path', 'app', true)

set search_path = app; create table n (id bigint primary key); drop table n; drop table t; reset search_path

create table if not exists t (id int); create index if not exists t_r_id on t (r_id); alter table t add column if not exists a text

select 1

create extension if not exists pg_trgm
