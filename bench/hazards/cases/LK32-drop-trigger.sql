-- @rule LK32
-- @effect reads-wait shop.orders
-- @hazard
drop trigger orders_touch on shop.orders;
-- @harmless
create or replace function shop.touch() returns trigger language plpgsql as 'begin return new; end';
