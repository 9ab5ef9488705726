-- @rule LK41
-- @effect writes-wait shop.products
-- @hazard
lock table shop.products in exclusive mode;
-- @harmless
lock table shop.products in share update exclusive mode;
