-- @rule LK25
-- @effect rewrites shop.orders
-- @effect reads-wait shop.orders
-- @hazard
vacuum full shop.orders;
-- @harmless
vacuum shop.orders;
