-- @rule CP01
-- @effect breaks-program
-- @hazard
alter view shop.paid rename column total to amount;
-- @harmless
create or replace view shop.paid as select id, total, placed from shop.orders where state = 'paid';
-- @program
select total from shop.paid limit 1;
