-- @rule CP02
-- @effect breaks-program
-- @hazard
alter table shop.customers alter column age type text using age || ' years';
-- @harmless
alter table shop.customers add column age_text text;
-- @program
select sum(age) from shop.customers;
