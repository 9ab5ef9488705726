-- @rule DT03
-- @effect loses-object old.things
-- @before
create schema old;
create table old.things (id bigint primary key);
insert into old.things values (1);
-- @hazard
drop schema old cascade;
-- @harmless
create schema other;
drop schema other;
