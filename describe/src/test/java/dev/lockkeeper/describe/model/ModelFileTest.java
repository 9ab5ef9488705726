package dev.lockkeeper.describe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockkeeper.describe.Modeled;
import dev.lockkeeper.describe.changes.ModelChanges;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

@Tag("DOC-03")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelFileTest {
    /** What the definition beside it says too, and what only tells a renamed column from another one. */
    private static final Set<String> SAID_TWICE = Set.of(
            "number",
            "reads",
            "columns",
            "targetColumns",
            "target",
            "included",
            "method",
            "unique",
            "condition",
            "array",
            "modifier",
            "nullsDistinct",
            "deferrable",
            "onDelete",
            "onUpdate",
            "primary",
            "routine",
            "constraint",
            "relation");

    private final Modeled server = new Modeled();
    private final Documented hostile = server.of(Modeled.HOSTILE);
    private final String file = ModelFile.write(hostile);

    @AfterAll
    void close() {
        server.close();
    }

    @Test
    void what_was_written_is_read_back() {
        assertThat(ModelFile.read("model.json", file)).isEqualTo(hostile);
        assertThat(ModelFile.write(ModelFile.read("model.json", file))).isEqualTo(file);
    }

    @Test
    void each_object_has_a_line_of_its_own() {
        String database = server.database("create schema app; create table app.a (id int primary key)");
        List<String> before = ModelFile.write(server.read(database)).lines().toList();
        server.run(database, "alter table app.a add note text");
        List<String> after =
                new ArrayList<>(ModelFile.write(server.read(database)).lines().toList());
        List<String> added =
                after.stream().filter(line -> line.contains("\"note\"")).toList();
        assertThat(added).hasSize(1);
        // the line before it gets a comma
        after.removeAll(added);
        assertThat(String.join("\n", after).replace("},\n ]", "}\n ]")).isEqualTo(String.join("\n", before));
    }

    @Test
    void whatever_is_altered_in_it_is_refused_or_told() {
        List<Value> values = values();
        List<String> untold = new ArrayList<>();
        int refused = 0;
        int told = 0;
        for (Value value : values) {
            String altered = file.substring(0, value.start) + value.other + file.substring(value.end);
            try {
                Documented read = ModelFile.read("model.json", altered);
                assertThat(read).as(value.toString()).isNotEqualTo(hostile);
                if (!SAID_TWICE.contains(value.field) && !isOfKey(value)) {
                    told++;
                    if (ModelChanges.between(hostile, read).isEmpty()) {
                        untold.add(
                                value.field + ": " + file.substring(Math.max(0, value.start - 90), value.start + 30));
                    }
                }
            } catch (LockkeeperException e) {
                assertThat(e.problems()).extracting(Problem::code).containsOnly(Code.DOCS_FILE);
                refused++;
            }
        }
        assertThat(untold).isEmpty();
        assertThat(refused).isGreaterThan(20);
        assertThat(told).isGreaterThan(400);
    }

    /** A value of the file, and what else might stand there. */
    private record Value(String field, int start, int end, String other) {}

    /** Whether it names the index of a key, which has the name of the key. */
    private boolean isOfKey(Value value) {
        String line = file.substring(file.lastIndexOf('\n', value.start), file.indexOf('\n', value.start));
        return value.field.equals("name") && line.contains("\"constraint\": true");
    }

    private List<Value> values() {
        List<Value> values = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), file)) {
            String field = "";
            List<String> fields = new ArrayList<>();
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                int start = (int) parser.currentTokenLocation().getCharOffset();
                switch (token) {
                    case PROPERTY_NAME -> field = parser.currentName();
                    case START_ARRAY, START_OBJECT -> fields.add(field);
                    case END_ARRAY, END_OBJECT -> field = fields.remove(fields.size() - 1);
                    case VALUE_TRUE -> values.add(new Value(field, start, start + 4, "false"));
                    case VALUE_FALSE -> values.add(new Value(field, start, start + 5, "true"));
                    case VALUE_NULL -> values.add(new Value(field, start, start + 4, "\"x\""));
                    case VALUE_NUMBER_INT -> {
                        String number = parser.getString();
                        values.add(new Value(
                                field, start, start + number.length(), parser.getLongValue() == 7 ? "8" : "7"));
                    }
                    default -> {
                        parser.getString();
                        values.add(new Value(of(fields, field), start, start + 1, "\"other "));
                    }
                }
            }
        }
        return values;
    }

    /** A name within a field that is said twice is said twice, too. */
    private static String of(List<String> fields, String field) {
        boolean within = fields.stream()
                .anyMatch(one -> Set.of("routine", "target", "reads", "relation", "type", "base", "subtype")
                        .contains(one));
        return within && Set.of("name", "schema", "column").contains(field) ? "number" : field;
    }

    @Test
    void what_is_no_such_file_is_refused_with_its_place() {
        refused("", "the file holds no model");
        refused("{", "the model cannot be read");
        refused("[]", "the file holds no model");
        refused(file + "{}", "something follows the end of the model");
        refused(file.substring(0, file.length() / 2), "the model cannot be read");
        refused(file.replace("lockkeeper/model/v1", "lockkeeper/model/v9"), "is of the form lockkeeper/model/v9");
        refused(file.replaceFirst("\"logged\"", "\"looged\""), "the field logged is missing");
        refused(file.replaceFirst("\"logged\"", "\"more\": 1, \"logged\""), "the field more is not known here");
        refused(file.replaceFirst("\"kind\": \"TABLE\"", "\"kind\": \"CHAIR\""), "the field kind is CHAIR");
        refused(file.replaceFirst("\"logged\": true", "\"logged\": \"true\""), "the field logged is not true or false");
        refused(file.replaceFirst("\"name\"", "\"name\": \"twice\", \"name\""), "the model cannot be read");
        refused(file.replaceFirst("(?m)^ \\{\"name\"", "<<<<<<< HEAD\n {\"name\""), "the model cannot be read");
    }

    private static void refused(String text, String message) {
        assertThatThrownBy(() -> ModelFile.read("model.json", text))
                .isInstanceOfSatisfying(LockkeeperException.class, e -> {
                    Problem problem = e.problems().get(0);
                    assertThat(problem.code()).isEqualTo(Code.DOCS_FILE);
                    assertThat(problem.message()).contains(message);
                    assertThat(problem.place()).isNotNull();
                    assertThat(problem.help()).contains("lockkeeper docs generate");
                });
    }
}
