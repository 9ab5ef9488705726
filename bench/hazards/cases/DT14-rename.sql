-- @rule DT14 CP01
-- @effect breaks-program
-- @hazard
alter type shop.status rename value 'sent' to 'shipped';
-- @harmless
comment on type shop.status is 'where an order stands';
-- @program
select count(*) from shop.orders where state = 'sent';
