package dev.lockkeeper.schemas;

import dev.lockkeeper.Lockkeeper;
import dev.lockkeeper.apply.Repair;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.plan.Policy;
import dev.lockkeeper.plan.Request;
import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Environment;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.project.ProjectFile;
import dev.lockkeeper.project.SeedPackage;
import dev.lockkeeper.project.TargetResolver;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migration;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Version;
import dev.lockkeeper.stewardship.seed.SeedMode;
import dev.lockkeeper.stewardship.seed.SeedResult;
import dev.lockkeeper.stewardship.seed.Seeding;
import dev.lockkeeper.stewardship.volume.VolumeProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One component of a reference schema, as its project file declares it.
 *
 * @param set token values that win over those of the project file
 */
public record Reference(Project project, Component component, Map<String, String> set) {
    private static final Path SCHEMAS = Path.of(System.getProperty("lockkeeper.root"), "schemas");
    private static final Environment LOCAL = new Environment("local", null, null, Map.of());

    /** The only component of a project. */
    public static Reference of(String project) {
        return all(project).get(0);
    }

    public static Reference of(String project, String component) {
        return all(project).stream()
                .filter(r -> r.component.name().equals(component))
                .findFirst()
                .orElseThrow();
    }

    /** Every component of a project, in declared order. */
    public static List<Reference> all(String project) {
        Project read = ProjectFile.read(folder(project));
        return read.components().stream()
                .map(c -> new Reference(read, c, Map.of()))
                .toList();
    }

    public static Path folder(String project) {
        return SCHEMAS.resolve(project);
    }

    public Reference with(String token, String value) {
        return new Reference(project, component, Map.of(token, value));
    }

    public Migrations migrations() {
        return Migrations.read(files());
    }

    /** The up script as it is sent. */
    public String up(String version) {
        return migration(version).up().text();
    }

    private Migration migration(String version) {
        return migrations().find(version(version)).orElseThrow();
    }

    /** Runs what the platform would have given the database; nothing when the project names no prelude. */
    public void prelude(Session session) throws java.sql.SQLException {
        Path prelude = project.prelude();
        if (prelude != null) {
            session.script(ScriptReader.read(prelude));
        }
    }

    /** The scripts of the folder seeds and of those in it, in the order of their names, with the tokens replaced. */
    List<String> seeds() {
        Folder files = files();
        try (Stream<Path> scripts = Files.walk(folder(project.name()).resolve("seeds"))) {
            return scripts.filter(Files::isRegularFile)
                    .sorted()
                    .map(ScriptReader::read)
                    .map(script -> {
                        String rendered = script;
                        for (Map.Entry<String, String> token :
                                files.tokens().values().entrySet()) {
                            rendered = rendered.replace("${" + token.getKey() + "}", token.getValue());
                        }
                        return rendered;
                    })
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Brings a package of seeds, whose keys are in these variables. */
    SeedResult bring(
            EmbeddedPostgres server, String database, String name, SeedMode mode, Map<String, String> variables) {
        SeedPackage seeds = component.seeds().stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow();
        Map<String, @Nullable String> given = new HashMap<>(seeds.tokens());
        given.putAll(set);
        Seeding seeding = Seeding.of(
                seeds,
                files().tokens().with(given),
                "local",
                "lockkeeper",
                variables,
                mode,
                session -> {},
                VolumeProgress.NONE);
        return lockkeeper(server, database).undertake(seeding, Duration.ofMinutes(1), holder -> {});
    }

    public void apply(EmbeddedPostgres server, String database) {
        run(server, database, Request.apply());
    }

    /** Goes up to a version. */
    public void apply(EmbeddedPostgres server, String database, String version) {
        run(server, database, Request.applyTo(version(version)));
    }

    /** Takes the newest applied migrations back. */
    public void rollback(EmbeddedPostgres server, String database, int steps) {
        run(server, database, Request.rollback(steps));
    }

    /** Says that what made a migration fail is fixed in the database, so that it may be tried again as it is. */
    public void retry(EmbeddedPostgres server, String database, String version) {
        lockkeeper(server, database)
                .repair(
                        new Repair(version, Repair.Action.RETRY, "the data are fixed"),
                        Duration.ofMinutes(1),
                        holder -> {});
    }

    private void run(EmbeddedPostgres server, String database, Request request) {
        lockkeeper(server, database).run(request, Duration.ofMinutes(1), event -> {});
    }

    private Lockkeeper lockkeeper(EmbeddedPostgres server, String database) {
        TargetResolver resolver = new TargetResolver(Map.of(
                "PGHOST", "127.0.0.1",
                "PGPORT", Integer.toString(server.port()),
                "PGUSER", server.user(),
                "PGPASSWORD", server.password(),
                "PGDATABASE", database));
        return Lockkeeper.of(files(), resolver.resolve(null, LOCAL, null), project.historySchema(), Policy.strict());
    }

    private Folder files() {
        return project.folder(component, LOCAL, set);
    }

    private static Version version(String text) {
        return Version.parse(text).orElseThrow();
    }

    @Override
    public String toString() {
        return project.name() + " " + component.name();
    }
}
