-- @rule LK29
-- @effect reads-wait shop.events
-- @hazard
create table shop.events_2028 partition of shop.events for values from ('2028-01-01') to ('2029-01-01');
-- @harmless
create table shop.events_2028 (like shop.events including all);
alter table shop.events attach partition shop.events_2028 for values from ('2028-01-01') to ('2029-01-01');
