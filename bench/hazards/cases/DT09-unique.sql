-- @rule DT09
-- @effect fails-with-rival
-- @rival
insert into shop.products (sku, price) values ('same', 1), ('same', 2);
-- @hazard
alter table shop.products add constraint products_sku_key unique (sku);
-- @harmless
create index concurrently products_sku_idx on shop.products (sku);
