-- @rule LK20
-- @effect rewrites shop.tags
-- @before
create table shop.tags (id bigint primary key, words varchar(10)[], word varchar(10));
insert into shop.tags values (1, '{a}', 'a');
-- @hazard
alter table shop.tags alter column words type varchar(20)[];
-- @harmless
alter table shop.tags alter column word type varchar(20);
