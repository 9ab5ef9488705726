package dev.lockkeeper.differential;

import java.util.List;

/** What a database and its users prescribe before the first script comes. */
enum Place {
    PLAIN(""),
    DATABASE_PATH("alter database awkward set search_path = app, public"),
    DATABASE_DATES("alter database awkward set datestyle = 'ISO, DMY'"),
    DATABASE_OTHER_DATES("alter database awkward set datestyle = 'ISO, YMD'"),
    DATABASE_ZONE("alter database awkward set timezone = 'Asia/Kathmandu'"),
    DATABASE_FLOATS("alter database awkward set extra_float_digits = -3"),
    DATABASE_STRINGS("alter database awkward set standard_conforming_strings = off"),
    DATABASE_TEXTS(
            "alter database awkward set bytea_output = escape;"
                    + " alter database awkward set intervalstyle = sql_standard; alter database awkward set xmloption = document"),
    DATABASE_ISOLATION("alter database awkward set default_transaction_isolation = 'repeatable read'"),
    DATABASE_CUSTOM("alter database awkward set my.x = 'of the database'"),
    DATABASE_NULLS(
            "alter database awkward set transform_null_equals = on; alter database awkward set array_nulls = off"),
    DATABASE_ROW_SECURITY("alter database awkward set row_security = off"),
    DATABASE_TIMEOUTS("alter database awkward set lock_timeout = '9s';"
            + " alter database awkward set idle_in_transaction_session_timeout = '60s'"),
    ROLE_PATH("alter role $login set search_path = app, public"),
    ROLE_DATES("alter role $login set datestyle = 'ISO, DMY'"),
    ROLE_ZONE("alter role $login set timezone = 'America/St_Johns'"),
    ROLE_CUSTOM("alter role $login in database awkward set my.x = 'of the role'"),
    ROLE_FLOATS("alter role $login set extra_float_digits = 0; alter role $login set bytea_output = escape"),
    ROLE_ROLE("alter role $login set role = 'dl_owner'"),
    ROLE_ROLE_AND_PATH("alter role $login in database awkward set role = 'dl_owner';"
            + " alter role $login set search_path = app, pg_catalog"),
    ALL_ROLES("alter role all set my.x = 'of all'; alter role all in database awkward set timezone = 'Asia/Tokyo'"),
    DEFAULT_PRIVILEGES("alter default privileges for role $login grant select on tables to dl_reader;"
            + " alter default privileges grant usage on schemas to dl_reader"),
    EVENT_TRIGGER("""
            create table base.ddl (tag text, object text, who text, path text, mine text);
            grant all on base.ddl to public;
            create function base.log_ddl() returns event_trigger language plpgsql as $$
            declare r record;
            begin
                for r in select * from pg_catalog.pg_event_trigger_ddl_commands() loop
                    if r.object_identity !~ '(^| )lockkeeper|pg_temp' and r.object_type !~ 'schema' then
                        insert into base.ddl values (r.command_tag, r.object_identity, current_user,
                            current_setting('search_path'), nullif(current_setting('my.x', true), ''));
                    end if;
                end loop;
            end $$;
            create event trigger log_ddl on ddl_command_end execute function base.log_ddl()"""),
    EVENT_TRIGGER_THAT_OWNS("""
            create function base.take() returns event_trigger language plpgsql as $$
            declare r record;
            begin
                for r in select * from pg_catalog.pg_event_trigger_ddl_commands() where command_tag = 'CREATE TABLE'
                            and schema_name in ('app', 'public') loop
                    execute pg_catalog.format('comment on table %s is %L', r.object_identity, 'taken');
                end loop;
            end $$;
            create event trigger take on ddl_command_end when tag in ('CREATE TABLE') execute function base.take()""");

    private final String sql;

    Place(String sql) {
        this.sql = sql;
    }

    /** What an administrator runs in the new database. */
    String sql(Login login) {
        return sql.replace("$login", login.role());
    }

    boolean isShared() {
        return sql.contains("alter role");
    }

    static Place of(String name) {
        return valueOf(name.replace('-', '_').toUpperCase(java.util.Locale.ROOT));
    }

    static List<Place> all() {
        return List.of(values());
    }
}
