package dev.lockkeeper.describe.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Compiles the records of a database and takes every row through them: read, written anew, read again. */
final class JavaRecords {
    private JavaRecords() {}

    /** How many rows of each table came back as they were. */
    static Map<String, Integer> roundTrip(Bench bench, Path folder) throws Exception {
        Described described = bench.described();
        Output output = new Output(Set.of(Language.JAVA), Profile.JSON, "records", "org.example.records");
        List<GeneratedFile> files = output.files(described);
        Node.write(files, Language.JAVA, folder);
        Path classes = compile(folder.resolve("java"));
        JavaNames names = new JavaNames(described, "org.example.records");
        Map<String, Integer> rows = new TreeMap<>();
        try (URLClassLoader loader =
                        new URLClassLoader(new URL[] {classes.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
                Connection connection = bench.connect()) {
            for (Described.Part part : described.parts()) {
                for (Described.Entity entity : part.entities()) {
                    if (!entity.fields().isEmpty()) {
                        Class<?> record =
                                loader.loadClass(names.packageOf(part.schema()) + "." + names.entity(entity.name()));
                        rows.put(entity.name().toString(), roundTrip(connection, record, entity));
                    }
                }
            }
        }
        return rows;
    }

    static Path compile(Path project) throws IOException {
        Path classes = Files.createDirectories(project.resolve("target/classes"));
        List<String> arguments = new ArrayList<>(
                List.of("--release", "17", "-encoding", "UTF-8", "-Xlint:all", "-Werror", "-d", classes.toString()));
        try (Stream<Path> sources = Files.walk(project.resolve("src/main/java"))) {
            sources.filter(path -> path.toString().endsWith(".java")).forEach(path -> arguments.add(path.toString()));
        }
        java.io.ByteArrayOutputStream said = new java.io.ByteArrayOutputStream();
        int code = ToolProvider.getSystemJavaCompiler().run(null, said, said, arguments.toArray(String[]::new));
        assertThat(code)
                .as(said.toString(java.nio.charset.StandardCharsets.UTF_8))
                .isZero();
        return classes;
    }

    /** The rows go into a copy of their table, which has its columns and none of its triggers. */
    private static int roundTrip(Connection connection, Class<?> record, Described.Entity entity) throws Exception {
        String select = (String) record.getField("SELECT").get(null);
        List<Object> before = read(connection, record, select);
        if (!entity.isWritten()) {
            return before.size();
        }
        String name = entity.name().quoted();
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists pg_temp.a_copy");
            statement.execute("create temp table a_copy (like " + name + " including generated including identity)");
        }
        Method write = record.getMethod("write", PreparedStatement.class);
        String insert = (String) record.getField("INSERT").get(null);
        try (PreparedStatement statement = connection.prepareStatement(insert.replace(name, "pg_temp.a_copy"))) {
            for (Object row : before) {
                write.invoke(row, statement);
                statement.executeUpdate();
            }
        }
        assertThat(read(connection, record, select.replace(name, "pg_temp.a_copy")))
                .as(entity.name().toString())
                .containsExactlyElementsOf(before);
        return before.size();
    }

    private static List<Object> read(Connection connection, Class<?> record, String select) throws Exception {
        Method read = record.getMethod("read", ResultSet.class);
        List<Object> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(select)) {
            while (result.next()) {
                rows.add(read.invoke(null, result));
            }
        }
        return rows;
    }
}
