drop trigger api_keys_key_prefix_immutable on inference.api_keys;
alter table inference.api_keys drop column key_prefix;
