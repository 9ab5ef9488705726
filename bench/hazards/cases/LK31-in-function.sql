-- @rule LK31
-- @effect reads-wait shop.totals
-- @before
create function shop.refresh() returns void language plpgsql as 'begin refresh materialized view shop.totals; end';
create function shop.refresh_gently() returns void language plpgsql as 'begin refresh materialized view concurrently shop.totals; end';
-- @hazard
select shop.refresh();
-- @harmless
select shop.refresh_gently();
