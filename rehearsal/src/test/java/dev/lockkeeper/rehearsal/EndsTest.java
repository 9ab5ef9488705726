package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.catalog.Comparison;
import dev.lockkeeper.catalog.Difference;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.source.Script;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ways, and what they have apart where they end. */
@Tag("PROOF-04")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndsTest {
    private final EmbeddedPostgres server = EmbeddedPostgres.start();

    @AfterAll
    void close() {
        server.close();
    }

    private Comparison apart(List<String> one, List<String> other) {
        return new Ends(Databases.of(server)).compare(way(one), way(other));
    }

    private static List<Script> way(List<String> texts) {
        return texts.stream().map(sql -> Script.of("way.sql", sql)).toList();
    }

    @Test
    void ways_of_different_length_to_the_same_end_have_nothing_apart() {
        Comparison apart = apart(
                List.of("create role way; create table t (id int, n int not null); grant select on t to way"),
                List.of(
                        "create role way",
                        "create table t (id int, n int)",
                        "alter table t alter n set not null",
                        """
                        grant select on t to way"""));
        assertThat(apart.level()).as(apart.toString()).isEqualTo(Comparison.Level.SAME);
        assertThat(apart.differences()).isEmpty();
    }

    /** Statements of which one way lacks what the other has; the last three change what came with the server. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table u (id int)",
                "comment on table t is 'x'",
                "create role of_a_way",
                "revoke execute on function pg_sleep(float8) from public",
                "comment on function pg_sleep(float8) is 'x'",
                "drop extension plpgsql"
            })
    void what_one_way_alone_has_done_is_named_whichever_it_is(String more) {
        List<String> way = List.of("create table t (id int)");
        List<String> longer = Stream.concat(way.stream(), Stream.of(more)).toList();
        Comparison second = apart(way, longer);
        assertThat(second.level()).isNotEqualTo(Comparison.Level.SAME);
        Comparison first = apart(longer, way);
        assertThat(first.level()).isNotEqualTo(Comparison.Level.SAME);
        assertThat(first.differences()).isNotEmpty().extracting(Difference::fix).containsOnlyNulls();
        assertThat(first.differences().stream().map(Difference::object).sorted())
                .isEqualTo(second.differences().stream()
                        .map(Difference::object)
                        .sorted()
                        .toList());
        assertThat(apart(longer, longer).differences()).isEmpty();
    }
}
