package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.catalog.Deviation;
import dev.lockkeeper.catalog.Deviations;
import dev.lockkeeper.catalog.Scope;
import dev.lockkeeper.catalog.Side;
import dev.lockkeeper.catalog.Stock;
import dev.lockkeeper.catalog.Stocktaking;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.database.SqlFailure;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.plan.Replayed;
import dev.lockkeeper.source.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Makes differences by hand, each of which has to be told for what it is: alone for each line of the table of severities, and together. */
@Tag("PROOF-06")
class DriftSeverityTest {
    private static final Path ROOT = Path.of(System.getProperty("lockkeeper.root"));
    private static final Path RESOURCES = ROOT.resolve("rehearsal/src/test/resources");

    /** A label needs a provider, which is a module that the server was started with. */
    private static final Set<String> NOT_MADE = Set.of("security-label");

    private static final Pattern LINE = Pattern.compile("(?m)^\\| `([^`]+)` \\| (\\w+) \\|$");

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void every_line_of_the_table_of_severities_holds(int version) throws IOException, SQLException {
        Map<String, String> table = new TreeMap<>();
        Matcher lines = LINE.matcher(Files.readString(ROOT.resolve("docs/drift.md")));
        while (lines.find()) {
            table.put(lines.group(1), lines.group(2));
        }
        Map<String, String[]> cases = cases();
        Set<String> made = new TreeSet<>(cases.keySet());
        made.addAll(NOT_MADE);
        if (version < 18) {
            // NOT NULL is no constraint with a name there
            cases.remove("not-null-name");
        }
        assertThat(made).isEqualTo(table.keySet());
        List<String> wrong = new ArrayList<>();
        try (Bench bench = new Bench(version)) {
            assertThat(bench.deviations()).as("before anything is changed").isEmpty();
            cases.forEach((line, one) -> {
                List<Deviation> found = bench.after(one[1]);
                String severity = Objects.requireNonNull(table.get(line), line);
                if (found.stream().noneMatch(named(one[0]).and(d -> severity.equals(severity(d))))) {
                    wrong.add(line + " is not told as " + severity + ": " + found);
                }
            });
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void difference_is_not_hidden_by_one_of_what_it_is_part_of(int version) throws IOException, SQLException {
        try (Bench bench = new Bench(version)) {
            assertThat(
                            bench.after(
                                    "grant usage on schema s to sev_app; grant delete on s.t to sev_app;"
                                            + " revoke usage on type s.mood from public; grant execute on function s.f(int) to sev_app"))
                    .extracting(d -> d.difference().object())
                    .contains("s", "s.t", "s.mood", "s.f(integer)");
            assertThat(bench.after("alter schema s owner to sev_app; alter table s.t owner to sev_app"))
                    .extracting(d -> d.difference().object())
                    .contains("s", "s.t");
            assertThat(bench.after("grant select on s.part, s.p1 to sev_app; alter table s.part owner to sev_grp;"
                            + " alter table s.p1 owner to sev_grp"))
                    .extracting(d -> d.difference().object())
                    .contains("s.part", "s.p1");
            assertThat(bench.after("grant select (d) on s.part to sev_app; grant select (d) on s.p1 to sev_app;"
                            + " alter table s.part alter d set default 1; alter table only s.p1 alter d set default 2"))
                    .extracting(
                            d -> d.difference().object() + " " + d.difference().after())
                    .anyMatch(told -> told.startsWith("s.p1.d ") && told.contains("privileges: select to sev_app"))
                    .anyMatch(told -> told.startsWith("s.p1.d ") && told.contains("default: 2"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void another_definition_does_not_hide_what_stands_beside_it(int version) throws IOException, SQLException {
        try (Bench bench = new Bench(version)) {
            List<Deviation> view = bench.after("create or replace view s.v as select id from s.t where id > 0;"
                    + " alter view s.v reset (security_barrier); grant select on s.v to sev_app;"
                    + " grant update (id) on s.v to sev_grp; drop trigger v_tg on s.v");
            assertThat(view)
                    .filteredOn(named("s.v"))
                    .singleElement()
                    .satisfies(d -> assertThat(severity(d)).isEqualTo("security"))
                    .satisfies(d -> assertThat(d.difference().after())
                            .contains("id > 0", "options: none", "select to sev_app"));
            assertThat(view).anyMatch(named("s.v.id")).anyMatch(named("v_tg on s.v"));
            assertThat(bench.after(
                            "alter table s.t disable trigger t_tg; create or replace trigger t_tg after insert on s.t"
                                    + " for each row execute function s.tg(); alter table s.t disable trigger t_tg"))
                    .filteredOn(named("t_tg on s.t"))
                    .singleElement()
                    .satisfies(d -> assertThat(d.difference().after()).contains("AFTER INSERT", "state: disabled"));
            assertThat(bench.after("drop view s.v; create table s.v (id int); revoke all on s.v from sev_app"))
                    .filteredOn(d -> d.difference().object().startsWith("s.v"))
                    .allSatisfy(d -> assertThat(d.difference().object()).isIn("s.v", "s.v.id"))
                    .anySatisfy(d -> assertThat(
                                    d.difference().before() + d.difference().after())
                            .isEqualTo("kind: viewkind: table"));
            assertThat(bench.after("drop materialized view s.m; create materialized view s.m as select 2 as one"))
                    .anyMatch(named("s.m_one"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void what_a_dump_and_maintenance_change_is_no_difference(int version) throws IOException, SQLException {
        try (Bench bench = new Bench(version)) {
            assertThat(
                            bench.after(
                                    "alter server srv options (drop host, drop dbname);"
                                            + " alter server srv options (add dbname 'd', add host 'h');"
                                            + " alter user mapping for sev_app server srv options (drop password);"
                                            + " alter user mapping for sev_app server srv options (add password 'p', drop \"user\");"
                                            + " alter user mapping for sev_app server srv options (add \"user\" 'x');"
                                            + " alter table s.opt reset (fillfactor); alter table s.opt set (fillfactor = 60);"
                                            + " alter table s.opt reset (toast.autovacuum_enabled);"
                                            + " alter table s.opt set (toast.autovacuum_enabled = off);"
                                            + " alter table s.opt alter a reset (n_distinct); alter table s.opt alter a set (n_distinct = 5)"))
                    .isEmpty();
            assertThat(bench.after("insert into s.t (id, a) values (1, 1); select nextval('s.q'), setval('s.o', 7);"
                            + " analyze s.t; reindex table s.t; refresh materialized view s.m; cluster s.t using t_pkey;"
                            + " alter table s.t set without cluster; truncate s.t restart identity cascade"))
                    .isEmpty();
        }
    }

    /** What has no statement of its own, such as a label of an enum that is too much, is told without one. */
    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void statements_that_are_printed_restore_what_was_changed_by_hand(int version) throws IOException, SQLException {
        try (Bench bench = new Bench(version)) {
            List<String> wrong = new ArrayList<>();
            for (String change : Files.readAllLines(RESOURCES.resolve("drift-restored.txt"))) {
                if (change.isBlank() || (version < 16 && change.contains("-- from 16 on"))) {
                    continue;
                }
                List<String> fixes = new ArrayList<>();
                try {
                    List<Deviation> left = bench.after(change, found -> {
                        found.forEach(
                                d -> fixes.add(String.valueOf(d.difference().fix())));
                        return fixes;
                    });
                    if (fixes.isEmpty() || !left.isEmpty()) {
                        wrong.add(change + ": " + fixes + " leaves " + left);
                    }
                } catch (SqlFailure e) {
                    wrong.add(change + ": " + fixes + ": " + e.getMessage());
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    private static String severity(Deviation deviation) {
        return deviation.severity().name().toLowerCase(Locale.ROOT);
    }

    private static Predicate<Deviation> named(String object) {
        return deviation -> deviation.difference().object().equals(object);
    }

    /** By line of the table: the name of the object, and what is done to it. */
    private static Map<String, String[]> cases() throws IOException {
        Map<String, String[]> cases = new TreeMap<>();
        for (String one : Files.readAllLines(RESOURCES.resolve("drift-severities.txt"))) {
            if (!one.isBlank() && !one.startsWith("#")) {
                String[] parts = one.split(" *\\| *", 3);
                cases.put(parts[0], new String[] {parts[1], parts[2]});
            }
        }
        return cases;
    }

    /** A server with the schema, on which each change is taken back at once, and what the schema is on another server. */
    private static final class Bench implements AutoCloseable {
        private final EmbeddedPostgres server;
        private final Session session;
        private final Stock wanted;
        private final Stocktaking stocktaking;
        private final Scope scope;

        Bench(int version) throws IOException, SQLException {
            String schema = Files.readString(RESOURCES.resolve("drift-severities.sql"));
            server = EmbeddedPostgres.start(Options.version(version));
            String database = server.createDatabase();
            try (Connection connection = server.connect(database);
                    Statement statement = connection.createStatement()) {
                statement.execute("set allow_in_place_tablespaces = on");
                statement.execute("create tablespace sev_space location ''");
            }
            session = Session.over(server.connect(database));
            send(schema);
            try (EmbeddedPostgres throwAway = EmbeddedPostgres.start(Options.version(version))) {
                wanted = new Rebuilding(throwAway)
                        .stock(
                                new Recipe(
                                        "shop",
                                        List.of(),
                                        List.of(new Replayed(Script.of("schema.sql", schema), server.user(), "", true)),
                                        Map.of()),
                                42);
            }
            stocktaking = Stocktaking.of(session).seeded(42);
            scope = Scope.of(wanted, "lockkeeper", true, Set.of());
            send("begin; savepoint s");
        }

        List<Deviation> deviations() {
            return Deviations.of(wanted, Side.Live.of(stocktaking, session), scope, wanted.roles())
                    .list();
        }

        List<Deviation> after(String change) {
            send("set search_path = s; " + change);
            List<Deviation> found = deviations();
            send("rollback to s");
            return found;
        }

        /** What is left of a change once the statements have run that are printed. */
        List<Deviation> after(String change, Function<List<Deviation>, List<String>> fixes) {
            send("set search_path = s; " + change + "\n; set search_path = ''");
            List<String> statements = fixes.apply(deviations());
            try {
                statements.stream().filter(s -> !s.equals("null")).forEach(this::send);
                return deviations();
            } finally {
                send("rollback to s");
            }
        }

        private void send(String sql) {
            session.scripts().send(sql, notice -> {});
        }

        @Override
        public void close() throws IOException {
            session.close();
            server.close();
        }
    }
}
