-- @rule TX06
-- @effect leaves-setting search_path
-- @hazard
set search_path = shop;
create table shop.leak (id bigint primary key);
-- @harmless
set local search_path = shop;
create table shop.leak (id bigint primary key);
