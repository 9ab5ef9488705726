-- @rule LK41
-- @effect reads-wait shop.orders
-- @hazard
lock table shop.orders;
-- @harmless
lock table shop.orders in row exclusive mode;
