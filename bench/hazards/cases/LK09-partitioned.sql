-- @rule LK09
-- @effect scans-under-lock shop.events_2025
-- @before
alter table shop.events add column product_id bigint;
-- @hazard
alter table shop.events add constraint events_product_fk foreign key (product_id) references shop.products;
-- @harmless
alter table shop.invoices add constraint invoices_order_fk foreign key (order_id) references shop.orders not valid;
