-- @rule LK23
-- @effect rewrites shop.cache
-- @before
create unlogged table shop.cache (key text primary key, value text);
insert into shop.cache values ('a', 'b');
-- @hazard
alter table shop.cache set logged;
-- @harmless
alter table shop.cache set (fillfactor = 90);
