-- @rule DT06
-- @effect loses-rows shop.orders
-- @hazard
truncate shop.customers cascade;
-- @harmless
create table shop.parents (id bigint primary key);
create table shop.children (id bigint primary key references shop.parents);
truncate shop.parents cascade;
