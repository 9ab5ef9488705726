package dev.lockkeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.adopt.Adoption;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Target;
import dev.lockkeeper.source.Convention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Histories that Sqitch itself wrote; skipped where the program {@code sqitch} is missing. */
@ExtendWith(Workshops.class)
@Tag("MIG-09")
class SqitchAdoptionTest {
    private static final String DEPLOY =
            "-- Deploy shop:CHANGE to pg\n\nBEGIN;\n\ncreate table public.CHANGE (id int);\n\nCOMMIT;\n";
    private static final String REVERT =
            "-- Revert shop:CHANGE from pg\n\nBEGIN;\n\ndrop table public.CHANGE;\n\nCOMMIT;\n";

    @BeforeAll
    static void sqitch_is_installed() {
        OtherProgram.require("sqitch", "install Debian's package sqitch");
    }

    private static void sqitch(Workshop workshop, Path folder, String... arguments) {
        OtherProgram.run(workshop, folder, "sqitch", arguments);
    }

    /** A project of three changes, of which Sqitch deploys two. */
    private static void project(Workshop workshop, Path folder) throws IOException {
        Target target = workshop.target();
        String uri = "db:pg://" + target.user() + "@" + target.host() + ":" + target.port() + "/" + target.database();
        sqitch(workshop, folder, "init", "shop", "--engine", "pg", "--target", uri);
        for (String change : List.of("users", "order_lines", "stock")) {
            sqitch(workshop, folder, "add", change, "-m", change);
            Files.writeString(folder.resolve("deploy/" + change + ".sql"), DEPLOY.replace("CHANGE", change));
            Files.writeString(folder.resolve("revert/" + change + ".sql"), REVERT.replace("CHANGE", change));
        }
        sqitch(workshop, folder, "deploy", "--to-change", "order_lines");
    }

    /** The scripts with a number before their names. */
    private static Newcomer numbered(Workshop workshop, Path folder) throws IOException {
        int number = 1;
        for (String change : List.of("users", "order_lines", "stock")) {
            String name = "00" + number++ + "_" + change + ".sql";
            workshop.write(name, Files.readAllBytes(folder.resolve("deploy/" + change + ".sql")));
            workshop.write("rollbacks/" + name, Files.readAllBytes(folder.resolve("revert/" + change + ".sql")));
        }
        return Newcomer.in(workshop, null);
    }

    @Test
    void changes_are_known_by_the_digest_of_their_scripts(Workshop workshop, @TempDir Path folder) throws IOException {
        project(workshop, folder);
        Newcomer newcomer = numbered(workshop, folder);
        Adoption adoption = newcomer.adoptUntouched("sqitch.changes");
        assertThat(Newcomer.lines(adoption))
                .containsExactly("001 MATCHES SHA-1 of the file", "002 MATCHES SHA-1 of the file");
        assertThat(newcomer.history()).containsExactly("001|sqitch", "002|sqitch");
        assertThat(workshop.rows("select h.applied_by, h.applied_at = c.committed_at from lockkeeper.history h"
                        + " join sqitch.changes c on c.change = replace(h.description, ' ', '_')"))
                .containsExactly("Ann B|t", "Ann B|t");
        assertThat(Workshop.run(newcomer.lockkeeper(), Request.apply()).steps()).hasSize(1);
        Workshop.run(newcomer.lockkeeper(), Request.rollback(3));
        assertThat(workshop.tables()).isEmpty();
    }

    @Test
    void edited_script_is_known_by_its_name_and_refused(Workshop workshop, @TempDir Path folder) throws IOException {
        project(workshop, folder);
        Newcomer newcomer = numbered(workshop, folder);
        workshop.write("002_order_lines.sql", "select 2;\n");
        workshop.delete("001_users.sql");
        workshop.write("001_people.sql", "select 1;\n");
        assertThat(newcomer.workshop()).isSameAs(workshop);
        assertThat(Newcomer.in(workshop, Convention.ROLLBACKS_FOLDER).refusals())
                .extracting(Problem::code)
                .containsExactly(Code.MIGRATION_MISSING, Code.MIGRATION_ALTERED, Code.OUT_OF_ORDER);
    }

