-- @rule TX06
-- @effect leaves-setting session_replication_role
-- @hazard
set session_replication_role = replica;
update shop.orders set code = 'x' where id = 1;
-- @harmless
set local session_replication_role = replica;
update shop.orders set code = 'x' where id = 1;
