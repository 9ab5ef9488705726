package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.gate.Gate;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.plan.Status;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.project.Secret;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A life of a schema on every supported server, by a user who owns a database and is nothing more, as providers give it. */
@ExtendWith(Workshops.class)
@Tag("RUN-12")
class EveryServerTest {
    private static Target owner(Workshop workshop) {
        Target admin = workshop.target();
        workshop.execute(
                "drop role if exists tenant; create role tenant login password 'secret' nosuperuser nocreaterole"
                        + " nocreatedb; alter database \"" + admin.database() + "\" owner to tenant");
        return new Target(admin.host(), admin.port(), admin.database(), "tenant", new Secret("secret"), Map.of());
    }

    private static void history(Workshop workshop) {
        workshop.migration(
                        1,
                        "create schema app;\ncreate table app.t (id int primary key, n int);\n"
                                + "insert into app.t select g from generate_series(1, 100) g;\n",
                        "drop schema app cascade;\n")
                .migration(2, "create index concurrently t_n on app.t (n);\n", "drop index concurrently app.t_n;\n")
                .migration(
                        3,
                        "-- lockkeeper:rows app.t +2\ncopy app.t from stdin;\n101\t1\n102\t2\n\\.\n",
                        "delete from app.t where id > 100;\n")
                .migration(
                        4,
                        "-- lockkeeper:backfill app.t id batch=30\n"
                                + "update app.t set n = id where id between :low and :high;\n",
                        "update app.t set n = null where id <= 100;\n")
                .migration(
                        5,
                        "-- lockkeeper:before select count(*) = 0 from app.t where n is null\n"
                                + "alter table app.t alter n set not null;\n",
                        "alter table app.t alter n drop not null;\n")
                .write("R__totals.sql", "create or replace view app.totals as select sum(n) as n from app.t;\n");
    }

    private static List<String> untried(Lockkeeper lockkeeper, Request request) {
        return lockkeeper.dryRun(request, Duration.ofSeconds(30), Gate.OPEN, event -> {}).stream()
                .map(one -> one.step().name())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 16, 17, 18})
    void owner_of_a_database_needs_nothing_else(int version, Workshops.Opener opener) {
        Workshop workshop = opener.on(version);
        Target target = owner(workshop);
        history(workshop);
        Lockkeeper lockkeeper =
                Lockkeeper.of(workshop.folder(Convention.FLYWAY, Tokens.none()), target, "lockkeeper", Policy.strict());
        assertThat(untried(lockkeeper, Request.apply())).containsExactly("2", "3", "4", "5", "R__totals");
        assertThat(workshop.rows("select to_regnamespace('app') is null")).containsExactly("t");
        Workshop.run(lockkeeper, Request.apply());
        assertThat(workshop.rows("select n from app.totals")).containsExactly("5253");
        assertThat(workshop.history()).containsExactly("1|applied", "2|applied", "3|applied", "4|applied", "5|applied");

        assertThat(untried(lockkeeper, Request.rollbackTo(Version.parse("4").orElseThrow())))
                .isEmpty();
        assertThat(workshop.history()).hasSize(5);

        workshop.migration(6, "select 1 / 0;", "select 1;");
        Lockkeeper more =
                Lockkeeper.of(workshop.folder(Convention.FLYWAY, Tokens.none()), target, "lockkeeper", Policy.strict());
        workshop.problem(() -> Workshop.run(more, Request.apply()));
        assertThat(more.status().count(Status.State.FAILED)).isEqualTo(1);
        assertThat(workshop.problem(() -> Workshop.run(more, Request.apply())).code())
                .isEqualTo(Code.STEP_FAILED);
        more.repair(new Repair("6", Repair.Action.RETRY, "test"), Duration.ZERO, holder -> {});

        workshop.execute("drop view app.totals");
        Workshop.run(more, Request.rollbackTo(Version.parse("0").orElseThrow()));
        assertThat(workshop.rows("select to_regnamespace('app') is null")).containsExactly("t");
        assertThat(workshop.rows("select * from lockkeeper.journal")).isEmpty();
        assertThat(more.status().count(Status.State.CHANGED))
                .as("the repeatable script has to run again")
                .isEqualTo(1);
        workshop.migration(6, "select 1;", "select 1;");
        Workshop.run(
                Lockkeeper.of(workshop.folder(Convention.FLYWAY, Tokens.none()), target, "lockkeeper", Policy.strict()),
                Request.apply());
        assertThat(workshop.rows("select n from app.totals")).containsExactly("5253");
    }
}
