-- People who may change what the market says. A staging project: this component brings no data.
create schema core;

comment on schema core is 'prediction-market: people, approvals, markets and what they rest on.';

create function core.touch_updated_at() returns trigger
language plpgsql
set search_path = ''
as $$
begin
    new.updated_at := now();
    return new;
end
$$;

create table core.users (
    id uuid not null default gen_random_uuid(),
    email text not null,
    role text not null default 'viewer',
    password_hash text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_pkey primary key (id),
    constraint users_email_looks_like_one check (email ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$'),
    constraint users_role_known check (role in ('viewer', 'editor', 'admin', 'super-admin')),
    constraint users_password_hash_of_known_scheme check (
        password_hash ~ '^[$]argon2id[$]v=19[$]m=[0-9]+,t=[0-9]+,p=[0-9]+[$][A-Za-z0-9+/]{22,}[$][A-Za-z0-9+/]{43,}$'
        or password_hash ~ '^[$]2[aby][$](1[0-9]|2[0-9]|3[01])[$][./A-Za-z0-9]{53}$'
        or password_hash ~ '^[$]scrypt[$]ln=[0-9]+,r=[0-9]+,p=[0-9]+[$][A-Za-z0-9+/]{22,}[$][A-Za-z0-9+/]{43,}$'
    )
);

create unique index users_email_key on core.users (lower(email));

create trigger users_touch
    before update on core.users
    for each row execute function core.touch_updated_at();

comment on function core.touch_updated_at() is 'Trigger: keeps updated_at.';
comment on table core.users is 'One row for each person with an account.';
comment on column core.users.id is 'Key of the person.';
comment on column core.users.email is 'Address, as the person writes it.';
comment on column core.users.role is 'viewer, editor, admin or super-admin.';
comment on column core.users.password_hash is 'Hash of the password: argon2id, bcrypt (cost 10 or more) or scrypt.';
comment on column core.users.created_at is 'When the row was written.';
comment on column core.users.updated_at is 'When the row was last changed.';
comment on constraint users_pkey on core.users is 'One row per person.';
comment on constraint users_email_looks_like_one on core.users is 'The address has the form of one.';
comment on constraint users_role_known on core.users is 'The role is one of four.';
comment on constraint users_password_hash_of_known_scheme on core.users is
    'A password is kept only as a hash of a known scheme, never as text.';
comment on index core.users_email_key is 'One account per address, whatever the letter case.';
comment on trigger users_touch on core.users is 'Keeps updated_at.';

-- ROLLBACK
-- drop table core.users;
-- drop function core.touch_updated_at();
-- drop schema core;
