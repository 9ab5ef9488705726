-- @rule DT02 DT04
-- @effect loses-column shop.boxes.size
-- @before
create type shop.size as (w integer, h integer);
create table shop.boxes (id bigint primary key, size shop.size);
insert into shop.boxes values (1, row(1, 2));
-- @hazard
drop type shop.size cascade;
-- @harmless
comment on type shop.size is 'width and height';
