-- @rule ST02
-- @effect catalog
-- @hazard
create table shop.pets (id bigserial primary key);
-- @harmless
create table shop.pets (id bigint generated always as identity primary key);
-- @catalog
select attidentity = '' from pg_attribute where attrelid = 'shop.pets'::regclass and attname = 'id';
