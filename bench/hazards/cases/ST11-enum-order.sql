-- @rule ST11
-- @effect catalog
-- @hazard
alter type shop.status add value 'lost';
-- @harmless
alter type shop.status add value 'lost' before 'sent';
-- @catalog
select enumlabel = 'lost' from pg_enum where enumtypid = 'shop.status'::regtype order by enumsortorder desc limit 1;
