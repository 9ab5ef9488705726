-- @rule LK20
-- @effect rewrites shop.invoices
-- @hazard
alter table shop.invoices alter column amount type numeric(14, 3);
-- @harmless
alter table shop.invoices alter column amount type numeric(14, 2);
