-- @rule ST14
-- @effect catalog
-- @hazard
create table shop.pets (id bigint not null, name text);
-- @harmless
create table shop.pets (id bigint primary key, name text);
-- @catalog
select not exists (select from pg_index where indrelid = 'shop.pets'::regclass and indisprimary);
