package dev.lockkeeper.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.source.Folder;
import dev.lockkeeper.source.Migrations;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.Tokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@Tag("DOC-05")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WalkTest {
    private final EmbeddedPostgres server = EmbeddedPostgres.start(Options.version(18));

    @TempDir
    private Path folder;

    @AfterAll
    void close() {
        server.close();
    }

    private void migration(int version, String up, String down) throws IOException {
        Files.writeString(folder.resolve("V" + version + "__m.sql"), up);
        Files.writeString(folder.resolve("U" + version + "__m.sql"), down);
    }

    private List<Walked> walk(boolean back, String... prelude) {
        Migrations migrations =
                Migrations.read(new Folder("main", folder, null, new Tokens(Set.of(), Map.of(), false)));
        List<Script> before = new ArrayList<>();
        for (String sql : prelude) {
            before.add(Script.of("prelude.sql", sql));
        }
        try (Databases databases = Databases.of(server)) {
            return new Walk(databases, before, back).of(migrations, migration -> {});
        }
    }

    private static List<String> tables(Model model) {
        return model.relations().stream().map(one -> one.name().name()).toList();
    }

    @Test
    void each_script_is_seen_by_what_is_there_before_and_after_it() throws IOException {
        migration(1, "create role walker; create table public.a (id int);", "drop table public.a; drop role walker;");
        migration(
                2,
                "create index concurrently on public.a (id); create table public.b (id int);",
                "drop table public.b; drop index a_id_idx;");
        // the server is left as it was, so the role can be made again
        walk(true);
        List<Walked> walked = walk(true);
        assertThat(walked).extracting(one -> tables(one.before())).containsExactly(List.of(), List.of("a"));
        assertThat(walked).extracting(one -> tables(one.after())).containsExactly(List.of("a"), List.of("a", "b"));
        assertThat(walked)
                .allSatisfy(one -> assertThat(one.back())
                        .isInstanceOfSatisfying(
                                Walked.Taken.class,
                                taken -> assertThat(taken.left()).isEqualTo(one.before())));
        assertThat(((Walked.Taken) walked.get(1).back()).seen().statements())
                .hasSize(2)
                .anySatisfy(statement -> assertThat(statement.locks())
                        .anyMatch(lock -> lock.relation().equals("public.a")
                                && lock.mode().blocksReads()));
    }

    @Test
    void a_down_script_that_fails_ends_the_way_back() throws IOException {
        migration(1, "create table public.a (id int);", "drop table public.a;");
        migration(2, "create table public.b (id int);", "drop table public.c;");
        migration(3, "create table public.d (id int);", "drop table public.d;");
        List<Walked> walked = walk(true);
        assertThat(walked.get(2).back()).isInstanceOf(Walked.Taken.class);
        assertThat(walked.get(1).back())
                .isInstanceOfSatisfying(
                        Walked.Failed.class,
                        failed -> assertThat(failed.problem().message()).contains("table \"c\" does not exist"));
        assertThat(walked.get(0).back()).isInstanceOf(Walked.NotTried.class);
        assertThat(walk(false)).extracting(Walked::back).allMatch(Walked.NotTried.class::isInstance);
    }

    @Test
    void what_a_prelude_makes_is_there_before_the_first_and_what_lacks_is_told() throws IOException {
        migration(1, "create table auth.a (id int);", "drop table auth.a;");
        assertThat(walk(true, "create schema auth").get(0).before().schemas())
                .extracting(schema -> schema.name())
                .contains("auth");
        assertThatThrownBy(() -> walk(true))
                .isInstanceOfSatisfying(
                        LockkeeperException.class,
                        e -> assertThat(e.problems().get(0).help()).contains("--prelude FILE"));
    }
}
