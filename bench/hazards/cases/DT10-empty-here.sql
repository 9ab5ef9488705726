-- @rule DT10
-- @effect fails-with-rival
-- @rival
insert into shop.empty (label) values ('a');
-- @hazard
alter table shop.empty add column size integer not null;
-- @harmless
alter table shop.empty add column size integer;
