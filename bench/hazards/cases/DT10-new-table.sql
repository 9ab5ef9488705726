-- @rule DT10
-- @effect fails-with-rival
-- @rival
insert into shop.empty (label) values ('a');
-- @hazard
alter table shop.empty add column born date not null, add column died date;
-- @harmless
create table shop.cats (id bigint primary key);
alter table shop.cats add column born date not null;
