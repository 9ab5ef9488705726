-- Checks the rows that were there before V003 and V004 against their references.
--
-- VALIDATE CONSTRAINT takes SHARE UPDATE EXCLUSIVE on the checked table and ROW SHARE on the
-- referenced one: readers and writers go on while it reads. A row whose season or policy version is
-- missing stops it with 23503, and nothing is lost: write the season or the version (Archived will do)
-- that the message names, and apply again.
-------------------------------------------------------------------------------
alter table ${schema}.xp_ledger validate constraint xp_ledger_season_id_fkey;

alter table ${schema}.xp_balance validate constraint xp_balance_season_id_fkey;

alter table ${schema}.xp_awards validate constraint xp_awards_policy_version_fkey;

alter table ${schema}.xp_ledger validate constraint xp_ledger_policy_version_fkey;
