-- Takes 202603090900 back: assistant is known again.
alter table public.chat_message drop constraint chat_message_role_known;

alter table public.chat_message
    add constraint chat_message_role_known check (role in ('user', 'assistant', 'ai', 'system')) not valid;

comment on constraint chat_message_role_known on public.chat_message is
    'The user, the AI (assistant is its old name) or the system speaks.';
comment on column public.chat_message.role is 'Who speaks: user, ai (before: assistant) or system.';
