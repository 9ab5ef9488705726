package dev.lockkeeper.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Migrations of a class path: folders, archives, archives in archives, and what else class loaders give. */
class ClassPathTest {
    private static final String UP = "db/migration/V1__a.sql";
    private static final String DOWN = "db/migration/U1__a.sql";

    private static EmbeddedPostgres server;

    @TempDir
    Path folder = Path.of("");

    private Harbor harbor;

    @BeforeAll
    static void start() {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        harbor = new Harbor(server, folder);
    }

    @AfterEach
    void close() {
        harbor.close();
    }

    private static final Map<String, String> FILES =
            Map.of(UP, "create table a (id int);\n\nselect 1;", DOWN, "drop table a;");

    /** An archive of files, with the entries for their folders that many tools write. */
    private Path archive(String name, Map<String, String> files, boolean folders) throws IOException {
        Path archive = folder.resolve(name);
        Files.createDirectories(archive.resolveSibling("."));
        try (OutputStream out = Files.newOutputStream(archive);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            if (folders) {
                for (String entry : List.of("db/", "db/migration/")) {
                    zip.putNextEntry(new ZipEntry(entry));
                }
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return archive;
    }

    private Path classes(String name, Map<String, String> files) throws IOException {
        Path root = folder.resolve(name);
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.resolveSibling("."));
            Files.writeString(path, file.getValue());
        }
        return root;
    }

    private static URLClassLoader loader(Path... roots) throws MalformedURLException {
        URL[] urls = new URL[roots.length];
        for (int i = 0; i < roots.length; i++) {
            urls[i] = roots[i].toUri().toURL();
        }
        return new URLClassLoader(urls, null);
    }

    private Lockkeeper from(ClassLoader loader) {
        return Lockkeeper.on(harbor.simple()).classLoader(loader).migrations("classpath:db/migration");
    }

