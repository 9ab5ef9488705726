-- @rule LK32
-- @effect writes-wait shop.orders
-- @hazard
alter table shop.orders disable trigger orders_touch;
-- @harmless
alter table shop.orders set (fillfactor = 90);
