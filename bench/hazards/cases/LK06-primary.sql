-- @rule LK06
-- @effect scans-under-lock shop.invoices
-- @hazard
alter table shop.invoices add primary key (id);
-- @harmless
create unique index concurrently invoices_pkey on shop.invoices (id);
-- @next
alter table shop.invoices add constraint invoices_pkey primary key using index invoices_pkey;
