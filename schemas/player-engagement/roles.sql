-- Roles belong to the server, not to a database: whoever runs the server creates them once, before the first migration. Any
-- role with CREATEROLE can. None of them owns anything, none of them can log in: see the README for logins. What they may do
-- in a database is in grants.sql.
do $$
begin
    if to_regrole('engagement_service') is null then
        create role engagement_service nologin;
        comment on role engagement_service is 'player-engagement: what the game works as; claims, books and reads.';
    end if;
    if to_regrole('engagement_editor') is null then
        create role engagement_editor nologin;
        comment on role engagement_editor is 'player-engagement: writes policies, overrides and seasons.';
    end if;
    if to_regrole('engagement_privacy') is null then
        create role engagement_privacy nologin;
        comment on role engagement_privacy is 'player-engagement: forgets players who ask for it, and reads the evidence.';
    end if;
    if to_regrole('engagement_reader') is null then
        create role engagement_reader nologin;
        comment on role engagement_reader is 'player-engagement: reads everything and writes nothing.';
    end if;
exception when duplicate_object or unique_violation then
    null; -- somebody else was quicker
end
$$;
