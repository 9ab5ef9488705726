-- Keys get a visible beginning, step 3 of 3: old rows are checked while others write.
alter table inference.api_keys validate constraint api_keys_key_prefix_has_form;
