-- @rule ST06
-- @effect catalog
-- @hazard
alter table shop.empty add column facts json;
-- @harmless
alter table shop.empty add column facts jsonb;
-- @catalog
select atttypid = 'json'::regtype from pg_attribute where attrelid = 'shop.empty'::regclass and attname = 'facts';
