-- Roles belong to the server, not to a database. Whoever has CREATEROLE runs this once per server, before the first
-- migration; a second run does nothing. Logins become members of one of them each: see README.
do $$
declare
    v_role text;
    v_purpose text;
begin
    for v_role, v_purpose in values
        ('prediction_worker', 'prediction-market: takes jobs and reports them.'),
        ('prediction_agent', 'prediction-market: agents; they gather evidence, propose, and publish what a human approved.'),
        ('prediction_console', 'prediction-market: acts for people, each time with the token of their session.'),
        ('prediction_login', 'prediction-market: checks passwords, keeps accounts and opens sessions.'),
        ('prediction_maintenance', 'prediction-market: scheduled work, retention, erasure, dead letters.'),
        ('prediction_auditor', 'prediction-market: reads all but secrets, changes nothing.')
    loop
        if to_regrole(v_role) is null then
            begin
                execute format('create role %I nologin', v_role);
                execute format('comment on role %I is %L', v_role, v_purpose);
            exception when duplicate_object or unique_violation then
                null; -- somebody else was quicker
            end;
        end if;
    end loop;
end
$$;
