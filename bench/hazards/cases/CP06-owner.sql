-- @rule CP06
-- @effect catalog
-- @hazard
alter table shop.invoices owner to pg_monitor;
-- @harmless
alter table shop.invoices set (fillfactor = 90);
-- @catalog
select relowner = 'pg_monitor'::regrole from pg_class where oid = 'shop.invoices'::regclass;
