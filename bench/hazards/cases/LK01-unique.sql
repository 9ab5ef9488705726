-- @rule LK01
-- @effect writes-wait shop.products
-- @hazard
create unique index products_sku_key on shop.products (sku);
-- @harmless
create unique index concurrently products_sku_key on shop.products (sku);
