-- @rule ST03
-- @effect catalog
-- @hazard
create table shop.pets (id bigint primary key, name varchar(100));
-- @harmless
create table shop.pets (id bigint primary key, name text);
-- @catalog
select atttypid = 'varchar'::regtype from pg_attribute where attrelid = 'shop.pets'::regclass and attname = 'name';
