-- @rule DT09
-- @effect fails-with-rival
-- @rival
update shop.orders set product_id = 9999 where id = 3;
-- @hazard
alter table shop.orders add constraint orders_product_fk foreign key (product_id) references shop.products;
-- @harmless
alter table shop.orders add constraint orders_product_fk foreign key (product_id) references shop.products not valid;
