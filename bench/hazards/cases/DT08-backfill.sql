-- @rule DT08
-- @effect changes-rows-under-lock shop.products
-- @hazard
alter table shop.products add column label text;
update shop.products set label = sku;
-- @harmless
alter table shop.products add column label text;
