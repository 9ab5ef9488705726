-- @rule FN07
-- @effect catalog
-- @hazard
create table shop.events_2028 partition of shop.events for values from ('2028-01-01') to ('2029-01-01');
-- @harmless
create table shop.events_2028 partition of shop.events for values from ('2027-01-01') to ('2029-01-01');
-- @catalog
select not exists (select from pg_class where relname = 'events_2028' and pg_get_expr(relpartbound, oid) like '%2027-01-01%');
