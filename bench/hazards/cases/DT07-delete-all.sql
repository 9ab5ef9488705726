-- @rule DT07
-- @effect changes-all-rows shop.invoices
-- @hazard
delete from shop.invoices;
-- @harmless
delete from shop.invoices where id = 17;
