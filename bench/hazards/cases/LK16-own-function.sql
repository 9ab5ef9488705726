-- @rule LK16
-- @effect rewrites shop.products
-- @before
create function shop.draw() returns integer language plpgsql volatile as 'begin return 7; end';
create function shop.seven() returns integer language sql volatile as 'select 7';
-- @hazard
alter table shop.products add column lot integer default shop.draw();
-- @harmless
alter table shop.products add column lot integer default shop.seven();
