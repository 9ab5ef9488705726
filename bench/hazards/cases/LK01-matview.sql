-- @rule LK01
-- @effect writes-wait shop.totals
-- @hazard
create index totals_total_idx on shop.totals (total);
-- @harmless
create materialized view shop.totals_by_state as select state, sum(total) as total from shop.orders group by state;
create index totals_by_state_idx on shop.totals_by_state (state);
