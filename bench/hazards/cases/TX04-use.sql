-- @rule TX04
-- @effect fails
-- @hazard
alter type shop.status add value 'lost';
update shop.orders set state = 'lost' where id = 1;
-- @harmless
alter type shop.status add value 'lost';
-- @next
update shop.orders set state = 'lost' where id = 1;
