-- @rule ST09
-- @effect catalog
-- @hazard
create table shop.a_table_whose_name_is_much_longer_than_what_the_server_can_keep_of_it (id bigint primary key);
-- @harmless
create table shop.a_table_whose_name_is_short (id bigint primary key);
-- @catalog
select exists (select from pg_class where length(relname) = 63 and relkind = 'r');
