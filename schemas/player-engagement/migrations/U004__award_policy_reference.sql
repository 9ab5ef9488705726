-- Takes V004 back.
-------------------------------------------------------------------------------
-- In the order in which a claim takes them, so that this waits for claims and none waits for it in a circle.
lock table ${schema}.xp_awards, ${schema}.xp_ledger in access exclusive mode;
-------------------------------------------------------------------------------
alter table ${schema}.xp_ledger drop constraint xp_ledger_policy_version_fkey;

alter table ${schema}.xp_awards drop constraint xp_awards_policy_version_fkey;
