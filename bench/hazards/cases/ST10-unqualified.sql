-- @rule ST10
-- @effect catalog
-- @hazard
create table pets (id bigint primary key);
-- @harmless
create table shop.pets (id bigint primary key);
-- @catalog
select to_regclass('public.pets') is not null;
