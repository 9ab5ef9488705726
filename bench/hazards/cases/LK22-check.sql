-- @rule LK22
-- @effect scans-under-lock shop.ips
-- @before
create table shop.ips (id bigint primary key, name varchar(10) constraint ips_name_check check (name <> ''), other varchar(10));
insert into shop.ips values (1, 'a', 'b');
-- @hazard
alter table shop.ips alter column name type varchar(20);
-- @harmless
alter table shop.ips alter column other type varchar(20);
