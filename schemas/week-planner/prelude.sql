-- What Supabase gives a database before the first migration, for a plain PostgreSQL 15 to 18: the roles
-- of its API, auth.users, the functions that read the request's claims, and the default privileges.
-- Run it as a superuser, or as an owner of the database who may create roles; as often as you like, and before
-- the first migration. On Supabase itself never.

-- Roles belong to the cluster: another database may have made them, or may be making them right now. Who may
-- not give bypassrls away makes service_role without: the tables have policies for it.
do $$
declare
    v_role text;
    v_bypass boolean := (select rolsuper or rolbypassrls and current_setting('server_version_num')::int >= 160000
        from pg_roles where rolname = current_user);
begin
    foreach v_role in array array['anon', 'authenticated', 'service_role'] loop
        if not exists (select from pg_roles where rolname = v_role) then
            begin
                execute format('create role %I nologin noinherit %s', v_role,
                    case when v_role = 'service_role' and v_bypass then 'bypassrls' else '' end);
            exception
                when duplicate_object or unique_violation then
                    null;
            end;
        end if;
    end loop;
    if exists (select from pg_roles where rolname in ('anon', 'authenticated') and (rolbypassrls or rolsuper)) then
        raise exception 'the roles anon and authenticated exist, with other rights than Supabase gives them'
            using hint = 'At most service_role may bypass row-level security.';
    end if;
end
$$;

-- Where Supabase keeps extensions.
create schema if not exists extensions;

comment on schema extensions is 'Stands in for the schema in which Supabase keeps extensions.';

create schema if not exists auth;

comment on schema auth is 'Stands in for Supabase Auth: accounts, and who asks.';

create table if not exists auth.users (
    id uuid constraint users_pkey primary key
);

comment on table auth.users is 'Accounts; Supabase keeps more about them.';
comment on column auth.users.id is 'Key of the account; the sub of its claims.';

-- The setting is missing in a session without a request, and empty after a transaction that had one.
create or replace function auth.jwt() returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$$;

comment on function auth.jwt() is 'Claims of the request; null without one. Text that is not JSON fails with 22P02.';

create or replace function auth.uid() returns uuid
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
    )::uuid
$$;

comment on function auth.uid() is
    'Account that asks: the claim sub; null without one. A sub that is no uuid fails with 22P02.';

create or replace function auth.role() returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    )
$$;

comment on function auth.role() is 'Role that the claims name; null without one.';

grant usage on schema auth, public to anon, authenticated, service_role;

-- Every new table and function in public is open to all three: row-level security alone stands between
-- them and the rows, and it does not speak about TRUNCATE. A migration has to revoke what is too much.
alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
alter default privileges in schema public grant all on sequences to anon, authenticated, service_role;
