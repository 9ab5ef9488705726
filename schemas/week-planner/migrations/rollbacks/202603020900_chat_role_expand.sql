-- Takes 202603020900 back: what the AI said under its new name gets the old one.
update public.chat_message set role = 'assistant' where role = 'ai';

drop policy chat_message_backfill on public.chat_message;

alter table public.chat_message drop constraint chat_message_role_known;

alter table public.chat_message
    add constraint chat_message_role_known check (role in ('user', 'assistant', 'system'));

comment on constraint chat_message_role_known on public.chat_message is
    'The user, the assistant or the system speaks.';
comment on column public.chat_message.role is 'Who speaks: user, assistant or system.';
