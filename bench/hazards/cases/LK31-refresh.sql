-- @rule LK31
-- @effect reads-wait shop.totals
-- @hazard
refresh materialized view shop.totals;
-- @harmless
refresh materialized view concurrently shop.totals;
