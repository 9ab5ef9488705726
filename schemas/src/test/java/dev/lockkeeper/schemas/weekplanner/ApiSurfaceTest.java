package dev.lockkeeper.schemas.weekplanner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the roles of the API can reach: nothing that was not meant for them. */
@Tag("WP-09")
final class ApiSurfaceTest {
    private static final String SHADOWS = """
            create function pg_temp.spy(pg_catalog.text) returns boolean language plpgsql as
            $$ begin raise exception 'runs as %', current_user; end $$;
            create domain pg_temp.text as pg_catalog.text check (pg_temp.spy(value));
            create domain pg_temp.uuid as pg_catalog.text check (pg_temp.spy(value));
            create domain pg_temp.jsonb as pg_catalog.text check (pg_temp.spy(value));
            create temp table weekly_plan (id pg_catalog.uuid);
            create temp table audit_log (id pg_catalog.uuid);
            """;

    @RegisterExtension
    final Migrated wp = Migrated.of("week-planner");

    @Test
    void no_view_shows_rows_with_the_rights_of_its_owner() throws SQLException {
        assertThat(wp.session().lines("""
                                select oid::regclass from pg_class
                                where relnamespace in ('public'::regnamespace, 'planner'::regnamespace)
                                    and relkind in ('v', 'm', 'f')
                                """)).isEmpty();
    }

    @Test
    void the_functions_that_are_called_are_called_by_whom_they_are_for() throws SQLException {
        Session session = wp.session();

        assertThat(session.lines("""
                                select p.proname || ' ' || g.role || ' ' || p.prosecdef
                                from (values ('anon'), ('authenticated'), ('service_role')) as g (role), pg_proc as p
                                where p.pronamespace in ('public'::regnamespace, 'planner'::regnamespace)
                                    and has_function_privilege(g.role, p.oid, 'execute')
                                order by 1
                                """))
                .containsExactly(
                        "change_locked_quotas authenticated false",
                        "delete_cycle authenticated false",
                        "export_account authenticated false",
                        "export_account service_role false",
                        "lock_today authenticated false",
                        "lock_today service_role false",
                        "remove_words service_role true",
                        "rename_task authenticated false",
                        "unlock_week authenticated true");
    }

    @Test
    void every_function_has_a_search_path_of_its_own_with_temporary_objects_last() throws SQLException {
        assertThat(wp.session().lines("""
                                select oid::regprocedure || ' ' || coalesce(proconfig::text, '') from pg_proc
                                where pronamespace in
                                        ('public'::regnamespace, 'planner'::regnamespace, 'auth'::regnamespace)
                                    and proconfig is distinct from '{"search_path=pg_catalog, pg_temp"}'
                                """)).isEmpty();
    }

    @Test
    void no_role_of_the_api_uses_the_schema_of_the_triggers_or_calls_one() throws SQLException {
        assertThat(wp.session().lines("""
                                select g.role || ' ' || p.proname
                                from (values ('anon'), ('authenticated'), ('service_role')) as g (role), pg_proc as p
                                where p.pronamespace = 'planner'::regnamespace
                                    and (has_function_privilege(g.role, p.oid, 'execute')
                                        or has_schema_privilege(g.role, 'planner', 'usage'))
                                """)).isEmpty();
    }

    @Test
    void the_roles_of_the_api_have_the_privileges_that_were_granted_and_no_more() throws SQLException {
        assertThat(wp.session().lines("""
                                select acl.grantee::regrole || ' ' || string_agg(distinct acl.privilege_type, ' '
                                    order by acl.privilege_type) || ' ' || count(distinct c.oid)
                                from pg_class as c, aclexplode(c.relacl) as acl
                                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
                                    and c.relname <> 'audit_log' and acl.grantee <> c.relowner
                                group by acl.grantee order by 1
                                """))
                .containsExactly("authenticated DELETE SELECT 8", "service_role DELETE INSERT SELECT UPDATE 8");
        assertThat(wp.session().lines("""
                                select distinct a.attname from pg_attribute as a
                                join pg_class as c on c.oid = a.attrelid
                                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0
                                    and c.relname <> 'audit_log'
                                    and not has_column_privilege('authenticated', c.oid, a.attnum, 'insert')
                                    and not has_column_privilege('authenticated', c.oid, a.attnum, 'update')
                                order by 1
                                """))
                .as("what an account does not say")
                .containsExactly("created_at", "locks_on", "updated_at");
        assertThat(wp.session().lines("""
                                select acl.grantee::regrole || ' ' || acl.privilege_type
                                from pg_class as c, aclexplode(c.relacl) as acl
                                where c.oid = 'public.audit_log'::regclass and acl.grantee <> c.relowner order by 1
                                """)).containsExactly("authenticated SELECT", "service_role SELECT");
    }

    /** PostgREST names the types of the columns, which has to be allowed to the roles of the API. */
    @Test
    void an_account_writes_in_the_way_of_the_api() throws SQLException {
        Planner ann = Planner.in(wp.session());
        Session session = ann.asks(wp.session());
        String types = session.text("select string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod),"
                + " ', ' order by attnum) from pg_attribute where attrelid = 'public.task'::regclass"
                + " and attname in ('user_id', 'cycle_id', 'goal_id', 'title', 'unit', 'default_qty', 'tags')");

        assertThat(types).contains("title not_blank", "default_qty quantity");
        assertThat(session.run(ann.sql("with pgrst_source as (insert into public.task"
                        + " (user_id, cycle_id, goal_id, title, unit, default_qty, tags)"
                        + " select user_id, cycle_id, goal_id, title, unit, default_qty, tags"
                        + " from json_to_recordset('[{\"user_id\": \"{user}\", \"cycle_id\": \"{cycle}\","
                        + " \"goal_id\": \"{goal}\", \"title\": \"T\", \"unit\": \"h\", \"default_qty\": 2,"
                        + " \"tags\": [\"a\"]}]') as _ (" + types
                        + ") returning *) select count(*) from pgrst_source")))
                .isZero();
        assertThat(session.lines("select title || default_qty || tags::text from public.task where unit = 'h'"))
                .containsExactly("T2.00{a}");
    }

    @Test
    void the_machinery_runs_nothing_that_a_caller_put_into_its_temporary_schema() throws SQLException {
        Planner ann = Planner.in(wp.session());
        Planner.Locked locked = ann.locked(wp.session());
        Session session = ann.asks(wp.session());
        session.script(SHADOWS);

        session.begin();
        // as a literal: for a parameter the driver looks the type up by its name, and finds the shadow
        assertThat(session.number("select count(public.unlock_week('" + locked.plan() + "', 'Flu'))"))
                .isEqualTo(1);
        assertThat(session.run("update public.plan_item set qty = qty + 1")).isEqualTo(2);
        assertThat(session.run("delete from public.cycle")).isEqualTo(1);
        session.commit();
    }

    @Test
    void the_naive_empty_search_path_runs_the_code_of_the_caller_as_the_owner() throws SQLException {
        Session owner = wp.session();
        owner.script("""
                create function public.naive() returns text language plpgsql security definer set search_path = ''
                as $$ declare v_greeting text := 'hello'; begin return v_greeting; end $$;
                """);
        Session session = Planner.request(wp.session(), "authenticated", "{}");
        session.script(SHADOWS);

        assertThat(session.refused("select public.naive()").message())
                .isEqualTo("runs as " + owner.text("select current_user"));
    }
}
