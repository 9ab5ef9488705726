-- @rule FN06
-- @effect catalog
-- @hazard
create table shop.events_rest partition of shop.events default;
-- @harmless
create table shop.events_2028 partition of shop.events for values from ('2027-01-01') to ('2029-01-01');
-- @catalog
select partdefid <> 0 from pg_partitioned_table where partrelid = 'shop.events'::regclass;
