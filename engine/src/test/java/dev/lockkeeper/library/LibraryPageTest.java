package dev.lockkeeper.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Java of docs/library.md: each block of the page stands in this file. */
class LibraryPageTest {
    private static final Path ROOT = Path.of(System.getProperty("lockkeeper.root"));
    private static final System.Logger logger = System.getLogger("shop");

    private static EmbeddedPostgres server;
    private Harbor harbor;
    private HikariDataSource dataSource;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open(@TempDir Path folder) {
        harbor = new Harbor(server, folder);
        dataSource = harbor.pool(4);
    }

    @AfterEach
    void close() {
        harbor.close();
    }

    @Test
    void application_that_starts() {
        Lockkeeper.on(dataSource).migrations("classpath:db/migration").apply();
        assertThat(harbor.tables()).containsExactly("orders");
    }

    @Test
    void folder_and_more_settings() {
        harbor.execute("create schema app");
        harbor.migration(1, "create table ${schema}.t ();", "drop table ${schema}.t;");
        Path folder = harbor.folder();
        RunResult result = Lockkeeper.on(dataSource)
                .migrations(folder)
                .component("shop")
                .schema("app")
                .lockTimeout(Duration.ofSeconds(1))
                .runnerLockTimeout(Duration.ofMinutes(5))
                .apply();
        for (RunResult.Step step : result.steps()) {
            logger.log(
                    Level.INFO,
                    "applied " + step.name() + " in " + step.duration().toMillis() + " ms");
        }
        assertThat(result.names()).containsExactly("1");
    }

    DataSource migrated(DataSource dataSource) {
        Lockkeeper.on(dataSource).migrations("classpath:db/migration").apply();
        return dataSource;
    }

    @Test
    void spring() {
        assertThat(migrated(dataSource)).isSameAs(dataSource);
        assertThat(harbor.tables()).containsExactly("orders");
    }

    @Test
    void migrations_go_up_and_down_and_up() {
        Lockkeeper shop =
                Lockkeeper.on(dataSource).migrations("classpath:db/migration").acceptLoss();
        shop.apply();
        shop.rollbackTo("0");
        assertThat(shop.apply().names()).containsExactly("1", "2");
    }

    @Test
    void problems() {
        harbor.migration(1, "select nobody;", "select 1;");
        Lockkeeper lockkeeper = Lockkeeper.on(dataSource).migrations(harbor.folder());
        List<String> told = new ArrayList<>();
        try {
            lockkeeper.apply();
        } catch (LockkeeperException e) {
            for (Problem problem : e.problems()) {
                told.add(problem.code().slug() + " at " + problem.place() + ": " + problem.message());
                told.add("to do: " + problem.help());
            }
        }
        assertThat(told.get(0)).contains("statement-failed at ").contains("V1__m1.sql:1:8: ");
    }

    @Test
    void looking_before() {
        Lockkeeper lockkeeper = Lockkeeper.on(dataSource).migrations("classpath:db/migration");
        lockkeeper.apply("1");
        if (!lockkeeper.status().isCurrent()) {
            logger.log(Level.INFO, "would apply " + lockkeeper.plan().names());
        }
        assertThat(lockkeeper.plan().names()).containsExactly("2");
        lockkeeper.apply();
        PlanResult plan = lockkeeper.planRollbackTo("1");
        if (plan.losses().isEmpty()) {
            lockkeeper.rollbackTo("1");
        }
        assertThat(lockkeeper.plan().names()).containsExactly("2");
    }

    private static String page() throws IOException {
        return Files.readString(ROOT.resolve("docs/library.md"));
    }

    private static List<String> blocks(String language) throws IOException {
        Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(page());
        return block.results().map(found -> found.group(1)).toList();
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @Test
    void each_block_of_the_page_stands_in_this_file() throws IOException {
        String source = unindented(
                Files.readString(ROOT.resolve("engine/src/test/java/dev/lockkeeper/library/LibraryPageTest.java")));
        List<String> blocks = blocks("java");
        assertThat(blocks).hasSizeGreaterThan(4);
        for (String block : blocks) {
            assertThat(source).contains(unindented(block));
        }
    }

    @Test
    void coordinates_are_those_of_this_build() throws IOException {
        String parent = Files.readString(ROOT.resolve("pom.xml"));
        String module = Files.readString(ROOT.resolve("engine/pom.xml"));
        String xml = blocks("xml").get(0);
        for (String element : List.of("groupId", "version")) {
            assertThat(xml).contains(first(parent, element));
        }
        assertThat(xml).contains("<artifactId>lockkeeper-engine</artifactId>");
        assertThat(module).contains("<artifactId>lockkeeper-engine</artifactId>");
    }

    private static String first(String xml, String element) {
        Matcher found =
                Pattern.compile("<" + element + ">[^<]*</" + element + ">").matcher(xml);
        assertThat(found.find()).isTrue();
        return found.group();
    }

    @Test
    void each_setting_of_the_page_is_a_method() throws IOException {
        Matcher row = Pattern.compile("(?m)^\\| `([a-zA-Z]+)` \\|").matcher(page());
        List<String> methods = java.util.Arrays.stream(Lockkeeper.class.getMethods())
                .map(java.lang.reflect.Method::getName)
                .toList();
        List<String> named = row.results().map(found -> found.group(1)).toList();
        assertThat(named).hasSizeGreaterThan(15);
        assertThat(methods).containsAll(named);
        assertThat(named)
                .containsAll(methods.stream()
                        .filter(name -> !List.of(
                                        "on",
                                        "getClass",
                                        "hashCode",
                                        "equals",
                                        "toString",
                                        "notify",
                                        "notifyAll",
                                        "wait")
                                .contains(name))
                        .collect(Collectors.toSet()));
    }
}
