drop table inference.api_keys;
drop function inference.begin_key();
drop function inference.bring_predecessor_back();
drop function inference.guard_key();
drop function inference.require_live_organization();
drop function inference.is_set(text[]);
