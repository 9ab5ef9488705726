package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.PostgresDialect;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.judge.Judgement;
import dev.lockkeeper.analytics.quality.Examples;
import dev.lockkeeper.analytics.recon.Difference;
import dev.lockkeeper.analytics.recon.Reconciliation;
import dev.lockkeeper.analytics.roll.RollResult;
import dev.lockkeeper.analytics.state.StateScript;
import dev.lockkeeper.catalog.model.ModelReader;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Both components in one database: what marks of events make of the sums. */
@Tag("IP-08")
final class UsageMarksTest {
    private static final Path PROJECT = Reference.folder("inference-platform");
    private static final String REFRESH =
            "select analytics.refresh_usage_rollups('2026-01-14Z', now() + interval '1 day')";
    private static final String SUMS =
            "select granularity || ' ' || bucket_start || ' ' || organization_id || ' ' || coalesce(model_id::text, 'all') || ' '"
                    + " || request_count || ' ' || token_count || ' ' || error_count || ' ' || cost"
                    + " from analytics.usage_rollups order by 1";
    /** What the state is made of, apart from the spelling of scripts. */
    private static final String STATE_IS = """
            select 'column ' || a.attrelid::regclass || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
                || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') || ' ' || coalesce(col_description(a.attrelid, a.attnum), '')
            from pg_attribute a join pg_class c on c.oid = a.attrelid left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            where c.relnamespace = 'rollup_state'::regnamespace and c.relkind = 'r' and a.attnum > 0
            union all select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'rollup_state'::regnamespace
            union all select 'index ' || pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = 'rollup_state'::regnamespace
            union all select 'function ' || replace(pg_get_functiondef(oid), '"', '') || proacl::text from pg_proc where pronamespace = 'rollup_state'::regnamespace
            union all select 'table ' || relname || relacl::text || coalesce(reloptions::text, '') || relreplident::text || coalesce(obj_description(oid), '') from pg_class
                where relnamespace = 'rollup_state'::regnamespace and relkind = 'r'
            union all select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t join pg_proc p on p.oid = t.tgfoid where p.pronamespace = 'rollup_state'::regnamespace
            order by 1""";

    @RegisterExtension
    final Migrated migrated = Given.operational();

    private final Rollup usage = Rolled.read();

    @BeforeEach
    void analytics() throws SQLException, IOException {
        Rolled.analytics(migrated);
    }

    private RollResult roll() {
        return new Rolled(migrated).roll();
    }

    private List<Problem> judged() {
        try (dev.lockkeeper.database.Session session = migrated.ours()) {
            return Judgement.of(List.of(usage), ModelReader.read(session), Rolled.STATE);
        }
    }

    private static void events(Session session, int count) throws SQLException {
        session.run(
                "insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status, error_code,"
                        + " prompt_tokens, completion_tokens, cost)"
                        + " select gen_random_uuid(), now() - n * interval '97 seconds', o.id, m.id, 'eu',"
                        + " case when n % 9 = 0 then 'error' else 'success' end, case when n % 9 = 0 then 'timeout' end, n, 3 * n, n * 0.000012345"
                        + " from generate_series(1, " + count
                        + ") n, inference.organizations o, inference.model_registry_entries m"
                        + " where m.organization_id is null");
    }

    @Test
    void sums_of_marks_and_of_a_refresh_are_the_same_to_the_last_digit() throws SQLException {
        migrated.bring("staging", Given.SEED_KEYS);
        Session session = migrated.session();
        session.run("set timezone = 'Pacific/Chatham'");
        events(session, 500);
        assertThat(judged()).isEmpty();
        session.run("delete from analytics.usage_rollups");
        assertThat(roll().problems()).isEmpty();
        List<String> rolled = session.lines(SUMS);
        assertThat(rolled)
                .anyMatch(line -> line.startsWith("day") && line.contains(" all "))
                .hasSizeGreaterThan(300);

        session.number(REFRESH);
        assertThat(session.lines(SUMS)).isEqualTo(rolled);
        assertThat(roll().state()).as("a refresh leaves no mark").isEqualTo(RollResult.State.IDLE);

        events(session, 20);
        RollResult some = roll();
        rolled = session.lines(SUMS);
        session.number(REFRESH);
        assertThat(session.lines(SUMS)).isEqualTo(rolled);
        assertThat(some.tally().inserted() + some.tally().updated()).isPositive();
    }

