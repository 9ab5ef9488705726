-- @rule LK11
-- @effect writes-wait shop.customers
-- @hazard
create table shop.addresses (id bigint primary key, customer_id bigint not null);
create index addresses_customer_idx on shop.addresses (customer_id);
alter table shop.addresses add foreign key (customer_id) references shop.customers;
-- @harmless
create table shop.people (id bigint primary key);
create table shop.addresses (id bigint primary key, customer_id bigint not null references shop.people);
create index addresses_customer_idx on shop.addresses (customer_id);
