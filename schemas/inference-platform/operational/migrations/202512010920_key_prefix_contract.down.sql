alter table inference.api_keys drop constraint api_keys_key_prefix_has_form;
alter table inference.api_keys
    add constraint api_keys_key_prefix_has_form check (key_prefix ~ '^[a-z]{2,8}_[A-Za-z0-9]{4}$') not valid;
comment on constraint api_keys_key_prefix_has_form on inference.api_keys is
    'Letters, an underscore and four letters or digits.';
