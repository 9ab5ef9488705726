-- @rule DT16
-- @effect fails
-- @hazard
update shop.orders set code = 'a', code = 'b' where id = 1;
-- @harmless
update shop.orders set code = 'a', data = 'b' where id = 1;
