-- @rule TX06
-- @effect leaves-setting statement_timeout
-- @hazard
select set_config('statement_timeout', '5s', false);
-- @harmless
select set_config('statement_timeout', '5s', true);
