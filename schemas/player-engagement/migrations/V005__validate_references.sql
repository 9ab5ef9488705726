-- Checks the rows that were there before V003 and V004 against their references.
--
-- VALIDATE CONSTRAINT takes SHARE UPDATE EXCLUSIVE on the checked table and ROW SHARE on the
-- referenced one: readers and writers go on while it reads. V003 and V004 wrote what rows named, so
-- nothing should be missing; if the totals do not follow the ledger, this is the time to say so.
-- lockkeeper:after select not exists (select from ${schema}.xp_balance_differences)
-------------------------------------------------------------------------------
alter table ${schema}.xp_ledger validate constraint xp_ledger_season_id_fkey;

alter table ${schema}.xp_season_balance validate constraint xp_season_balance_season_id_fkey;

alter table ${schema}.xp_awards validate constraint xp_awards_policy_version_fkey;

alter table ${schema}.xp_ledger validate constraint xp_ledger_policy_version_fkey;
