-- @rule CP11
-- @effect stays-invalid
-- @before
alter table shop.orders add constraint orders_quantity_check check (quantity > 0) not valid;
-- @hazard
alter table shop.orders add column remark text;
-- @harmless
alter table shop.orders validate constraint orders_quantity_check;