    /** All files as sqitch has left them. */
    private static void unchanged(Workshop workshop, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                workshop.write(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
    }

    @Test
    void project_of_sqitch_is_taken_as_it_is_with_a_change_that_was_reworked(Workshop workshop, @TempDir Path folder)
            throws IOException {
        project(workshop, folder);
        sqitch(workshop, folder, "deploy");
        sqitch(workshop, folder, "tag", "v1", "-n", "first");
        sqitch(workshop, folder, "rework", "users", "-n", "with a name");
        Files.writeString(
                folder.resolve("deploy/users.sql"),
                "BEGIN;\nalter table public.users add column name text;\nCOMMIT;\n");
        Files.writeString(
                folder.resolve("revert/users.sql"), "BEGIN;\nalter table public.users drop column name;\nCOMMIT;\n");
        unchanged(workshop, folder);
        Newcomer newcomer = Newcomer.in(workshop, null);
        assertThat(newcomer.lockkeeper().migrations().convention()).isEqualTo(Convention.SQITCH);
        Adoption adoption = newcomer.adoptUntouched("sqitch.changes");
        assertThat(Newcomer.lines(adoption))
                .containsExactly(
                        "1 MATCHES SHA-1 of the file", "2 MATCHES SHA-1 of the file", "3 MATCHES SHA-1 of the file");
        assertThat(Workshop.run(newcomer.lockkeeper(), Request.apply()).steps()).hasSize(1);
        assertThat(workshop.rows("select attname from pg_attribute where attrelid = 'public.users'::regclass"
                        + " and attnum > 0"))
                .containsExactly("id", "name");
        Workshop.run(newcomer.lockkeeper(), Request.rollback(4));
        assertThat(workshop.tables()).isEmpty();
        Convention.Listed added = Convention.SQITCH
                .listed(folder, "shop", "more", Clock.systemUTC(), "Ann")
                .orElseThrow();
        Files.writeString(added.file(), added.text(), StandardOpenOption.APPEND);
        sqitch(workshop, folder, "show", "change", "more");
    }

    @Test
    void changes_of_another_project_in_the_same_record_are_left_out(Workshop workshop, @TempDir Path folder)
            throws IOException {
        Path own = Files.createDirectories(folder.resolve("own"));
        project(workshop, own);
        Target target = workshop.target();
        Path other = Files.createDirectories(folder.resolve("other"));
        sqitch(
                workshop,
                other,
                "init",
                "other",
                "--engine",
                "pg",
                "--target",
                "db:pg://" + target.user() + "@" + target.host() + ":" + target.port() + "/" + target.database());
        sqitch(workshop, other, "add", "stock", "-m", "stock");
        // the very script of a change that is not deployed in the other project
        Files.copy(
                own.resolve("deploy/stock.sql"),
                other.resolve("deploy/stock.sql"),
                StandardCopyOption.REPLACE_EXISTING);
        sqitch(workshop, other, "deploy");
        unchanged(workshop, own);
        Adoption adoption = Newcomer.in(workshop, null).adopt();
        assertThat(Newcomer.lines(adoption))
                .containsExactly("1 MATCHES SHA-1 of the file", "2 MATCHES SHA-1 of the file");
        assertThat(adoption.leftOut()).containsExactly("the changes of project other: sqitch.plan names another");
    }

    @Test
    void scripts_without_their_plan_are_refused(Workshop workshop, @TempDir Path folder) throws IOException {
        project(workshop, folder);
        workshop.write("deploy/users.sql", DEPLOY.replace("CHANGE", "users"));
        Problem problem = workshop.problem(() -> Newcomer.in(workshop, null).adopt());
        assertThat(problem.code()).isEqualTo(Code.CONVENTION_UNCLEAR);
        assertThat(problem.help()).contains("sqitch.plan");
    }

    @Test
    void history_of_sqitch_stops_a_first_apply(Workshop workshop, @TempDir Path folder) throws IOException {
        project(workshop, folder);
        Problem problem = workshop.problem(workshop.migration(1, "select 1;", "select 1;")::apply);
        assertThat(problem.code()).isEqualTo(Code.HISTORY_OF_OTHER_TOOL);
        assertThat(problem.message()).contains("sqitch.changes");
    }
}
