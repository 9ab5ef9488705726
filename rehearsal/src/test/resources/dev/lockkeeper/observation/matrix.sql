alter table t add column x int

alter table t add column x int not null default 5

alter table t add column x uuid default gen_random_uuid()

alter table t add column x int generated always as (a + 1) stored

alter table t add column x int check (x > 0)

alter table t add column x int references r (id)

alter table t drop column b

alter table t rename column a to aa

alter table t rename to tt

alter table t alter column c type varchar(40)

alter table t alter column d set not null

alter table t add constraint positive check (a > 0)

alter table t add constraint positive check (a > 0) not valid

alter table t add foreign key (r_id) references r (id)

alter table t add foreign key (r_id) references r (id) not valid

alter table t add unique (b)

alter table child drop constraint child_r_id_fkey

drop table child

create index on t (c)

create index if not exists t_a on t (a)

create index on p (id)

create index concurrently t_c on t (c)

drop index t_a

drop index concurrently t_a

reindex index t_a

reindex table concurrently t

cluster t using t_a

vacuum full t

analyze t

alter table p attach partition p2 for values from ('2026-02-01') to ('2026-03-01')

alter table p detach partition p1

create table p3 partition of p for values from ('2026-03-01') to ('2026-04-01')

alter type mood add value 'happy'

alter domain positive add check (value > 0)

drop view v

drop table t cascade

truncate r cascade

update t set a = a + 1

delete from t where id = 1

insert into r values (1000, 'x')

create table n (id int primary key, r_id int references r (id))

create or replace view v as select id, a, 1 as one from t

refresh materialized view mv

refresh materialized view concurrently mv

create trigger two before update on t for each row execute function trg()

drop trigger t_trigger on t

alter table t enable row level security

drop policy t_policy on t

alter table t set unlogged

comment on table t is 'a table'

grant select on t to matrix_reader

alter sequence s restart

create or replace function f() returns int language sql as 'select 2'

alter table t add column y int; alter table t rename column y to z; drop table child; create table child (id int)

do $$ begin update t set a = 1 where id < 10; exception when others then null; end $$

alter table w add column x timestamptz not null default now()

alter table w add column x timestamptz default clock_timestamp()

alter table w add column x serial

alter table w add column x bigint generated always as identity

alter table w add column x json

alter table w add column x char(10)

alter table w add column x positive

alter table w add column x int unique

alter table w add column x int default 1 references r (id)

alter table w add column x int default f()

alter table w add column x int not null

alter table w add column if not exists a int

alter table w drop column n cascade

alter table t drop column a cascade

alter table w set schema public

alter table w alter column n type varchar(10)

alter table w alter column a type bigint

alter table w alter column a type int

alter table w alter column n type text using n || ''

alter table t alter column e type timestamptz

alter table t alter column d type numeric(12, 2)

alter table t alter column d type numeric(12, 3)

alter table t alter column f type inet

alter table w alter column a set default 5

alter table w alter column a drop default

alter table w alter column b set not null

alter table w alter column a set not null

alter table t alter column id drop not null

alter table w alter column n set storage external

alter table w alter column a set statistics 500

alter table w set (fillfactor = 90)

alter table w replica identity full

alter table w validate constraint w_later

alter table w drop constraint w_later

alter table w rename constraint w_later to w_soon

alter table k add constraint k_key unique using index k_u

alter table k add primary key (id)

alter table k add primary key using index k_u

alter table w add constraint w_no_two exclude (n with =) where (a = 1)

alter table w alter column g drop expression

alter table w owner to matrix_owner

alter table w set access method heap

alter table w set tablespace pg_default

alter table w set logged

alter table w cluster on w_u

alter table w disable trigger all

alter table w force row level security

alter index t_a rename to t_aa

alter index t_a set (fillfactor = 70)

create index on only p (id)

reindex index concurrently t_a

reindex table t

vacuum t

vacuum analyze

analyze

create statistics w_s on a, b from w

alter table pd attach partition pd1 for values from ('2026-01-01') to ('2026-02-01')

alter table pd attach partition pd2 for values from ('2026-02-01') to ('2026-03-01')

alter table p detach partition p1 concurrently

create table pd3 partition of pd for values from ('2026-04-01') to ('2026-05-01')

drop table p1

alter type mood rename value 'ok' to 'fine'

alter type mood add value 'happy'; create table h (m mood)

create type colour as enum ('red')

create domain small as int check (value < 10)

alter domain positive set not null

alter domain positive add constraint above check (value > 0) not valid

alter domain positive add constraint above check (value > 0) not valid; alter domain positive validate constraint above

drop type mood cascade

drop domain positive cascade

drop materialized view mv

drop sequence s

drop function f()

drop function trg() cascade

drop schema public cascade

drop publication pub

truncate t

truncate w, k

delete from w

update w set a = 1 where id = 5

insert into k select id, a from t where id > 600

insert into r values (1, 'x') on conflict (id) do update set name = excluded.name

merge into r using k on r.id = k.id when matched then update set name = 'm' when not matched then insert values (k.id, 'n')

create table n as select * from r

create table n (like t including all)

create table n (id int) inherits (r)

create unlogged table n (id int)

create temp table n (id int); insert into n values (1)

create view n as select * from t

create or replace view v as select id, a from t where id > 0

alter view v rename to vv

alter view v set (security_invoker = true)

create materialized view n as select * from t

create or replace function trg() returns trigger language plpgsql as 'begin return old; end'

create rule n as on insert to w do also (update r set name = 'x' where id = 1)

alter table t disable trigger t_trigger

alter table t enable always trigger t_trigger

create policy n on w using (true)

alter policy t_policy on t using (false)

alter table t disable row level security

grant select on all tables in schema public to matrix_reader

grant select (a) on w to matrix_reader

grant execute on function f() to matrix_reader

revoke all on function f() from public

alter default privileges grant select on tables to matrix_reader

create role matrix_new

alter role matrix_reader set search_path = public

grant matrix_reader to matrix_owner

comment on column w.a is 'a'

comment on index t_a is 'i'

comment on function f() is 'f'

create publication n for table w, k

alter publication pub add table w

create extension pg_trgm

create schema n create table n.n (id int)

alter schema public rename to n

create sequence n owned by w.a

alter sequence s increment 2

select setval('s', 100)

lock table w in share mode

select * from w for update

select count(*) from t

copy (select * from w) to stdout

set lock_timeout = '1s'; alter table w add column x int

alter table w add column x int, add column y int, alter column a set not null

begin; alter table w add column x int; commit; create index concurrently on w (a)

do $$ begin for i in 1..2 loop execute format('create table n%s (id int)', i); end loop; end $$

select from pg_catalog.pg_sleep(0)

alter table p add unique (id, day)

alter table p add primary key (id, day)

drop index concurrently if exists nothing

alter system set work_mem = '8MB'
