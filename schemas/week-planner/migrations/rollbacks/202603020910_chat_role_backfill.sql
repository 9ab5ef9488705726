-- Takes 202603020910 back. Whoever spoke as ai spoke as assistant before.
update public.chat_message set role = 'assistant' where role = 'ai';