    /** Applies, takes back, and says what was applied. */
    private List<String> all(ClassLoader loader) {
        List<String> names = from(loader).apply().names();
        assertThat(from(loader).rollbackTo("0").names()).hasSameSizeAs(names);
        return names;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"plain", "with space", "ümläut ß", "a#b", "a%20b", "a+b", "100%", "lib.jar", "q?m", "a;b", "日本"})
    void folder_or_archive_of_any_name_is_read(String name) throws IOException {
        try (URLClassLoader loader = loader(classes(name, FILES))) {
            assertThat(all(loader)).containsExactly("1");
        }
        try (URLClassLoader loader = loader(archive(name + "/" + name + ".jar", FILES, true))) {
            assertThat(all(loader)).containsExactly("1");
        }
        try (URLClassLoader loader = loader(archive(name + "/flat " + name + ".jar", FILES, false))) {
            assertThat(all(loader)).containsExactly("1");
        }
    }

    @Test
    void files_of_an_archive_may_have_any_name() throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        List<String> names = List.of("with space", "ümläut ß", "a#b", "a%20b", "a+b", "100%", "日本");
        for (int i = 1; i <= names.size(); i++) {
            files.put("db/migration/V" + i + "__" + names.get(i - 1) + ".sql", "select " + i + ";");
            files.put("db/migration/U" + i + "__.sql", "select " + i + ";");
        }
        try (URLClassLoader loader = loader(archive("x.jar", files, false))) {
            RunResult result = from(loader).apply();
            assertThat(result.steps())
                    .extracting(RunResult.Step::file)
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, names.size())
                            .mapToObj(i -> "classpath:db/migration/V" + i + "__" + names.get(i - 1) + ".sql")
                            .toList());
        }
    }

    @Test
    void errors_name_the_resource_with_line_and_column() throws IOException {
        Map<String, String> files = Map.of(UP, "select 1;\n\n  select nobody;", DOWN, "select 1;");
        for (Path root : List.of(archive("x.jar", files, true), classes("classes", files))) {
            try (URLClassLoader loader = loader(root)) {
                Problem problem = Harbor.problem(() -> from(loader).apply());
                assertThat(String.valueOf(problem.place())).isEqualTo("classpath:db/migration/V1__a.sql:3:10");
                harbor.execute("drop schema lockkeeper cascade");
            }
        }
        try (URLClassLoader loader = loader(archive("y.jar", Map.of("db/migration/V1__a.sql", "select 'open"), true))) {
            Problem problem =
                    Harbor.problem(() -> from(loader).downs("optional").apply());
            assertThat(String.valueOf(problem.place())).isEqualTo("classpath:db/migration/V1__a.sql:1:8");
        }
    }

    @Test
    void roots_of_the_same_name_are_read_as_one_folder_in_the_order_of_versions() throws IOException {
        Path one = classes(
                "classes",
                Map.of("db/migration/V2__b.sql", "create table b ();", "db/migration/U2__b.sql", "drop table b;"));
        Path two = archive("a.jar", FILES, false);
        Path three = archive(
                "c.jar",
                Map.of("db/migration/more/V3__c.sql", "create table c ();", "db/migration/U3.sql", "drop table c;"),
                true);
        try (URLClassLoader loader = loader(three, one, two, two, folder.resolve("nowhere.jar"))) {
            assertThat(from(loader).apply().steps())
                    .extracting(RunResult.Step::file)
                    .containsExactly(
                            "classpath:db/migration/V1__a.sql",
                            "classpath:db/migration/V2__b.sql",
                            "classpath:db/migration/more/V3__c.sql");
        }
    }

    @Test
    void same_version_in_two_roots_is_refused_with_both() throws IOException {
        Path one = classes("classes", FILES);
        Path two = archive("a.jar", FILES, true);
        try (URLClassLoader loader = loader(one, two)) {
            List<Problem> problems = org.assertj.core.api.Assertions.catchThrowableOfType(
                            dev.lockkeeper.problem.LockkeeperException.class,
                            () -> from(loader).apply())
                    .problems();
            assertThat(problems).extracting(Problem::code).containsOnly(Code.DUPLICATE_VERSION);
            assertThat(problems.get(0).why())
                    .startsWith("classpath:db/migration/")
                    .contains(" in " + one.toRealPath());
            assertThat(String.valueOf(problems.get(0).place())).startsWith("classpath:db/migration/");
        }
    }

    @Test
    void folder_that_is_nowhere_is_refused_with_what_was_searched() throws IOException {
        try (URLClassLoader loader = loader(archive("a.jar", FILES, true))) {
            Problem problem = Harbor.problem(
                    () -> from(loader).migrations("classpath:/db/nowhere/").apply());
            assertThat(problem.code()).isEqualTo(Code.FILE_UNREADABLE);
            assertThat(String.valueOf(problem.place())).isEqualTo("classpath:db/nowhere");
            assertThat(from(loader)
                            .migrations("classpath:/db/migration/")
                            .plan()
                            .names())
                    .containsExactly("1");
            // part of a name is not the name
            assertThat(Harbor.problem(() -> from(loader)
                                    .migrations("classpath:db/migratio")
                                    .plan())
                            .code())
                    .isEqualTo(Code.FILE_UNREADABLE);
        }
    }

    @Test
    void large_script_of_an_archive_is_read_from_it_while_it_runs() throws IOException {
        String rows = ("insert into a select 1 where false /* " + "x".repeat(5000) + " */;\n").repeat(4_000);
        Map<String, String> files = Map.of(
                UP,
                "create table a (id int);\n" + rows + "insert into a values (1);\nselect nobody;",
                DOWN,
                "drop table a;");
        try (URLClassLoader loader = loader(archive("large.jar", files, false))) {
            assertThat(String.valueOf(files.get(UP)).length()).isGreaterThan(20_000_000);
            Problem problem = Harbor.problem(() -> from(loader).apply());
            assertThat(problem.code()).isEqualTo(Code.STATEMENT_FAILED);
            assertThat(String.valueOf(problem.place())).isEqualTo("classpath:db/migration/V1__a.sql:4003:8");
            assertThat(harbor.tables()).isEmpty();
        }
    }

    @Test
    void archive_is_let_go_after_success_and_after_failure() throws IOException {
        Path archive = archive("a.jar", FILES, false);
        try (URLClassLoader loader = loader(archive)) {
            from(loader).apply();
            from(loader).plan();
            Harbor.problem(() -> from(loader).migrations("classpath:db/nowhere").plan());
            Harbor.problem(() -> from(loader).apply("9"));
        }
        assertThat(openFiles()).doesNotContain(archive.toRealPath());
        Files.delete(archive);
        archive(
                "a.jar",
                Map.of(
                        UP,
                        FILES.get(UP),
                        DOWN,
                        FILES.get(DOWN),
                        "db/migration/V2__b.sql",
                        "select 1;",
                        "db/migration/U2.sql",
                        ""),
                true);
        try (URLClassLoader loader = loader(archive)) {
            assertThat(from(loader).apply().names()).containsExactly("2");
        }
        assertThat(openFiles()).doesNotContain(archive.toRealPath());
    }

    private static List<Path> openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.flatMap(path -> {
                        try {
                            return Stream.of(Files.readSymbolicLink(path));
                        } catch (IOException closedMeanwhile) {
                            return Stream.of();
                        }
                    })
                    .toList();
        }
    }

    @Test
    void what_stands_on_the_class_path_and_is_no_archive_does_not_matter() throws IOException {
        Path text = Files.writeString(folder.resolve("readme.jar"), "not an archive");
        try (URLClassLoader loader = loader(text, archive("a.jar", FILES, false))) {
            assertThat(all(loader)).containsExactly("1");
        }
        Path file = archive("b.jar", Map.of("db/migration", "a file"), false);
        try (URLClassLoader loader = loader(file)) {
            assertThat(Harbor.problem(() -> from(loader).plan()).code()).isEqualTo(Code.FILE_UNREADABLE);
        }
    }

    @Test
    void context_class_loader_counts_when_none_is_named() throws IOException {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader = loader(classes("classes", FILES))) {
            Thread.currentThread().setContextClassLoader(loader);
            assertThat(Lockkeeper.on(harbor.simple())
                            .migrations("classpath:db/migration")
                            .plan()
                            .names())
                    .containsExactly("1");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** A class loader that names resources as those of others do. */
    private static ClassLoader naming(String address) {
        return new ClassLoader(null) {
            @Override
            public Enumeration<URL> getResources(String name) throws IOException {
                return name.equals("db/migration")
                        ? Collections.enumeration(List.of(new URL(null, address, new Silent())))
                        : Collections.emptyEnumeration();
            }
        };
    }

    /** Knows any scheme and opens nothing. */
    private static final class Silent extends URLStreamHandler {
        @Override
        protected URLConnection openConnection(URL url) throws IOException {
            throw new IOException("not opened");
        }

        @Override
        protected void parseURL(URL url, String spec, int start, int limit) {
            setURL(url, url.getProtocol(), "", -1, "", "", spec.substring(start, limit), null, null);
        }
    }

    @Test
    void archives_and_folders_within_an_archive_are_read_as_spring_boot_names_them() throws IOException {
        Path inner = archive("inner.jar", FILES, false);
        Path outer = folder.resolve("my app.jar");
        byte[] bytes = Files.readAllBytes(inner);
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(outer))) {
            ZipEntry stored = new ZipEntry("BOOT-INF/lib/in ner.jar");
            stored.setMethod(ZipEntry.STORED);
            stored.setSize(bytes.length);
            CRC32 sum = new CRC32();
            sum.update(bytes);
            stored.setCrc(sum.getValue());
            zip.putNextEntry(stored);
            zip.write(bytes);
            for (Map.Entry<String, String> file : FILES.entrySet()) {
                zip.putNextEntry(new ZipEntry("BOOT-INF/classes/" + file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        String path = outer.toUri().getRawPath();
        for (String address : List.of(
                "jar:nested:" + path + "/!BOOT-INF/lib/in%20ner.jar!/db/migration",
                "jar:nested:" + path + "/!BOOT-INF/classes/!/db/migration",
                "jar:file:" + path + "!/BOOT-INF/lib/in%20ner.jar!/db/migration/",
                "jar:file:" + path + "!/BOOT-INF/classes!/db/migration/")) {
            assertThat(all(naming(address))).as(address).containsExactly("1");
        }
        assertThat(openFiles()).doesNotContain(outer.toRealPath());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vfs:/content/app.war/WEB-INF/classes/db/migration",
                "bundleresource://7.fwk1/db/migration",
                "resource:/db/migration",
                "jar:https://example.org/a.jar!/db/migration",
                "jar:file:/nowhere/a.jar!/db/migration"
            })
    void other_addresses_of_class_loaders_are_refused_by_name(String address) {
        Problem problem = Harbor.problem(() -> from(naming(address)).plan());
        assertThat(problem.code()).isEqualTo(Code.FILE_UNREADABLE);
        assertThat(problem.message()).contains(address.substring(0, address.length() - "db/migration".length()));
        assertThat(problem.help()).contains("java.nio.file.Path");
    }
}
