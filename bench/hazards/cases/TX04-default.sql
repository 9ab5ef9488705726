-- @rule TX04
-- @effect fails
-- @hazard
alter type shop.status add value 'lost';
alter table shop.orders alter column state set default 'lost';
-- @harmless
alter type shop.status add value 'lost';
-- @next
alter table shop.orders alter column state set default 'lost';
