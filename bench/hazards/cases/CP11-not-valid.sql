-- @rule CP11
-- @effect leaves-invalid
-- @hazard
alter table shop.orders add constraint orders_quantity_check check (quantity > 0) not valid;
-- @harmless
create table shop.counts (id bigint primary key, n integer);
alter table shop.counts add constraint counts_n_check check (n > 0) not valid;
alter table shop.counts validate constraint counts_n_check;
