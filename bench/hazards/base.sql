-- What every case starts with: a shop in use.
create schema shop;
create type shop.status as enum ('new', 'paid', 'sent');
create domain shop.postcode as text;

create table shop.customers (
    id bigint generated always as identity primary key,
    email text not null constraint customers_email_key unique,
    name varchar(50),
    note text,
    age integer,
    zip shop.postcode,
    score numeric(10, 2) default 0,
    nick text,
    created timestamptz not null default now()
);
create table shop.products (
    id bigint generated always as identity primary key,
    sku text not null,
    price numeric(12, 2) not null constraint products_price_check check (price >= 0),
    stock integer not null default 0
);
create table shop.orders (
    id bigint generated always as identity primary key,
    customer_id bigint not null constraint orders_customer_fk references shop.customers,
    product_id bigint,
    state shop.status not null default 'new',
    total numeric(12, 2) not null constraint orders_total_check check (total >= 0),
    quantity integer,
    code varchar(20),
    data text,
    placed timestamp not null default now(),
    doubled numeric generated always as (total * 2) stored
);
create index orders_customer_idx on shop.orders (customer_id);
create index orders_placed_idx on shop.orders (placed);
create table shop.invoices (id bigint not null, order_id bigint, amount numeric(12, 2));
create table shop.empty (id bigint generated always as identity primary key, label text);

create table shop.events (id bigint not null, at date not null, kind text, primary key (id, at)) partition by range (at);
create table shop.events_2025 partition of shop.events for values from ('2025-01-01') to ('2026-01-01');
create table shop.events_2026 partition of shop.events for values from ('2026-01-01') to ('2027-01-01');
create table shop.events_2027 (id bigint not null, at date not null, kind text, primary key (id, at));

create view shop.paid as select id, total from shop.orders where state = 'paid';
create materialized view shop.totals as select customer_id, sum(total) as total from shop.orders group by customer_id;
create function shop.vat(amount numeric) returns numeric language sql immutable as 'select amount * 0.2';
create function shop.touch() returns trigger language plpgsql as 'begin new.data := ''touched''; return new; end';
create trigger orders_touch before update on shop.orders for each row execute function shop.touch();
create sequence shop.invoice_number;

insert into shop.customers (email, name, note, age, zip, nick)
    select 'c' || i || '@example.org', 'name ' || i, 'note', 30, '1234', 'nick' || i from generate_series(1, 300) i;
insert into shop.products (sku, price, stock) select 'sku' || i, i, 5 from generate_series(1, 300) i;
insert into shop.orders (customer_id, product_id, total, quantity, code, data)
    select i, i, i + 0.25, 1, 'code' || i, 'data' from generate_series(1, 300) i;
insert into shop.invoices select i, i, i from generate_series(1, 300) i;
insert into shop.events select i, date '2025-03-01', 'x' from generate_series(1, 100) i;
insert into shop.events select i, date '2026-03-01', 'x' from generate_series(1, 100) i;
insert into shop.events_2027 select i, date '2027-03-01', 'x' from generate_series(1, 100) i;
refresh materialized view shop.totals;
create unique index totals_customer_key on shop.totals (customer_id);
select nextval('shop.invoice_number');
