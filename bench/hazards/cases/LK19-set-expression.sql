-- @rule LK19
-- @effect rewrites shop.orders
-- @hazard
alter table shop.orders alter column doubled set expression as (total * 3);
-- @harmless
alter table shop.orders alter column doubled drop expression;
