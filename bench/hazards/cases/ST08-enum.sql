-- @rule ST08
-- @effect catalog
-- @hazard
create type shop.colour as enum ('red', 'blue');
-- @harmless
create table shop.colours (name text primary key);
-- @catalog
select exists (select from pg_type where typname = 'colour' and typtype = 'e');
