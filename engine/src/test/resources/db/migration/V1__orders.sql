create table orders (id bigint primary key, placed timestamptz not null default now());
