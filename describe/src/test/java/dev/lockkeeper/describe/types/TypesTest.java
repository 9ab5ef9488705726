package dev.lockkeeper.describe.types;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import dev.lockkeeper.describe.page.Device;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types of a database with everything in it that is hard: compiled, and used on its rows. */
@Tag("DOC-04")
class TypesTest {
    /** The least version that the packages ask for, under a name of its own. */
    private static final String LEAST = "zod-least";

    private static EmbeddedPostgres server;
    private static Bench bench;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws Exception {
        server = EmbeddedPostgres.start(Options.version(Integer.getInteger("lockkeeper.postgres", 18)));
        bench = Bench.of(
                server,
                Files.readString(Path.of(
                        System.getProperty("lockkeeper.root"), "describe/src/test/resources/types/hostile.sql")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void records_of_java_bring_every_row_back() throws Exception {
        String copy = server.createDatabase(bench.database());
        Bench other = Bench.read(server, copy);
        try (Connection connection = other.connect();
                Statement statement = connection.createStatement()) {
            // BigDecimal has no such numbers
            statement.execute("delete from a.everything where n in ('NaN', 'Infinity')");
        }
        assertThat(JavaRecords.roundTrip(other, folder))
                .containsEntry("a.everything", 1)
                .containsEntry("a.checked", 2)
                .containsEntry("class.item", 1)
                .containsEntry("a.seen", 2);
    }

    @Test
    void names_that_no_language_likes_compile_in_all_of_them() throws Exception {
        Bench names = Bench.of(
                server,
                Files.readString(
                        Path.of(System.getProperty("lockkeeper.root"), "describe/src/test/resources/types/names.sql")));
        Promises.check(names.described(), Profile.JSON, folder, "");
        List<GeneratedFile> files = new Output(
                        Set.of(Language.values()), Profile.JSON, "types", "org.example.new.types")
                .files(names.described());
        Node.write(files, Language.JAVA, folder);
        JavaRecords.compile(folder.resolve("java"));
        assertThat(files.stream().map(file -> file.path().toLowerCase(Locale.ROOT)))
                .doesNotHaveDuplicates();
        assertThat(new Output(Set.of(Language.values()), Profile.JSON, "types", "org.example.new.types")
                        .files(names.described()))
                .isEqualTo(files);
        assertThat(Contract.parse(Contract.of(names.described()).text())).isEqualTo(Contract.of(names.described()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "item.shop",
                "item2",
                "row",
                "fields",
                "value",
                "statement",
                "label",
                "one",
                "other",
                "aux.con"
            })
    void package_of_java_that_is_called_like_what_is_in_the_classes_compiles(String name) throws Exception {
        List<GeneratedFile> files =
                new Output(Set.of(Language.JAVA), Profile.JSON, "types", name).files(bench.described());
        Node.write(files, Language.JAVA, folder);
        JavaRecords.compile(folder.resolve("java"));
    }

    @Test
    void column_whose_older_rows_may_be_null_is_read_as_such_and_a_new_row_needs_it() throws Exception {
        Described described = Bench.of(
                        server,
                        "create schema n; create table n.old (id int primary key, at text);"
                                + " alter table n.old add constraint at_given not null at not valid;")
                .described();
        String types = new Output(Set.of(Language.TYPESCRIPT), Profile.JSON, "types", "old.example")
                .files(described).stream().map(GeneratedFile::text).collect(Collectors.joining());
        assertThat(types).contains("OldInsert {\n  id: number;\n  at: string", "at: string | null");
    }

    @Test
    void no_file_is_called_like_a_device_of_windows() throws Exception {
        String schema =
                "create schema %1$s; create type %1$s.\"Aux\" as enum ('a'); create table %1$s.nul (id int primary key, a %1$s.\"Aux\");";
        Described described = Bench.of(
                        server,
                        Stream.of("con", "\"CON\"", "prn", "com", "\"Com\"", "\"lpt9\"", "\"com¹\"")
                                .map(schema::formatted)
                                .collect(Collectors.joining("\n")))
                .described();
        List<GeneratedFile> files =
                new Output(Set.of(Language.values()), Profile.JSON, "types", "nul.example").files(described);
        assertThat(files)
                .flatExtracting(file -> List.of(file.path().split("/")))
                .extracting(part -> part.toLowerCase(Locale.ROOT).replaceFirst("\\..*", ""))
                .noneMatch(Device::isNamed)
                .contains("con_", "nul_", "aux_");
        assertThat(files.stream().map(file -> file.path().toLowerCase(Locale.ROOT)))
                .doesNotHaveDuplicates();
    }

    @Test
    void json_schema_takes_every_row_and_refuses_bad_ones_in_java_too() throws Exception {
        Described described = bench.described();
        List<GeneratedFile> files =
                new Output(Set.of(Language.JSON_SCHEMA), Profile.JSON, "types", "types").files(described);
        ModuleNames names = new ModuleNames(described);
        int rows = 0;
        try (Connection connection = bench.connect();
                Statement statement = connection.createStatement()) {
            for (Described.Part part : described.parts()) {
                String path = "json-schema/" + names.file(part.schema()) + ".schema.json";
                String text = files.stream()
                        .filter(file -> file.path().equals(path))
                        .findFirst()
                        .orElseThrow()
                        .text();
                for (Described.Entity entity : part.entities()) {
                    Schema schema = schema(text, names.entity(entity.name()) + "Row");
                    if (entity.fields().isEmpty()) {
                        continue;
                    }
                    try (ResultSet result = statement.executeQuery(
                            "select to_jsonb(_all_)::text from (select " + Fuzz.casts(described, entity.fields())
                                    + " from " + entity.name().quoted() + " as q) _all_")) {
                        while (result.next()) {
                            rows++;
                            assertThat(schema.validate(result.getString(1), InputFormat.JSON))
                                    .as(result.getString(1))
                                    .isEmpty();
                        }
                    }
                }
            }
        }
        assertThat(rows).isGreaterThan(15);
        Schema insert = schema(
                files.stream()
                        .filter(f -> f.path().equals("json-schema/a.schema.json"))
                        .findFirst()
                        .orElseThrow()
                        .text(),
                "CheckedInsert");
        String good = "{\"id\":\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\",\"kind\":\"a\",\"low\":5%s}";
        assertThat(insert.validate(good.formatted(""), InputFormat.JSON)).isEmpty();
        for (String bad : List.of(
                ",\"kind\":\"x\"",
                ",\"low\":1.5",
                ",\"doc\":[]",
                ",\"nothing\":1",
                ",\"tags\":[1]",
                ",\"low\":-5000")) {
            assertThat(insert.validate(good.formatted(bad), InputFormat.JSON))
                    .as(bad)
                    .isNotEmpty();
        }
    }

    private static Schema schema(String file, String definition) {
        String whole = file.replaceFirst("\\{", "{ \"\\$ref\": \"#/\\$defs/" + definition + "\",");
        return SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(whole, InputFormat.JSON);
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void plain_types_and_those_that_zod_infers_are_the_same(Profile profile) throws Exception {
        String more = """
                declare const order: zod.a.OrderRow;
                declare const customer: zod.a.CustomerRow;
                const tenant: typeof order.tenant = customer.tenant;
                const own: typeof order.customer = customer.id;
                // @ts-expect-error the id of a customer is not that of an order
                const wrong: typeof order.id = customer.id;
                // @ts-expect-error what the database makes is not written
                const stored: zod.a.EverythingInsert = { dm: 'x', stored: 1 };
                declare const plainOrder: plain.a.OrderRow;
                declare const plainCustomer: plain.a.CustomerRow;
                // @ts-expect-error neither without Zod
                const wrongToo: typeof plainOrder.id = plainCustomer.id;
                export { tenant, own, wrong, stored, wrongToo };
                """;
        Promises.check(bench.described(), profile, folder, more);
    }

    @ParameterizedTest
    @CsvSource({"NODE_POSTGRES, zod", "POSTGRES_JS, zod", "NODE_POSTGRES, " + LEAST, "POSTGRES_JS, " + LEAST})
    void rows_as_drivers_read_them_pass_with_the_newest_zod_and_the_least(Profile profile, String zod)
            throws Exception {
        Described described = bench.described();
        List<GeneratedFile> files = new Output(Set.of(Language.ZOD), profile, "types", "types").files(described);
        Path project = Node.compiled(files, Language.ZOD, folder, zod);
        assertThat(Files.readString(
                        Node.FOLDER.resolve("node_modules").resolve(LEAST).resolve("package.json")))
                .contains("\"version\": \"" + ZodWriter.MINIMUM + "\"");
        String copy = server.createDatabase(bench.database());
        ModuleNames names = new ModuleNames(described);
        List<String> arguments = new ArrayList<>(List.of(
                project.toString(),
                profile.key(),
                "postgresql://" + server.user() + ":" + server.password() + "@127.0.0.1:" + server.port() + "/"
                        + copy));
        for (Described.Part part : described.parts()) {
            for (Described.Entity entity : part.entities()) {
                if (zod.equals(LEAST) && entity.name().name().equals("prototypes")) {
                    // a column called __proto__ needs 4.5
                    continue;
                }
                arguments.add(names.module(part.schema()) + "\t" + names.entity(entity.name()) + "\t"
                        + entity.name().quoted());
            }
        }
        assertThat(Node.script("drivers.mjs", arguments.toArray(String[]::new)).strip())
                .matches("\\d\\d rows");
    }
}
