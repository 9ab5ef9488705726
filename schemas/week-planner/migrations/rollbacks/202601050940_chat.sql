-- Takes 202601050940 back. All talks go with its tables.
drop function public.export_account(uuid);
drop table public.chat_message;
drop table public.chat_session;
