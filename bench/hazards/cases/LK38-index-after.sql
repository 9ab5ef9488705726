-- @rule LK38
-- @effect starts-under-lock shop.orders
-- @hazard
alter table shop.orders alter column code set default 'x';
create index invoices_order_idx on shop.invoices (order_id);
-- @harmless
alter table shop.orders alter column code set default 'x';
