package dev.lockkeeper.rows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.database.Session;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.rehearsal.Databases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("PROOF-02")
class FillerTest {
    private static final List<Kind> ALL = List.of(Kind.values());

    private static String hostile() throws IOException {
        try (var in = Objects.requireNonNull(FillerTest.class.getResourceAsStream("hostile.sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Session open(Databases databases, String database) {
        return Session.open(databases.target(database), "test").unlimited();
    }

    private static List<String> rows(Session session) {
        List<String> told = new ArrayList<>();
        for (Snapshot.Rows table : Snapshot.of(session).tables()) {
            told.add(table.schema() + "." + table.table() + " "
                    + Objects.requireNonNull(table.rows()).stream()
                            .map(Object::toString)
                            .sorted()
                            .toList());
        }
        return told;
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void tables_of_every_kind_are_filled_and_those_that_cannot_be_are_named(int version) throws IOException {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.version(version));
                Databases databases = Databases.of(server)) {
            String first = databases.create();
            try (Session session = open(databases, first)) {
                session.execute("set local search_path = public;" + hostile());
            }
            String second = databases.copy(first);
            Filler filler = new Filler();
            try (Session session = open(databases, first);
                    Session other = open(databases, second)) {
                List<Unfilled> unfilled = filler.fill(session, ALL);
                assertThat(unfilled.stream().map(u -> u.table() + ": " + u.why()))
                        .containsExactly(
                                "\"app\".\"child_of_impossible\": it must refer to a row of app.impossible, which has none",
                                "\"app\".\"closed\": rows come from elsewhere",
                                "\"app\".\"impossible\": new row for relation \"impossible\" violates check constraint"
                                        + " \"impossible_id_check\"",
                                "\"app\".\"no_partition\": it has no partition that holds rows",
                                "\"app\".\"swallowing\": the server took a row, but it is not there");
                Set<String> few = unfilled.stream().map(Unfilled::table).collect(Collectors.toSet());
                few.add("\"app\".\"only_one\"");
                assertThat(Snapshot.of(session).tables())
                        .filteredOn(t -> !few.contains("\"" + t.schema() + "\".\"" + t.table() + "\""))
                        .hasSize(26)
                        .allSatisfy(t -> assertThat(t.rows()).as(t.table()).hasSizeGreaterThan(1));
                assertThat(new Filler().fill(other, ALL)).isEqualTo(unfilled);
                assertThat(rows(other)).isEqualTo(rows(session));
            }
            // what the server took is tried first, and gives the same rows
            String third = databases.create();
            try (Session session = open(databases, third)) {
                session.execute("set local search_path = public;" + hostile().replace("create role plain_owner;", ""));
                filler.fill(session, ALL);
                try (Session other = open(databases, second)) {
                    assertThat(rows(session)).isEqualTo(rows(other));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void row_that_the_server_takes_only_when_all_others_are_there_is_not_searched_for_again(int version) {
        try (EmbeddedPostgres server = EmbeddedPostgres.start(Options.version(version));
                Databases databases = Databases.of(server)) {
            String empty = databases.create();
            try (Session session = open(databases, empty)) {
                // a sequence keeps what a refused row has drawn
                session.execute("set local search_path = public; create sequence tries increment -1;"
                        + " create table first (id int primary key, a int, b text, c date);"
                        + " create table last (id int primary key);"
                        + " create function few() returns trigger language plpgsql as $$ begin perform nextval('tries');"
                        + " if (select count(*) from last) < 3 then raise 'too few'; end if; return new; end $$;"
                        + " create trigger few before insert on first for each row execute function few()");
            }
            String again = databases.copy(empty);
            Filler filler = new Filler();
            try (Session session = open(databases, empty);
                    Session other = open(databases, again)) {
                assertThat(filler.fill(session, ALL)).isEmpty();
                assertThat(filler.fill(other, ALL)).isEmpty();
                assertThat(rows(other)).isEqualTo(rows(session));
                assertThat(Integer.parseInt(String.valueOf(other.query("select -last_value from public.tries")
                                .get(0)[0])))
                        .isLessThanOrEqualTo(2 * ALL.size());
            }
        }
    }
}
