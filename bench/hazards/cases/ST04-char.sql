-- @rule ST04
-- @effect catalog
-- @hazard
create table shop.pets (id bigint primary key, name char(10));
-- @harmless
create table shop.pets (id bigint primary key, name text);
-- @catalog
select atttypid = 'bpchar'::regtype from pg_attribute where attrelid = 'shop.pets'::regclass and attname = 'name';
