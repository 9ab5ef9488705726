-- @rule ST01
-- @effect catalog
-- @hazard
create table shop.pets (id integer generated always as identity primary key);
-- @harmless
create table shop.pets (id bigint generated always as identity primary key);
-- @catalog
select atttypid = 'int4'::regtype from pg_attribute where attrelid = 'shop.pets'::regclass and attname = 'id';
