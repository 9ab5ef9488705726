-- @rule LK05
-- @effect scans-under-lock shop.products
-- @hazard
alter table shop.products add constraint products_sku_key unique (sku);
-- @harmless
create unique index concurrently products_sku_key on shop.products (sku);
-- @next
alter table shop.products add constraint products_sku_key unique using index products_sku_key;