    @Test
    void refresh_and_marks_at_once_wait_for_each_other_and_end_at_the_same_sums() throws Exception {
        migrated.bring("local-dev", Given.SEED_KEYS);
        Session session = migrated.session();
        Session other = migrated.session();
        CompletableFuture<Void> refreshes = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 10; i++) {
                    other.number(REFRESH);
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        for (int i = 0; i < 10; i++) {
            events(session, 5);
            assertThat(roll().problems()).isEmpty();
        }
        refreshes.get();
        roll();
        List<String> rolled = session.lines(SUMS);
        session.number(REFRESH);
        assertThat(session.lines(SUMS)).isEqualTo(rolled);
    }

    @Test
    void events_of_the_service_copies_and_voided_ones_are_followed() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        String event = Given.event(session, organization);
        session.run("set role inference_service");
        session.text("select set_config('inference.organization_id', ?, false)", organization);
        session.run(
                "insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status)"
                        + " select x.id, now(), '" + organization
                        + "', m.id, 'eu', 'success' from inference.model_registry_entries m, unnest(array['"
                        + event + "', gen_random_uuid()]::uuid[]) x (id)");
        session.run("reset role");
        assertThat(roll().problems()).isEmpty();
        String day =
                "select coalesce(sum(request_count), 0) from analytics.usage_rollups where granularity = 'day' and model_id is null";
        assertThat(session.number(day)).as("the copy is not counted").isEqualTo(2);

