package dev.lockkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.history.About;
import dev.lockkeeper.history.Direction;
import dev.lockkeeper.history.Entry;
import dev.lockkeeper.history.FailedStep;
import dev.lockkeeper.history.History;
import dev.lockkeeper.history.Progress;
import dev.lockkeeper.history.RepeatableEntry;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.Patience;
import dev.lockkeeper.source.Convention;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Repeatable;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.source.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** A folder of migrations and a history that nobody has to live through: what a plan is made of. */
final class Desk {
    private final Path folder;
    private final List<Entry> applied = new ArrayList<>();
    private final List<Progress> progress = new ArrayList<>();
    private final List<RepeatableEntry> repeatables = new ArrayList<>();
    private final List<FailedStep> failed = new ArrayList<>();
    private final List<Problem> doubts = new ArrayList<>();
    private @Nullable String otherTool;
    private boolean downsRequired = true;
    private boolean outOfOrder;
    private boolean ignoreOtherTool;

    Desk(Path folder) {
        this.folder = folder;
    }

    /** Migrations with an up and a down script each. */
    Desk files(int... versions) {
        for (int version : versions) {
            up(version, "create table t" + version + " (i int);");
            write("U" + version + "__m_" + version + ".sql", "drop table t" + version + ";");
        }
        return this;
    }

    Desk up(int version, String sql) {
        return write("V" + version + "__m_" + version + ".sql", sql);
    }

    Desk write(String name, String sql) {
        try {
            Files.writeString(folder.resolve(name), sql);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Desk delete(String name) {
        try {
            Files.delete(folder.resolve(name));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In this order, with the files as they are. */
    Desk applied(int... versions) {
        for (int version : versions) {
            applied.add(new Entry(
                    applied.size() + 1,
                    version(version),
                    "kept " + version,
                    migration(version).up().checksum(),
                    "2026-01-0" + version,
                    "ann"));
        }
        return this;
    }

    /** A statement of a step that a run did not finish; the text is that of the file as it is. */
    Desk begun(int version, Direction direction, int ordinal, Progress.State state) {
        Script script = script(version, direction);
        String digest = ordinal < 1
                ? ""
                : Progress.digest(
                        script.commands().statements().get(ordinal - 1),
                        script.commands().directives());
        progress.add(new Progress(Integer.toString(version), direction, ordinal, digest, state, null));
        return this;
    }

    Desk failed(int version, Direction direction) {
        return failed(Integer.toString(version), direction, script(version, direction));
    }

    Desk failed(String name, Direction direction, Script script) {
        failed.add(new FailedStep(
                name, direction, script.sentChecksum(), "f.sql:3:1", "42P01", "no such table", "2026-01-02", "bob"));
        return this;
    }

    Desk ran(String repeatable, boolean inForce, boolean kept) {
        repeatables.add(new RepeatableEntry(
                repeatable, repeatable(repeatable).script().renderedChecksum(), "2026-01-03", "cid", inForce, kept));
        return this;
    }

    Desk doubt(Problem problem) {
        doubts.add(problem);
        return this;
    }

    Desk otherTool(String table) {
        otherTool = table;
        return this;
    }

    Desk downsOptional() {
        downsRequired = false;
        return this;
    }

    Desk outOfOrder() {
        outOfOrder = true;
        return this;
    }

    Desk ignoreOtherTool() {
        ignoreOtherTool = true;
        return this;
    }

    static Version version(int version) {
        return Version.parse(Integer.toString(version)).orElseThrow();
    }

    Migrations migrations() {
        return Migrations.read(new Folder("main", folder, Convention.FLYWAY, Tokens.none()));
    }

    private Migration migration(int version) {
        return migrations().find(version(version)).orElseThrow();
    }

    private Script script(int version, Direction direction) {
        Migration migration = migration(version);
        return direction == Direction.UP ? migration.up() : Objects.requireNonNull(migration.down());
    }

    Repeatable repeatable(String name) {
        return migrations().repeatables().all().stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    History history() {
        return new History(
                About.nothing(),
                applied,
                progress,
                repeatables,
                failed,
                Optional.ofNullable(otherTool),
                Optional.empty(),
                doubts);
    }

    Status status() {
        return Status.of(migrations(), history());
    }

    Plan plan(Request request) {
        return plan(request, problem -> problem);
    }

    Plan plan(Request request, UnaryOperator<Problem> explain) {
        return new Planner(
                        migrations(),
                        history(),
                        new Policy(downsRequired, outOfOrder, ignoreOtherTool, Patience.standard()))
                .plan(request, explain);
    }

    /** The steps of a plan by their names. */
    List<String> steps(Request request) {
        return plan(request).steps().stream().map(Step::name).toList();
    }

    List<Problem> problems(Request request) {
        LockkeeperException thrown = Assertions.catchThrowableOfType(LockkeeperException.class, () -> plan(request));
        assertThat(thrown).as("a problem").isNotNull();
        return thrown.problems();
    }

    Problem problem(Request request) {
        assertThat(problems(request)).hasSize(1);
        return problems(request).get(0);
    }
}
