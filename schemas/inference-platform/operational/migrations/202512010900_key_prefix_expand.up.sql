-- Keys get a visible beginning, step 1 of 3: a column that may be null, and a check that holds for new rows only, so that
-- the lock is held for an instant.
alter table inference.api_keys
    add column key_prefix text,
    add constraint api_keys_key_prefix_has_form check (key_prefix ~ '^[a-z]{2,8}_[A-Za-z0-9]{4}$') not valid;

create trigger api_keys_key_prefix_immutable
    before update on inference.api_keys
    for each row when (old.key_prefix is not null and new.key_prefix is distinct from old.key_prefix)
    execute function inference.refuse('the beginning of a secret does not change', 'Create another key.');

comment on trigger api_keys_key_prefix_immutable on inference.api_keys is
    'A beginning that was set stays, as the secret does.';
comment on column inference.api_keys.key_prefix is
    'Beginning of the secret that people may see, such as ik_9fQ2; null for keys from before.';
comment on constraint api_keys_key_prefix_has_form on inference.api_keys is
    'Letters, an underscore and four letters or digits.';
