-- @rule DT14
-- @effect catalog
-- @hazard
alter type shop.status add value 'lost' after 'sent';
-- @harmless
create table shop.states (name text primary key);
insert into shop.states values ('lost');
-- @catalog
select exists (select from pg_enum where enumtypid = 'shop.status'::regtype and enumlabel = 'lost');
