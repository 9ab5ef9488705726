-- Awards and ledger entries refer to the policy version that they name.
--
-- NOT VALID: from here on every new row is checked, while the rows that are there already are not
-- read. The lock (SHARE ROW EXCLUSIVE, which stops writers) is held for an instant. Validation reads
-- all rows and belongs into another transaction, V005: in this one it would keep that lock for as
-- long as it reads.
-------------------------------------------------------------------------------
-- What programs of the version before named since V002 is adopted as well; they wait meanwhile.
--
-- The versions come first: an editor with an open draft holds them up, and claims shall not queue behind that.
lock table ${schema}.xp_policy_versions in share row exclusive mode;

lock table ${schema}.xp_awards, ${schema}.xp_ledger in share row exclusive mode;

select ${schema}.adopt_policy_versions();
-------------------------------------------------------------------------------
alter table ${schema}.xp_awards
    add constraint xp_awards_policy_version_fkey foreign key (policy_key, policy_version)
    references ${schema}.xp_policy_versions (policy_key, version) not valid;

comment on constraint xp_awards_policy_version_fkey on ${schema}.xp_awards is 'The policy version exists.';
-------------------------------------------------------------------------------
alter table ${schema}.xp_ledger
    add constraint xp_ledger_policy_version_fkey foreign key (policy_key, policy_version)
    references ${schema}.xp_policy_versions (policy_key, version) not valid;

comment on constraint xp_ledger_policy_version_fkey on ${schema}.xp_ledger is
    'The policy version exists, where one is named.';
