package dev.lockkeeper.schemas.predictionmarket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.schemas.Migrated;
import dev.lockkeeper.schemas.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PM-08")
final class ChannelCountersTest {
    private static final String NEXT = "select core.next_sequence('news')";

    @RegisterExtension
    final Migrated core = Given.core();

    @Test
    void a_thousand_concurrent_calls_give_a_thousand_numbers_without_a_gap() throws Exception {
        List<List<Long>> taken = core.crowd(20, session -> {
            List<Long> mine = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                mine.add(session.number(NEXT));
            }
            return mine;
        });

        assertThat(taken).allSatisfy(mine -> assertThat(mine).isSorted());
        assertThat(taken.stream().flatMap(List::stream).sorted().toList())
                .isEqualTo(LongStream.rangeClosed(1, 1000).boxed().toList());
    }

    @Test
    void a_number_that_is_rolled_back_is_handed_out_again() throws SQLException {
        Session session = core.session();
        session.begin();
        assertThat(session.number(NEXT)).isEqualTo(1);
        session.abort();

        assertThat(session.number(NEXT)).isEqualTo(1);
        assertThat(session.number(NEXT)).isEqualTo(2);
        assertThat(session.number("select core.next_sequence('sports')")).isEqualTo(1);
    }

    @Test
    void a_naive_sequence_leaves_a_gap() throws SQLException {
        Session session = core.session();
        session.run("create sequence public.naive");
        session.begin();
        session.number("select nextval('public.naive')");
        session.abort();

        assertThat(session.number("select nextval('public.naive')")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update core.channel_counters set last_sequence = 0",
                "update core.channel_counters set last_sequence = last_sequence",
                "update core.channel_counters set last_sequence = last_sequence + 2",
                "update core.channel_counters set channel = 'other', last_sequence = last_sequence + 1",
                "delete from core.channel_counters",
                "truncate core.channel_counters"
            })
    void a_counter_is_neither_reset_nor_moved(String statement) throws SQLException {
        Session session = core.session();
        session.number(NEXT);

        assertThat(session.refused(statement).rule()).isEqualTo("23001 channel_counters_count_on");
        assertThat(session.number(NEXT)).isEqualTo(2);
    }

    @Test
    void a_counter_may_take_over_from_another_system_but_not_below_zero() throws SQLException {
        Session session = core.session();
        session.run("insert into core.channel_counters values ('news', 41)");

        assertThat(session.number(NEXT)).isEqualTo(42);
        assertThat(session.refused("insert into core.channel_counters values ('x', -1)")
                        .rule())
                .isEqualTo("23514 channel_counters_last_sequence_not_negative");
        assertThat(session.refused("insert into core.channel_counters values (' ', 1)")
                        .rule())
                .isEqualTo("23514 subject_key_has_form");
        assertThat(session.refused("select core.next_sequence('ada@example.org')")
                        .rule())
                .as("it could not be forgotten")
                .isEqualTo("23514 subject_key_has_form");
    }
}
