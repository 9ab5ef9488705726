-- @rule LK28
-- @effect scans-under-lock shop.events_rest
-- @before
create table shop.events_rest partition of shop.events default;
insert into shop.events values (1, '2031-01-01', 'x');
alter table shop.events_2027 add constraint events_2027_at check (at >= '2027-01-01' and at < '2028-01-01');
-- @hazard
alter table shop.events attach partition shop.events_2027 for values from ('2027-01-01') to ('2028-01-01');
-- @harmless
alter table shop.events_rest add constraint events_rest_at check (not (at >= '2027-01-01' and at < '2028-01-01')) not valid;
-- @next
alter table shop.events_rest validate constraint events_rest_at;
-- @next
alter table shop.events attach partition shop.events_2027 for values from ('2027-01-01') to ('2028-01-01');
