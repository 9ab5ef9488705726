-- Takes V004 back.
-------------------------------------------------------------------------------
alter table ${schema}.xp_ledger drop constraint xp_ledger_policy_version_fkey;

alter table ${schema}.xp_awards drop constraint xp_awards_policy_version_fkey;
