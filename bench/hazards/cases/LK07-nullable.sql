-- @rule LK07
-- @effect scans-under-lock shop.invoices
-- @before
create unique index invoices_order_key on shop.invoices (order_id);
-- @hazard
alter table shop.invoices add constraint invoices_pkey primary key using index invoices_order_key;
-- @harmless
alter table shop.invoices add constraint invoices_order_present check (order_id is not null) not valid;
-- @next
alter table shop.invoices validate constraint invoices_order_present;
-- @next
alter table shop.invoices alter column order_id set not null;
-- @next
alter table shop.invoices add constraint invoices_pkey primary key using index invoices_order_key;
