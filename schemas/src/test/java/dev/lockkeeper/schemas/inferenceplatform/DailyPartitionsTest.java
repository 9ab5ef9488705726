package dev.lockkeeper.schemas.inferenceplatform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Reference;
import dev.lockkeeper.schemas.Session;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From months to days, with rows and while clients write. */
@Tag("IP-06")
final class DailyPartitionsTest {
    private static final String WIDTHS = "select distinct extract(day from upper_bound - lower_bound) > 1"
            + " from inference.partitions_of('inference.usage_events')";
    private static final String ROWS = "select md5(string_agg(e::text, ',' order by id)) from inference.usage_events e";

    @RegisterExtension
    final Migrated migrated = Migrated.of("inference-platform", "operational").to("202512010920");

    private static void fill(Session session, String organization, int events) throws SQLException {
        session.run(
                "insert into inference.usage_events"
                        + " (event_id, occurred_at, organization_id, model_id, region, status, cost)"
                        + " select gen_random_uuid(), greatest(date_trunc('month', now(), 'UTC'),"
                        + " now() - n * interval '5 minutes'), ?::uuid, ?::uuid, 'eu', 'success', 0.000000001 * n"
                        + " from generate_series(1, ?) n",
                organization,
                Given.model(session),
                events);
    }

    @Test
    void events_move_from_months_to_days_and_back_and_none_is_lost_or_changed() throws SQLException {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        fill(session, organization, 12_000);
        String rows = session.text(ROWS);
        assertThat(session.lines(WIDTHS)).containsExactly("t");
        migrated.up("202601150920");

        assertThat(session.lines(WIDTHS)).containsExactly("f");
        assertThat(session.text(ROWS)).isEqualTo(rows);
        fill(session, organization, 100);
        session.lines("select inference.create_partitions()");
        rows = session.text(ROWS);
        for (int step = 0; step < 3; step++) {
            migrated.down();
            assertThat(session.text(ROWS)).isEqualTo(rows);
            assertThat(session.lines(WIDTHS)).containsExactly("t");
        }
        migrated.up("202601150920");
        assertThat(session.text(ROWS)).isEqualTo(rows);
    }

    @Test
    void the_swap_is_held_back_until_the_days_have_all_events() throws SQLException {
        Session session = migrated.session();
        fill(session, Given.organization(session, "one"), 10);
        migrated.up("202601150910");
        session.run("delete from inference.usage_events_by_day where cost = 0.000000003");

        assertThatThrownBy(() -> migrated.up("202601150920")).isInstanceOf(RuntimeException.class);
        assertThat(session.lines(WIDTHS)).containsExactly("t");
        session.run(
                "insert into inference.usage_events_by_day select * from inference.usage_events on conflict do nothing");
        migrated.up("202601150920");
        assertThat(session.number("select count(*) from inference.usage_events"))
                .isEqualTo(10);
    }

