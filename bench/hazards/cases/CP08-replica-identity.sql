-- @rule CP08
-- @effect catalog
-- @hazard
alter table shop.orders replica identity nothing;
-- @harmless
create table shop.copies (id bigint primary key);
alter table shop.copies replica identity full;
-- @catalog
select relreplident = 'n' from pg_class where oid = 'shop.orders'::regclass;
