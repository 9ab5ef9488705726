-- Keys get a visible beginning, step 2 of 3: people look keys up by it. Built while others write.
-- lockkeeper:allow-file TX01 what follows the index is its comment, and the script goes on where it stopped
-- lockkeeper:allow-file CP11 the next step validates it
create index concurrently api_keys_key_prefix_idx on inference.api_keys (organization_id, key_prefix);
comment on index inference.api_keys_key_prefix_idx is 'Keys of an organization by what people see of them.';
