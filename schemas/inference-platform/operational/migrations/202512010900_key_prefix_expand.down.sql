alter table inference.api_keys drop column key_prefix;
