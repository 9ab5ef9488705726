-- @rule ST06
-- @effect catalog
-- @hazard
create table shop.pets (id bigint primary key, facts json);
-- @harmless
create table shop.pets (id bigint primary key, facts jsonb);
-- @catalog
select atttypid = 'json'::regtype from pg_attribute where attrelid = 'shop.pets'::regclass and attname = 'facts';