        session.run("set role inference_maintenance");
        assertThat(session.number("select count(*) from inference.usage_events"
                        + " where inference.void_event(organization_id, event_id, occurred_at, 'typo')"))
                .isEqualTo(2);
        session.run("reset role");
        roll();
        assertThat(session.number(day)).isZero();
        assertThat(session.lines(SUMS)).isEmpty();
    }

    @Test
    void partitions_that_come_later_are_watched_under_an_owner_who_sees_no_row() throws SQLException {
        Session session = migrated.session();
        session.script("create role ordinary_marks_test; grant create on database "
                + session.text("select quote_ident(current_database())") + " to ordinary_marks_test");
        try {
            for (String change : session.lines("""
                    select format('alter schema %s owner to ordinary_marks_test', n)
                    from unnest(array['inference', 'inference_archive', 'analytics', 'rollup_state']) n
                    union all
                    select format('alter function %s owner to ordinary_marks_test', oid::regprocedure)
                    from pg_proc where pronamespace in ('inference'::regnamespace, 'analytics'::regnamespace, 'rollup_state'::regnamespace)
                    union all
                    select format('alter table %s owner to ordinary_marks_test', oid::regclass)
                    from pg_class where relnamespace in ('inference'::regnamespace, 'analytics'::regnamespace, 'rollup_state'::regnamespace)
                        and relkind in ('r', 'p')
                    union all
                    select format('alter policy %I on %s to ordinary_marks_test', polname, polrelid::regclass)
                    from pg_policy where polname in ('usage_events_once', 'audit_log_entries_of_migrations',
                        'audit_log_entries_seen_by_their_writer', 'audit_log_entries_of_retention',
                        'audit_log_entries_of_voids')
                    """)) {
                session.run(change);
            }
            String organization = Given.organization(session, "one");
            Given.model(session);
            session.run("set role inference_maintenance");
            session.lines("select inference.create_partitions((now() at time zone 'UTC')::date - 40, 2)");
            session.run(
                    "insert into inference.usage_events (event_id, occurred_at, organization_id, model_id, region, status)"
                            + " select gen_random_uuid(), date_trunc('day', now(), 'UTC') - interval '40 days' + interval '5 hours', '"
                            + organization + "', m.id, 'eu', 'success'"
                            + " from inference.model_registry_entries m");
            session.run("reset role");
            Given.event(session, organization);
            // as if it had come by a restore: it is not watched, and holds events
            session.run("delete from rollup_state.rollup_dirty");
            assertThat(roll().problems()).isEmpty();
            assertThat(
                            session.number(
                                    "select count(*) from analytics.usage_rollups where granularity = 'hour'"
                                            + " and bucket_start = date_trunc('day', now(), 'UTC') - interval '40 days' + interval '5 hours'"))
                    .as("all buckets between the bounds were marked, for the owner sees none of the rows")
                    .isEqualTo(2);
            assertThat(session.number("select count(*) from rollup_state.rollup_interval where grain = 'hour'"))
                    .as("of the other day, which is empty, none")
                    .isEqualTo(24);
        } finally {
            session.script(
                    "reset role; reassign owned by ordinary_marks_test to current_user; drop owned by ordinary_marks_test;"
                            + " drop role ordinary_marks_test");
        }
    }

    @Test
    void migration_brings_what_the_script_of_the_definition_prints_and_takes_all_of_it_away()
            throws SQLException, IOException {
        Session session = migrated.session();
        List<String> brought = session.lines(STATE_IS);
        session.script(Files.readString(PROJECT.resolve("analytics/migrations/202602020900_usage_marks.down.sql")));
        assertThat(session.number("select count(*) from pg_namespace where nspname = 'rollup_state'"))
                .isZero();
        assertThat(session.number("select count(*) from pg_trigger where tgname like 'rollup%'"))
                .isZero();

        session.script(new StateScript(Rolled.STATE, "inference_maintenance").up(List.of(usage)));
        assertThat(session.lines(STATE_IS)).isEqualTo(brought);
    }

    @Test
    void tests_of_the_definition_hold_and_reconciliation_finds_what_somebody_altered() throws SQLException {
        Session session = migrated.session();
        Given.organization(session, "one");
        Given.model(session);
        events(session, 50);
        roll();
        session.run(
                "update analytics.usage_rollups set cost = cost + 0.0001 where model_id is null and granularity = 'hour'"
                        + " and bucket_start = (select max(bucket_start) from analytics.usage_rollups where granularity = 'hour')");
        try (dev.lockkeeper.database.Session ours = migrated.ours()) {
            assertThat(new Examples(Rolled.site(ours), new PostgresDialect()).problems(usage))
                    .isEmpty();
            Instant now = Instant.now();
            assertThat(new Reconciliation(Rolled.site(ours), new PostgresDialect(), usage)
                            .run(new Span(now.minus(Duration.ofDays(3)), now), true)
                            .differences())
                    .singleElement()
                    .satisfies(one -> {
                        assertThat(one.kind()).isEqualTo(Difference.Kind.DRIFT);
                        assertThat(one.differences().get("cost"))
                                .as("a total is no part of what is added up")
                                .isEqualTo("0.0000");
                    });
        }
        roll();
        List<String> rolled = session.lines(SUMS);
        session.number(REFRESH);
        assertThat(session.lines(SUMS)).isEqualTo(rolled);
    }

    @Test
    void without_the_events_in_its_database_nothing_is_computed_and_each_reason_is_told() throws SQLException {
        Session session = migrated.session();
        session.script("drop schema inference cascade; create schema inference; create extension postgres_fdw;"
                + " create server events foreign data wrapper postgres_fdw; create foreign table inference.usage_events"
                + " (occurred_at timestamptz not null, organization_id uuid not null) server events");
        assertThat(judged())
                .extracting(Problem::message)
                .containsExactly("inference.usage_events is a foreign table, and no table");
    }
}
