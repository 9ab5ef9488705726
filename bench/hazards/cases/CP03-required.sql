-- @rule CP03 DT10
-- @effect breaks-program
-- @hazard
alter table shop.empty add column size integer not null;
-- @harmless
alter table shop.empty add column size integer not null default 1;
-- @program
insert into shop.empty (label) values ('a');
