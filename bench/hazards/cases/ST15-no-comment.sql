-- @rule ST15
-- @effect catalog
-- @hazard
create table shop.pets (id bigint primary key);
comment on column shop.pets.id is 'the number on its collar';
-- @harmless
create table shop.pets (id bigint primary key);
comment on column shop.pets.id is 'the number on its collar';
comment on table shop.pets is 'animals of the house';
-- @catalog
select obj_description('shop.pets'::regclass) is null;
