-- @rule ST07
-- @effect catalog
-- @hazard
create table shop.pets (id bigint primary key, a text, b text, c text, d text);
create index pets_wide_idx on shop.pets (a, b, c, d);
-- @harmless
create table shop.pets (id bigint primary key, a text, b text, c text, d text);
create index pets_wide_idx on shop.pets (a, b, c);
-- @catalog
select indnatts > 3 from pg_index where indexrelid = 'shop.pets_wide_idx'::regclass;
