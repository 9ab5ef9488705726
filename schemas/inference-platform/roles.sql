-- Roles belong to the server, not to a database: whoever runs the server creates them once, before the first migration.
-- An ordinary role with CREATEROLE can: none of them passes policies by. Logins: see README.md.
do $$
begin
    if to_regrole('inference_service') is null then
        create role inference_service nologin;
        comment on role inference_service is 'inference-platform: what the service works as; sees one tenant at a time.';
    end if;
    if to_regrole('inference_gateway') is null then
        create role inference_gateway nologin;
        comment on role inference_gateway is 'inference-platform: finds out whose call it is, by the hash of a key or address.';
    end if;
    if to_regrole('inference_maintenance') is null then
        create role inference_maintenance nologin;
        comment on role inference_maintenance is 'inference-platform: jobs that work on all tenants.';
    end if;
    if exists (select from pg_catalog.pg_roles where rolname = 'inference_maintenance' and rolbypassrls) then
        begin
            alter role inference_maintenance nobypassrls; -- what nobody needs, a superuser takes away
        exception when insufficient_privilege then
            raise warning 'inference_maintenance passes policies by; let a superuser alter it: nobypassrls';
        end;
    end if;
exception when duplicate_object or unique_violation then
    null; -- somebody else was quicker
end
$$;
