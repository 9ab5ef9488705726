-- @rule LK27
-- @effect scans-under-lock shop.events_2027
-- @hazard
alter table shop.events attach partition shop.events_2027 for values from ('2027-01-01') to ('2028-01-01');
-- @harmless
alter table shop.events_2027 add constraint events_2027_at check (at >= '2027-01-01' and at < '2028-01-01') not valid;
-- @next
alter table shop.events_2027 validate constraint events_2027_at;
-- @next
alter table shop.events attach partition shop.events_2027 for values from ('2027-01-01') to ('2028-01-01');
