-- @rule CP08
-- @effect catalog
-- @before
create publication outside for table shop.orders;
-- @hazard
alter publication outside drop table shop.orders;
-- @harmless
comment on publication outside is 'for the warehouse';
-- @catalog
select not exists (select from pg_publication_tables where tablename = 'orders');
