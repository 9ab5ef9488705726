-- @rule ST05
-- @effect catalog
-- @hazard
create table shop.pets (id bigint primary key, born timestamp);
-- @harmless
create table shop.pets (id bigint primary key, born timestamptz);
-- @catalog
select atttypid = 'timestamp'::regtype from pg_attribute where attrelid = 'shop.pets'::regclass and attname = 'born';
