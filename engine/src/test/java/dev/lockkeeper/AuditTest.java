package dev.lockkeeper;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.audit.AuditTrail;
import dev.lockkeeper.audit.ChainEntry;
import dev.lockkeeper.audit.Head;
import dev.lockkeeper.audit.OpenRun;
import dev.lockkeeper.audit.Verdict;
import dev.lockkeeper.audit.Violation;
import dev.lockkeeper.database.Quote;
import dev.lockkeeper.database.Session;
import dev.lockkeeper.history.HistoryTable;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The audit chain: what leaves an entry, and what is found when somebody has been at the record. */
@ExtendWith(Workshops.class)
class AuditTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String UNTRIGGERED =
            "set session_replication_role = replica;" + " alter table lockkeeper.audit disable trigger all; ";

    private static Workshop three(Workshop workshop) {
        return workshop.migration(
                        1, "create table a (id int); insert into a select generate_series(1, 7)", "drop table a")
                .migration(2, "create table b (id int)", "drop table b")
                .migration(3, "create table \"d🚢\" (id int)", "drop table \"d🚢\"");
    }

    private static Workshop lived(Workshop workshop) {
        three(workshop).apply();
        workshop.run(Request.rollback(1));
        workshop.apply();
        return workshop;
    }

    private static <T> T audit(Workshop workshop, Function<AuditTrail, T> work) {
        return workshop.lockkeeper().audit(work);
    }

    /** The guards are whole again: whoever has taken them off to alter something puts them back. */
    private static Verdict verify(Workshop workshop, Path... archives) {
        workshop.execute("alter table lockkeeper.audit enable always trigger audit_chained,"
                + " enable always trigger audit_append_only");
        return look(workshop, archives);
    }

    private static Verdict look(Workshop workshop, Path... archives) {
        return workshop.lockkeeper().audit(trail -> trail.verify(List.of(archives), null));
    }

    private static List<String> violations(Workshop workshop) {
        return verify(workshop).violations().stream().map(Violation::toString).toList();
    }

    private static List<String> actions(Workshop workshop) {
        return workshop.rows("select action from lockkeeper.audit order by seq");
    }

    private static void repair(Workshop workshop, String version, Repair.Action action) {
        workshop.lockkeeper().repair(new Repair(version, action, "it's 'so'"), PATIENCE, holder -> {});
    }

    @Test
    void a_run_leaves_an_entry_as_it_begins_and_one_as_it_ends(Workshop workshop) {
        lived(workshop);
        assertThat(actions(workshop))
                .containsExactly(
                        "record", "apply", "apply ended", "rollback", "rollback ended", "apply", "apply ended");
        assertThat(violations(workshop)).isEmpty();
        assertThat(verify(workshop).rows()).isEqualTo(4);
        assertThat(workshop.rows(
                        "select seq, done_by = session_user, actor like '%@%', target like current_database() || ' %',"
                                + " component from lockkeeper.audit where seq = 3"))
                .containsExactly("3|t|t|t|main");
    }

    @Test
    void an_entry_tells_what_was_planned_and_what_was_done_with_rows_and_checksums(Workshop workshop) {
        three(workshop).apply();
        assertThat(workshop.rows("select p -> 'steps' -> 0 ->> 'step', (p -> 'steps' -> 0 ->> 'checksum') = h.checksum,"
                        + " p ->> 'plan' = h.plan_digest from (select payload::json p from lockkeeper.audit where seq = 2) a,"
                        + " lockkeeper.history h where version = '1'"))
                .containsExactly("1|t|t");
        assertThat(
                        workshop.rows(
                                "select p ->> 'outcome', p -> 'steps' -> 0 ->> 'rows', p -> 'made' -> 0 ->> 1,"
                                        + " json_array_length(p -> 'made') from (select payload::json p from lockkeeper.audit where seq = 3) a"))
                .containsExactly("done|7|1|3");
    }

    @Test
    void rows_are_counted_in_every_manner_of_running_and_only_those_of_the_script(Workshop workshop) {
        workshop.migration(
                        1,
                        "create table t (id int primary key, v text);\n"
                                + "insert into t select g from generate_series(1, 10) g;\n"
                                + "update t set v = 'x' where id <= 4;\ndelete from t where id = 9;\n"
                                + "create table c as select * from t",
                        "drop table t, c")
                .migration(2, "copy t from stdin;\n20\tx\n21\ty\n\\.\n", "select 1")
                .migration(
                        3,
                        "insert into t values (30), (31);\ncreate index concurrently i on t (v);\nupdate t set v = 'z'",
                        "drop index i")
                .apply();
        assertThat(workshop.rows("select s ->> 'step', s ->> 'rows', s ->> 'manner' from lockkeeper.audit,"
                        + " json_array_elements(payload::json -> 'steps') s where action = 'apply ended' order by 1"))
                .containsExactly("1|24|null", "2|2|null", "3|15|statements");
    }

    @Test
    void what_changes_nothing_leaves_no_entry(Workshop workshop) {
        three(workshop).apply();
        workshop.apply();
        workshop.lockkeeper().status();
        verify(workshop);
        assertThat(actions(workshop)).hasSize(3);
    }

    @Test
    void a_thousand_migrations_cost_two_entries(Workshop workshop) {
        for (int i = 1; i <= 1000; i++) {
            workshop.migration(i, "select " + i, "select 1");
        }
        workshop.apply();
        assertThat(actions(workshop)).containsExactly("record", "apply", "apply ended");
        assertThat(violations(workshop)).isEmpty();
    }

    @Test
    void a_run_that_fails_says_so_in_its_entry_with_the_code_and_the_place(Workshop workshop) {
        three(workshop).migration(4, "select 1;\ninsert into a values ('hunter2')", "select 1");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(workshop.rows("select p ->> 'outcome', p -> 'failure' ->> 'code', p -> 'failure' ->> 'sqlstate',"
                        + " p -> 'failure' ->> 'place' like '%V4__m4.sql:2:%', p -> 'steps' -> 3 ->> 'state',"
                        + " payload like '%hunter2%' from (select payload, payload::json p from lockkeeper.audit where action ="
                        + " 'apply ended') a"))
                .containsExactly("failed|partly-applied|22P02|t|failed|f");
        assertThat(violations(workshop)).isEmpty();
        assertThat(verify(workshop).open()).isEmpty();
    }

    @Test
    void each_kind_of_repair_leaves_an_entry_that_explains_the_record(Workshop workshop) {
        three(workshop)
                .write("R__v.sql", "create or replace view v as select 1 as one")
                .apply();
        repair(workshop, "3", Repair.Action.NOT_APPLIED);
        repair(workshop, "3", Repair.Action.APPLIED);
        workshop.write("V2__m2.sql", "create table b (id bigint)");
        repair(workshop, "2", Repair.Action.EDITED);
        assertThat(actions(workshop)).endsWith("apply ended", "repair not-applied", "repair applied", "repair edited");
        assertThat(violations(workshop)).isEmpty();
        workshop.execute("drop view v");
        workshop.apply();
        workshop.run(Request.rollbackTo(Version.parse("1").orElseThrow()));
        assertThat(workshop.rows("select in_force from lockkeeper.repeatable order by id"))
                .containsExactly("f", "f");
        assertThat(violations(workshop)).isEmpty();
    }

    @Test
    void steps_that_run_statement_by_statement_and_are_rolled_back_half_done_are_explained(Workshop workshop) {
        workshop.execute("create table big (id int, u int); insert into big values (1, 1), (2, 1)");
        workshop.migration(
                1,
                "create index concurrently x on big (id);\ncreate unique index concurrently y on big (u);\n",
                "drop index if exists y;\ndrop index if exists x;\n");
        assertThat(workshop.problem(workshop::apply).code()).isEqualTo(Code.PARTLY_APPLIED);
        assertThat(violations(workshop)).isEmpty();
        workshop.run(Request.rollback(1));
        assertThat(violations(workshop)).isEmpty();
    }

    /** What somebody with all rights does, and a part of what is told of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "edits | update lockkeeper.audit set done_by = 'nobody' where seq = 3 | entry 3 (apply ended): it does not have the hash",
                "edits the payload | update lockkeeper.audit set payload = replace(payload, '\"rows\":7', '\"rows\":8') where seq = 3 | entry 3 (apply ended): it does not have the hash",
                "edits the time | update lockkeeper.audit set done_at = done_at + interval '1 microsecond' where seq = 5 | entry 5 (rollback ended): it does not have the hash",
                "deletes | delete from lockkeeper.audit where seq = 4 | entry 4: missing",
                "deletes several | delete from lockkeeper.audit where seq in (3, 4, 5) | entries 3 to 5: missing",
                "deletes the first | delete from lockkeeper.audit where seq = 1 | entry 1: missing",
                "truncates | truncate lockkeeper.audit | the chain: it has no entry",
                "cuts off the end | delete from lockkeeper.audit where seq >= 6 | history row 4 (version 3 of main): no entry explains it",
                "reorders | update lockkeeper.audit set seq = -seq where seq in (4, 5); update lockkeeper.audit set seq = 9 + seq where seq < 0 | entry 4 (rollback ended): it does not have the hash",
                "inserts a copy | drop index lockkeeper.audit_seq_key; insert into lockkeeper.audit (component, action, seq, payload, prev_hash, hash, target) select component, action, seq, payload, prev_hash, hash, target from lockkeeper.audit where seq = 3 | there are two entries of this number",
                "inserts without a number | insert into lockkeeper.audit (component, action) values ('main', 'apply') | the rows from before the chain: they are not what entry 1 has sealed",
                "writes one anew | update lockkeeper.audit set hash = repeat('0', 64) where seq = 3 | entry 4 (rollback): it does not follow entry 3",
                "empties the payload | update lockkeeper.audit set payload = 'x' where seq = 3 | entry 3 (apply ended): its payload is not a JSON object",
            })
    @Tag("GOV-04")
    void every_way_to_alter_the_chain_is_found_also_when_the_triggers_are_off(
            String how, String change, String told, Workshop workshop) {
        lived(workshop).execute(UNTRIGGERED + change);
        assertThat(violations(workshop)).as(how).anyMatch(violation -> violation.contains(told));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "update lockkeeper.history set checksum = 'sha256-lf:00' where id = 1 | history row 1 (version 1 of main): checksum is sha256-lf:00 and was sha256-lf:",
                "update lockkeeper.history set applied_by = 'mallory' where id = 1 | applied_by is mallory and was",
                "update lockkeeper.history set script = 'select 2' where id = 2 | history row 2 (version 2 of main): script is sha256-lf:",
                "update lockkeeper.history set state = 'applied', rolled_back_at = null, version = '9' where id = 3 | state is applied and was rolled back in entry 5",
                "update lockkeeper.history set applied_at = applied_at - interval '1 second' where id = 2 | applied_at is",
                "delete from lockkeeper.history where id = 2 | history row 2 (version 2 of main): entry 3 shows it, and it is gone",
                "insert into lockkeeper.history (component, version, description, checksum, rendered_checksum, script, duration_ms, statements, plan_digest, run) select component, '4', description, checksum, rendered_checksum, script, 1, 1, plan_digest, run from lockkeeper.history where id = 1 | history row 5 (version 4 of main): no entry explains it",
                "update lockkeeper.repeatable set in_force = false | repeatable row 2 (R__v of main): in_force is false and was true",
                "update lockkeeper.run set ended_at = null | it has not ended by its row",
            })
    @Tag("GOV-04")
    void every_way_to_alter_what_the_chain_explains_is_found(String change, String told, Workshop workshop) {
        lived(workshop.write("R__v.sql", "create or replace view v as select 1 as one"))
                .execute(change);
        assertThat(violations(workshop)).anyMatch(violation -> violation.contains(told));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update lockkeeper.audit set reason = 'x'",
                "delete from lockkeeper.audit",
                "truncate lockkeeper.audit",
                "set session_replication_role = replica; delete from lockkeeper.audit"
            })
    void triggers_refuse_what_is_no_insertion(String change, Workshop workshop) {
        three(workshop).apply();
        assertThatThrownBy(() -> workshop.execute(change)).hasMessageContaining("rows are only ever added");
    }

    @Test
    @Tag("GOV-04")
    void a_chain_that_was_written_anew_or_cut_off_is_found_by_a_head_that_was_kept(Workshop workshop) {
        three(workshop);
        workshop.lockkeeper().run(Request.applyTo(Version.parse("2").orElseThrow()), PATIENCE, event -> {});
        Head head = Objects.requireNonNull(workshop.lockkeeper().audit(AuditTrail::head));
        workshop.apply();
        Head.Kept kept = new Head.Kept(head, "");
        assertThat(workshop.lockkeeper().audit(t -> t.verify(List.of(), kept)).violations())
                .isEmpty();
        // all of it is consistent again: the record is as if version 2 had never been
        workshop.execute(UNTRIGGERED + "create table kept as select * from lockkeeper.audit; truncate lockkeeper.audit;"
                + " alter table lockkeeper.audit enable always trigger audit_chained;"
                + " insert into lockkeeper.audit (component, action, payload, actor) select component, action, payload, actor"
                + " from kept order by seq");
        assertThat(violations(workshop)).isEmpty();
        assertThat(workshop.lockkeeper().audit(t -> t.verify(List.of(), kept)).violations())
                .extracting(Violation::toString)
                .containsExactly(
                        "the head of entry 3: entry 3 has another hash: the chain was written anew from there or before");
        workshop.execute(UNTRIGGERED + "delete from lockkeeper.audit where seq > 1; truncate lockkeeper.history");
        assertThat(violations(workshop)).isEmpty();
        assertThat(workshop.lockkeeper().audit(t -> t.verify(List.of(), kept)).violations())
                .extracting(Violation::toString)
                .containsExactly("the head of entry 3: the chain ends with entry 1: the entries after it were cut off");
    }

    @Test
    void an_export_is_the_same_every_time_and_verifies_without_a_database(Workshop workshop, @TempDir Path folder)
            throws Exception {
        lived(workshop);
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        assertThat(AuditTest.<Integer>audit(workshop, trail -> trail.export(first)))
                .isEqualTo(7);
        AuditTest.<Integer>audit(workshop, trail -> trail.export(second));
        assertThat(first).hasSameTextualContentAs(second);
        Head head = Objects.requireNonNull(workshop.lockkeeper().audit(AuditTrail::head));
        assertThat(AuditTrail.verifyFiles(List.of(first), new Head.Kept(head, ""))
                        .violations())
                .isEmpty();
        String text = Files.readString(first);
        Path edited = Files.writeString(folder.resolve("edited"), text.replace("\\\"rows\\\":7", "\\\"rows\\\":8"));
        assertThat(AuditTrail.verifyFiles(List.of(edited), null).violations())
                .extracting(Violation::toString)
                .anyMatch(told -> told.startsWith("entry 3 (apply ended): it does not have the hash"));
        Path cut =
                Files.writeString(folder.resolve("cut"), text.lines().limit(5).reduce("", (a, b) -> a + b + "\n"));
        assertThat(workshop.problem(() -> AuditTrail.verifyFiles(List.of(cut), null))
                        .code())
                .isEqualTo(Code.AUDIT_UNKNOWN);
    }

    @Test
    @Tag("GOV-04")
    void what_is_archived_verifies_with_the_rest_and_the_rest_by_itself(Workshop workshop, @TempDir Path folder)
            throws Exception {
        lived(workshop);
        Path old = folder.resolve("old");
        Path older = folder.resolve("older");
        assertThat(archive(workshop, old, 5)).isEqualTo("1 to 4");
        assertThat(workshop.rows("select seq from lockkeeper.audit order by seq"))
                .containsExactly("1", "5", "6", "7", "8");
        assertThat(verify(workshop).violations()).isEmpty();
        assertThat(verify(workshop).archived()).isEqualTo(4);
        assertThat(verify(workshop, old).violations()).isEmpty();
        assertThat(verify(workshop, old).archived()).isZero();
        workshop.run(Request.rollback(1));
        assertThat(archive(workshop, older, 9)).isEqualTo("5 to 8");
        assertThat(verify(workshop).violations()).isEmpty();
        assertThat(verify(workshop, older).violations()).isEmpty();
        assertThat(verify(workshop, old, older).violations()).isEmpty();
        assertThat(verify(workshop, old, older).archived()).isZero();
        assertThat(AuditTrail.verifyFiles(List.of(old), null).violations()).isEmpty();
        workshop.execute("update lockkeeper.history set applied_by = 'mallory' where id = 1");
        assertThat(violations(workshop))
                .containsExactly("history row 1 (version 1 of main): applied_by is mallory and was "
                        + workshop.target().user() + " in entry 11: it was edited");
        workshop.execute(UNTRIGGERED + "delete from lockkeeper.audit where seq = 9");
        assertThat(violations(workshop))
                .anyMatch(told -> told.contains("entry 9: missing") || told.contains("entry 10 "));
    }

    private static String archive(Workshop workshop, Path file, int before) {
        String time = workshop.rows(
                        "select to_char(done_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from"
                                + " lockkeeper.audit where seq = " + before)
                .get(0);
        return audit(workshop, trail -> {
            var archived = trail.archive(time, file, "a year is over");
            return archived.from() + " to " + archived.to();
        });
    }

    @Test
    void a_chain_that_was_altered_is_not_archived(Workshop workshop, @TempDir Path folder) {
        lived(workshop).execute("update lockkeeper.history set applied_by = 'mallory' where id = 1");
        assertThat(workshop.problem(() -> archive(workshop, folder.resolve("old"), 5))
                        .why())
                .contains("applied_by is mallory");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void rows_from_before_the_chain_are_sealed_by_its_first_entry(Workshop workshop) {
        three(workshop).apply();
        // as a record of layout 2 is
        workshop.execute(UNTRIGGERED
                + "truncate lockkeeper.audit; insert into lockkeeper.audit (component, version, action, reason,"
                + " detail) values ('main', '1', 'repair edited', 'why not', E'checksum was\\n x'), ('main', null, 'separate', 'y', 'z');"
                + " alter table lockkeeper.audit drop column seq, drop column actor, drop column target, drop column payload,"
                + " drop column prev_hash, drop column hash; update lockkeeper.about set layout = 2");
        assertThat(workshop.problem(() -> verify(workshop)).code()).isEqualTo(Code.AUDIT_UNKNOWN);
        repair(workshop, "3", Repair.Action.NOT_APPLIED);
        assertThat(workshop.rows("select seq, action from lockkeeper.audit order by id"))
                .containsExactly("null|repair edited", "null|separate", "1|record", "2|repair not-applied");
        assertThat(violations(workshop)).isEmpty();
        workshop.execute(
                UNTRIGGERED + "update lockkeeper.audit set reason = 'because' where seq is null and version = '1'");
        assertThat(violations(workshop))
                .singleElement()
                .asString()
                .startsWith("the rows from before the chain: they are not what entry 1 has sealed: it saw 2 rows");
    }

    @Test
    @Tag("GOV-04")
    void two_components_append_at_once_without_a_gap(Workshop workshop) {
        workshop.migration(1, "select 1", "select 1").apply();
        List<CompletableFuture<Void>> threads = Stream.of("a", "b")
                .map(component -> Workshop.inThread(() -> {
                    HistoryTable table = new HistoryTable("lockkeeper", component);
                    try (Session session = workshop.own()) {
                        IntStream.range(0, 50)
                                .forEach(i -> session.execute(
                                        table.audit().entry(null, "separate", "round " + i, null, "'{}'")));
                    }
                }))
                .toList();
        threads.forEach(CompletableFuture::join);
        assertThat(workshop.rows("select count(*), max(seq), count(distinct component) from lockkeeper.audit"))
                .containsExactly("103|103|4");
        assertThat(violations(workshop)).isEmpty();
    }

    @Test
    void an_append_whose_transaction_aborts_leaves_no_gap(Workshop workshop) {
        workshop.migration(1, "select 1", "select 1").apply();
        assertThatThrownBy(() -> workshop.execute(
                        "begin; insert into lockkeeper.audit (component, action, payload) values ('main',"
                                + " 'separate', '{}'); select 1/0"))
                .hasMessageContaining("division by zero");
        workshop.run(Request.rollback(1));
        assertThat(workshop.rows("select max(seq), count(*) from lockkeeper.audit"))
                .containsExactly("5|5");
        assertThat(violations(workshop)).isEmpty();
    }

    @Test
    void a_run_that_was_cut_off_is_told_as_open_and_ended_by_the_next(Workshop workshop) {
        three(workshop).apply();
        cutOff(workshop);
        assertThat(verify(workshop).violations()).isEmpty();
        assertThat(verify(workshop).open()).extracting(OpenRun::atWork).containsExactly(false);
        workshop.migration(4, "select 4", "select 1").apply();
        assertThat(
                        workshop.rows(
                                "select payload::json ->> 'outcome', payload::json ->> 'closed_by' like 'run %',"
                                        + " json_array_length(payload::json -> 'history') from lockkeeper.audit where payload like '%cut off%'"))
                .containsExactly("cut off|t|3");
        assertThat(verify(workshop).open()).isEmpty();
        assertThat(violations(workshop)).isEmpty();
    }

    /** As a runner that was killed before it could end its run. */
    private static void cutOff(Workshop workshop) {
        workshop.execute(
                UNTRIGGERED + "delete from lockkeeper.audit where seq = 3; update lockkeeper.run set ended_at = null,"
                        + " pid = 1; alter table lockkeeper.audit enable always trigger audit_chained, enable always trigger"
                        + " audit_append_only");
    }

    @Test
    void a_repair_ends_the_run_that_was_cut_off_before_it_changes_what_it_left(Workshop workshop) {
        three(workshop).apply();
        cutOff(workshop);
        workshop.write("V2__m2.sql", "create table b (id bigint)");
        repair(workshop, "2", Repair.Action.EDITED);
        assertThat(actions(workshop)).containsExactly("record", "apply", "apply ended", "repair edited");
        assertThat(violations(workshop)).isEmpty();
    }

    @Test
    void a_component_that_moves_stays_explained(Workshop workshop) {
        three(workshop).write("R__v.sql", "create view v as select 1 as one").apply();
        Lockkeeper renamed = Lockkeeper.of(
                new Folder("shop", workshop.folder(), Convention.FLYWAY, Tokens.none()),
                workshop.target(),
                "lockkeeper",
                Policy.strict());
        renamed.move(null, "main", "renamed", PATIENCE, holder -> {});
        assertThat(violations(workshop)).isEmpty();
        Lockkeeper elsewhere = Lockkeeper.of(
                new Folder("shop", workshop.folder(), Convention.FLYWAY, Tokens.none()),
                workshop.target(),
                "meta",
                Policy.strict());
        elsewhere.move("lockkeeper", null, "another schema", PATIENCE, holder -> {});
        assertThat(violations(workshop)).isEmpty();
        elsewhere.run(Request.rollback(1), PATIENCE, event -> {});
        assertThat(elsewhere
                        .<Verdict>audit(trail -> trail.verify(List.of(), null))
                        .violations())
                .isEmpty();
        workshop.execute("delete from meta.history where version = '1'");
        assertThat(elsewhere
                        .<Verdict>audit(trail -> trail.verify(List.of(), null))
                        .violations())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void a_plain_role_appends_and_verifies_with_the_rights_of_the_record(int major, Workshops.Opener opener) {
        Workshop workshop = three(opener.on(major));
        workshop.lockkeeper().run(Request.applyTo(Version.parse("1").orElseThrow()), PATIENCE, event -> {});
        String role = "plain \"ßé🚢\" " + workshop.target().database();
        String quoted = "\"" + role.replace("\"", "\"\"") + "\"";
        workshop.execute("create role " + quoted + " login password 'pw'; grant usage on schema lockkeeper to " + quoted
                + "; grant select on all tables in schema lockkeeper to " + quoted
                + "; grant insert, update on lockkeeper.history,"
                + " lockkeeper.run to " + quoted
                + "; grant insert, update, delete on lockkeeper.failure, lockkeeper.journal to "
                + quoted + "; grant create on schema public to " + quoted);
        Target own = workshop.target();
        Target target = new Target(own.host(), own.port(), own.database(), role, new Secret("pw"), own.properties());
        Lockkeeper plain =
                Lockkeeper.of(workshop.folder(Convention.FLYWAY, Tokens.none()), target, "lockkeeper", Policy.strict());
        assertThat(workshop.problem(() -> plain.run(Request.apply(), PATIENCE, event -> {}))
                        .code())
                .as("without the right to append nothing begins")
                .isEqualTo(Code.HISTORY_HIDDEN);
        assertThat(workshop.tables()).containsExactly("a");
        workshop.execute("grant insert on lockkeeper.audit to " + quoted);
        plain.run(Request.apply(), PATIENCE, event -> {});
        assertThat(plain.<Verdict>audit(trail -> trail.verify(List.of(), null)).violations())
                .isEmpty();
        assertThat(workshop.rows(
                        "select done_by = " + Quote.literal(role) + " from lockkeeper.audit order by seq desc limit 1"))
                .containsExactly("t");
        assertThatThrownBy(() -> plain.audit(trail -> trail.archive("2999-01-01", Path.of("/tmp/never"), "x")))
                .isInstanceOf(LockkeeperException.class);
    }

    @Test
    void the_log_shows_the_newest_first_and_what_is_asked_for(Workshop workshop) {
        lived(workshop);
        List<ChainEntry> all = audit(workshop, trail -> trail.log(new AuditTrail.Filter(null, null, null, null, 100)));
        assertThat(all).extracting(ChainEntry::seq).containsExactly(7L, 6L, 5L, 4L, 3L, 2L, 1L);
        assertThat(AuditTest.<List<ChainEntry>>audit(
                        workshop,
                        trail -> trail.log(new AuditTrail.Filter("main", "rollback", "2000-01-01T00:00:00Z", null, 1))))
                .extracting(ChainEntry::action)
                .containsExactly("rollback ended");
    }

    @ParameterizedTest
    @Tag("GOV-04")
    @ValueSource(
            strings = {
                "delete from lockkeeper.audit where seq = 3",
                "delete from lockkeeper.audit where seq > 5",
                "delete from lockkeeper.audit where seq = 1",
                "truncate lockkeeper.audit"
            })
    void what_a_file_holds_does_not_stand_in_for_entries_that_are_gone_from_the_record(
            String tampering, Workshop workshop, @TempDir Path folder) {
        lived(workshop);
        Path export = folder.resolve("chain.jsonl");
        audit(workshop, trail -> trail.export(export));
        assertThat(verify(workshop, export).violations()).isEmpty();
        workshop.execute(UNTRIGGERED + tampering);
        assertThat(verify(workshop, export).violations()).isNotEmpty();
    }

    @Test
    void rows_from_before_the_chain_are_those_of_the_record_whatever_a_file_tells(
            Workshop workshop, @TempDir Path folder) {
        three(workshop).apply();
        workshop.execute(UNTRIGGERED
                + "truncate lockkeeper.audit; insert into lockkeeper.audit (component, action, reason) values ('main', 'separate', 'y');"
                + " alter table lockkeeper.audit drop column seq, drop column actor, drop column target, drop column payload,"
                + " drop column prev_hash, drop column hash; update lockkeeper.about set layout = 2");
        repair(workshop, "3", Repair.Action.NOT_APPLIED);
        Path export = folder.resolve("chain.jsonl");
        audit(workshop, trail -> trail.export(export));
        assertThat(verify(workshop, export).violations()).isEmpty();
        workshop.execute(UNTRIGGERED + "update lockkeeper.audit set reason = 'z' where seq is null");
        assertThat(verify(workshop, export).violations())
                .anyMatch(told -> told.what().equals("the rows from before the chain"));
    }

    @Test
    void the_text_of_a_script_is_not_held_only_where_an_entry_says_so(Workshop workshop) {
        workshop.migration(1, "create table a (id int);\n" + "-- a long line\n".repeat(300_000), "drop table a")
                .migration(2, "create table b (id int)", "drop table b")
                .apply();
        assertThat(workshop.rows("select version, script like '%too large%' from lockkeeper.history order by id"))
                .containsExactly("1|t", "2|f");
        assertThat(violations(workshop)).as("a large script").isEmpty();
        workshop.execute("update lockkeeper.history set script = checksum where version = '2'");
        assertThat(violations(workshop)).singleElement().asString().contains("(version 2 of main): script is ");
        workshop.execute(
                "update lockkeeper.history b set script = replace(a.script, a.checksum, b.checksum) from lockkeeper.history a"
                        + " where a.version = '1' and b.version = '2'");
        assertThat(violations(workshop))
                .singleElement()
                .asString()
                .contains("(version 2 of main): held is false and was null in entry 3");
        workshop.execute("update lockkeeper.history set script = 'create table b (id int)' where version = '2';"
                + " update lockkeeper.history set script = script || ' ' where version = '1'");
        assertThat(violations(workshop)).anyMatch(told -> told.contains("(version 1 of main)"));
    }

    @Test
    void a_default_that_was_altered_does_not_tell_who_has_done_it_or_when(Workshop workshop) {
        three(workshop).apply();
        workshop.execute("alter table lockkeeper.audit alter done_by set default 'innocent', alter done_at set default"
                + " '1999-01-01'; alter table lockkeeper.history alter applied_by set default 'innocent', alter applied_at"
                + " set default '1999-01-01'; alter table lockkeeper.repeatable alter applied_by set default 'innocent';"
                + " alter table lockkeeper.run alter started_by set default 'innocent'; alter table lockkeeper.failure alter"
                + " failed_by set default 'innocent'");
        workshop.migration(4, "create table e (id int)", "drop table e")
                .write("R__v.sql", "create or replace view v as select 1 as one");
        workshop.apply();
        workshop.migration(5, "create table nothing", "select 1");
        workshop.problem(workshop::apply);
        assertThat(workshop.rows("select done_by, done_at::date = current_date from lockkeeper.audit union select"
                        + " applied_by, applied_at::date = current_date from lockkeeper.history union select applied_by, true"
                        + " from lockkeeper.repeatable union select started_by, true from lockkeeper.run union select"
                        + " failed_by, true from lockkeeper.failure"))
                .containsExactly(workshop.target().user() + "|t");
    }

    @ParameterizedTest
    @Tag("GOV-04")
    @ValueSource(
            strings = {
                "alter table lockkeeper.audit disable trigger audit_chained",
                "alter table lockkeeper.audit enable trigger audit_chained",
                "drop trigger audit_append_only on lockkeeper.audit",
                "create or replace function lockkeeper.chain_audit() returns trigger language plpgsql set search_path ="
                        + " pg_catalog, pg_temp as 'begin return null; end'",
                "alter function lockkeeper.chain_audit() set search_path = public",
                "create or replace trigger audit_chained before insert on lockkeeper.audit for each row when (new.action <>"
                        + " 'apply') execute function lockkeeper.chain_audit(); alter table lockkeeper.audit enable always"
                        + " trigger audit_chained",
                "alter table lockkeeper.journal disable trigger journal_done_once"
            })
    void guard_that_was_altered_is_told_and_nothing_runs_until_it_is_made_anew(String tampering, Workshop workshop) {
        lived(workshop);
        assertThat(look(workshop).violations()).isEmpty();
        workshop.execute(tampering);
        assertThat(look(workshop).violations()).singleElement().asString().matches("trigger \\w+ on table \\w+: it .*");
        workshop.migration(4, "create table e (id int)", "drop table e");
        assertThat(workshop.problem(workshop::apply))
                .matches(problem -> problem.code() == Code.HISTORY_UNFIT)
                .matches(problem -> problem.message().startsWith("what guards the record was altered: trigger "));
        assertThat(workshop.problem(() -> repair(workshop, "3", Repair.Action.NOT_APPLIED)))
                .matches(problem -> problem.code() == Code.HISTORY_UNFIT);
        workshop.execute("update lockkeeper.about set layout = 2");
        workshop.apply();
        assertThat(workshop.rows("select version from lockkeeper.history where version = '4'"))
                .containsExactly("4");
        assertThat(look(workshop).violations())
                .as("what was refused has left no entry outside of the chain")
                .isEmpty();
    }

    @Test
    void what_others_have_put_on_the_record_is_told(Workshop workshop) {
        lived(workshop);
        workshop.execute("create rule mine as on update to lockkeeper.history do instead nothing");
        assertThat(violations(workshop)).singleElement().asString().startsWith("rule mine on table history: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"frobnicate", "record", "done", "ended"})
    void an_entry_that_no_command_leaves_is_not_taken_for_one(String action, Workshop workshop) {
        lived(workshop);
        workshop.execute("insert into lockkeeper.audit (component, action, payload) values ('main', '" + action
                + "', '{\"history\":[]}')");
        assertThat(violations(workshop))
                .singleElement()
                .asString()
                .startsWith("entry 8 (" + action + "): no command leaves such an entry there");
    }

    @Test
    @Tag("GOV-04")
    void what_an_entry_says_was_archived_after_a_head_was_kept_is_not_believed_without_the_archive(Workshop workshop) {
        lived(workshop);
        Head head = Objects.requireNonNull(workshop.lockkeeper().audit(AuditTrail::head));
        // as if all of it was archived, with what the tables hold by the word of this entry
        workshop.execute("insert into lockkeeper.audit (component, action, reason, payload) select '', 'archive', 'x',"
                + " json_build_object('from', 1, 'to', 7, 'hash', a.hash, 'file_sha256', repeat('0', 64), 'kept', json_build_array(json_build_object('seq', 1,"
                + " 'hash', (select hash from lockkeeper.audit where seq = 1))), 'state', '{}'::json)::text"
                + " from lockkeeper.audit a where seq = 7; truncate lockkeeper.history; "
                + UNTRIGGERED + "delete from lockkeeper.audit where seq between 2 and 7");
        Verdict alone = verify(workshop);
        assertThat(alone.archived()).as("by itself it is told as archived").isEqualTo(7);
        assertThat(workshop.problem(() ->
                        audit(workshop, trail -> trail.verify(List.of(), new Head.Kept(requireNonNull(head), "")))))
                .matches(problem -> problem.code() == Code.AUDIT_UNKNOWN)
                .matches(problem -> problem.message().equals("entry 7 of the head is archived"));
    }

    @ParameterizedTest
    @Tag("GOV-04")
    @ValueSource(
            strings = {
                "{}",
                "{\"from\":1,\"to\":3}",
                "{\"from\":1,\"to\":99,\"hash\":\"HASH\",\"file_sha256\":\"HASH\",\"state\":{}}",
                "{\"from\":1,\"to\":3,\"hash\":\"HASH\",\"file_sha256\":\"HASH\",\"state\":[]}"
            })
    void what_an_entry_says_was_archived_is_told_as_the_command_tells_it(String payload, Workshop workshop) {
        lived(workshop);
        workshop.execute(
                "insert into lockkeeper.audit (component, action, reason, payload) values ('', 'archive', 'x', '"
                        + payload.replace("HASH", "0".repeat(64)) + "')");
        assertThat(violations(workshop))
                .anyMatch(violation -> violation.startsWith("entry 8 (archive): it does not tell what was archived"));
    }

    @Test
    void a_time_that_never_comes_is_told_as_any_other_edit(Workshop workshop) {
        lived(workshop);
        workshop.execute("update lockkeeper.history set applied_at = 'infinity' where version = '1'");
        assertThat(violations(workshop)).singleElement().asString().contains("applied_at is infinity and was ");
        assertThat(workshop.lockkeeper().status()).isNotNull();
    }

    @Test
    void a_layout_that_was_set_back_is_not_taken_for_an_older_record(Workshop workshop) {
        lived(workshop);
        workshop.execute("update lockkeeper.about set layout = 2");
        assertThat(workshop.problem(() -> look(workshop)))
                .matches(problem -> problem.code() == Code.AUDIT_UNKNOWN)
                .matches(problem -> problem.message().contains("and has a chain, which that layout has not"));
    }
}