    @Test
    void what_clients_write_meanwhile_is_counted_and_no_call_of_theirs_is_refused() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        fill(session, organization, 20_000);
        Given.model(session);
        AtomicBoolean over = new AtomicBoolean();
        List<CompletableFuture<Integer>> writers = new ArrayList<>();
        for (int w = 0; w < 3; w++) {
            Session writer = migrated.session();
            int number = w;
            writers.add(CompletableFuture.supplyAsync(() -> {
                int written = 0;
                try {
                    while (!over.get()) {
                        // each event is sent twice
                        for (int copy = 0; copy < 2; copy++) {
                            writer.run(
                                    "insert into inference.usage_events"
                                            + " (event_id, occurred_at, organization_id, model_id, region, status)"
                                            + " values (md5(?)::uuid, now(), ?::uuid, ?::uuid, 'eu', 'success')",
                                    number + " " + written,
                                    organization,
                                    Given.model(writer));
                        }
                        written++;
                    }
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
                return written;
            }));
        }
        // beside the batches, events are voided that they copy
        Session maintenance = migrated.session();
        CompletableFuture<Integer> voids = CompletableFuture.supplyAsync(() -> {
            int voided = 0;
            try {
                maintenance.run("set role inference_maintenance");
                while (!over.get()) {
                    voided += maintenance
                            .lines(
                                    "select inference.void_event(organization_id, event_id, occurred_at, 'typo')"
                                            + " from inference.usage_events where cost = 0.000000001 * ?",
                                    voided + 1)
                            .size();
                }
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return voided;
        });
        migrated.up("202601150900");
        session.lines("select inference.create_partitions()");
        migrated.up("202601150920");
        over.set(true);
        int written = -voids.get();
        assertThat(written).isNegative();
        written += 20_000;
        assertThat(session.number("select count(*) from inference.usage_events where cost > 0"))
                .as("voided events are gone")
                .isEqualTo(written);
        for (CompletableFuture<Integer> writer : writers) {
            written += writer.get();
        }

        assertThat(session.number("select count(*) from inference.usage_events"))
                .isEqualTo(written);
        assertThat(session.number("select count(*) from inference.usage_events where cost = 0"))
                .isPositive();
        assertThat(session.lines(WIDTHS)).containsExactly("f");
    }

    @Test
    void what_is_retired_between_two_steps_stays_retired_and_holds_no_step_up() throws SQLException {
        Session session = migrated.session();
        session.lines("select inference.add_partition('inference.usage_events', '2024-09-01Z', '2024-10-01Z')");
        session.run(
                "insert into inference.usage_events"
                        + " (event_id, occurred_at, organization_id, model_id, region, status)"
                        + " select gen_random_uuid(), timestamptz '2024-09-03Z' + n * interval '1 hour', ?::uuid, ?::uuid,"
                        + " 'eu', 'success' from generate_series(1, 3) n",
                Given.organization(session, "one"),
                Given.model(session));
        String retire = "select inference.retire_partitions()";
        String events = "select count(*) from inference.usage_events";
        migrated.up("202601150900");
        assertThat(session.lines(retire))
                .as("a month whose days are on their way")
                .isEmpty();
        migrated.down();
        migrated.up("202601150910");
        assertThat(session.lines(retire)).isEmpty();
        assertThat(session.number(events)).isEqualTo(3);
        migrated.up("202601150920");

        assertThat(session.lines(retire)).hasSize(30).contains("usage_events_20240903");
        assertThat(session.number(events)).isZero();
        assertThat(session.number("select count(*) from inference_archive.usage_events_20240903"))
                .isEqualTo(3);
        assertThat(session.lines(retire)).isEmpty();
    }

    @Test
    void a_swap_that_ended_after_a_month_holds_all_events_and_goes_back() throws Exception {
        Session session = migrated.session();
        String organization = Given.organization(session, "one");
        session.lines("select inference.add_partition('inference.usage_events', '2024-09-01Z', '2024-10-01Z')");
        session.run(
                "insert into inference.usage_events"
                        + " (event_id, occurred_at, organization_id, model_id, region, status)"
                        + " select gen_random_uuid(), timestamptz '2024-09-03Z' + n * interval '1 hour', ?::uuid, ?::uuid,"
                        + " 'eu', 'success' from generate_series(1, 30) n",
                organization,
                Given.model(session));
        fill(session, organization, 10);
        String rows = session.text(ROWS);
        migrated.up("202601150910");
        String swap = Files.readString(Reference.folder("inference-platform")
                .resolve("operational/migrations/202601150920_daily_partitions_contract.up.sql"));
        String month = "select inference.swap_month();";
        session.script(swap.substring(0, swap.indexOf(month) + month.length()));

        assertThat(session.text(ROWS)).isEqualTo(rows);
        assertThat(session.lines(WIDTHS)).containsExactlyInAnyOrder("t", "f");
        fill(session, organization, 10);
        rows = session.text(ROWS);
        migrated.down();
        migrated.down();
        assertThat(session.text(ROWS)).isEqualTo(rows);
        assertThat(session.lines(WIDTHS)).containsExactly("t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"read committed", "repeatable read"})
    void an_event_that_is_voided_beside_a_batch_stays_voided(String isolation) throws Exception {
        Session session = migrated.session();
        fill(session, Given.organization(session, "one"), 10);
        migrated.up("202601150900");
        String batch = Files.readString(Reference.folder("inference-platform")
                        .resolve("operational/migrations/202601150910_daily_partitions_backfill.up.sql"))
                .replace(":low", "'00000000-0000-0000-0000-000000000000'")
                .replace(":high", "'ffffffff-ffff-ffff-ffff-ffffffffffff'");
        String voided = "select inference.void_event(organization_id, event_id, occurred_at, 'typo')"
                + " from inference.usage_events where cost = 0.00000000";
        Session early = migrated.session();
        early.run("set default_transaction_isolation = '" + isolation + "'");
        early.begin();
        assertThat(early.text(voided + 1)).isEqualTo("t");
        Session late = migrated.session();
        late.run("set default_transaction_isolation = '" + isolation + "'");
        late.begin();
        assertThat(late.number("select count(*) from inference.usage_events")).isEqualTo(10);

        Session backfill = migrated.session();
        backfill.begin();
        backfill.script(batch);
        assertThat(late.text(voided + 2)).isEqualTo("t");
        early.commit();
        backfill.commit();
        assertThat(late.text(voided + 3)).isEqualTo("t");
        late.commit();
        migrated.up("202601150920");

        assertThat(session.lines("select round(cost * 1000000000) from inference.usage_events order by 1"))
                .containsExactly("4", "5", "6", "7", "8", "9", "10");
        for (int step = 0; step < 3; step++) {
            migrated.down();
        }
        assertThat(session.number("select count(*) from inference.usage_events"))
                .isEqualTo(7);
    }
}
