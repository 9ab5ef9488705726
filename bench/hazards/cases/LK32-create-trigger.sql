-- @rule LK32
-- @effect writes-wait shop.products
-- @hazard
create trigger products_touch before update on shop.products for each row when (false) execute function shop.touch();
-- @harmless
create table shop.drafts (id bigint primary key, data text);
create trigger drafts_touch before update on shop.drafts for each row execute function shop.touch();
