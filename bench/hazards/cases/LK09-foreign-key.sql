-- @rule LK09
-- @effect scans-under-lock shop.orders
-- @hazard
alter table shop.orders add constraint orders_product_fk foreign key (product_id) references shop.products;
-- @harmless
alter table shop.orders add constraint orders_product_fk foreign key (product_id) references shop.products not valid;
-- @next
alter table shop.orders validate constraint orders_product_fk;
