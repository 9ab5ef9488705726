-- @rule DT11
-- @effect fails-with-rival
-- @rival
update shop.big set n = 5000000000 where id = 1;
-- @before
create table shop.big (id bigint primary key, n bigint, m integer);
insert into shop.big values (1, 1, 1);
-- @hazard
alter table shop.big alter column n type integer;
-- @harmless
alter table shop.big alter column m type bigint;
