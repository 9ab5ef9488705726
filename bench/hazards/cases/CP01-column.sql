-- @rule CP01
-- @effect breaks-program
-- @hazard
alter table shop.orders rename column code to voucher;
-- @harmless
alter table shop.orders add column voucher varchar(20);
-- @program
select code from shop.orders limit 1;
