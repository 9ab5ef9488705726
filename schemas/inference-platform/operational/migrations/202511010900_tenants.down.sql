drop table inference.users;
drop table inference.organizations;
drop function inference.keep_slug();
drop function inference.refuse();
drop function inference.touch_updated_at();
drop schema inference;
