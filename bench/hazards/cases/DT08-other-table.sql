-- @rule DT08
-- @effect changes-rows-under-lock shop.orders
-- @hazard
alter table shop.orders add column checked boolean;
insert into shop.invoices (id, order_id, amount) select id + 1000, id, total from shop.orders;
-- @harmless
create table shop.ledger (id bigint primary key, amount numeric);
insert into shop.ledger select id, amount from shop.invoices;
