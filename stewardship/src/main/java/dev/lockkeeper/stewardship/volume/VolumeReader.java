package dev.lockkeeper.stewardship.volume;

import dev.lockkeeper.project.YamlMap;
import dev.lockkeeper.project.YamlValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code volume:} of a file; problems are collected by the file. */
public final class VolumeReader {
    private static final long MOST_ROWS = 10_000_000_000L;

    private VolumeReader() {}

    public static Volume read(YamlMap map) {
        List<Volume.OfTable> tables =
                map.maps("tables").stream().map(VolumeReader::table).toList();
        if (tables.isEmpty()) {
            map.report("no table is named", "write tables: with a list");
        }
        Volume volume = new Volume(seed(map), statements(map, "before"), statements(map, "after"), tables);
        map.finish();
        return volume;
    }

    private static long seed(YamlMap map) {
        String text = map.text("seed").orElse("1");
        if (text.matches("-?\\d{1,18}")) {
            return Long.parseLong(text);
        }
        map.reportValue("seed", text + " is not a seed", "write a whole number");
        return 1;
    }

    private static List<Volume.Sql> statements(YamlMap map, String key) {
        List<Volume.Sql> statements = new ArrayList<>();
        List<YamlValue> values = map.value(key)
                .map(value -> value instanceof YamlValue.Items items ? items.items() : List.of(value))
                .orElse(List.of());
        for (YamlValue value : values) {
            if (value instanceof YamlValue.Text text && !text.isNull()) {
                statements.add(new Volume.Sql(text.place(), text.text()));
            } else {
                map.report(value.place(), "a statement is one text", "write " + key + ": [SQL, SQL]");
            }
        }
        return statements;
    }

    private static Volume.OfTable table(YamlMap map) {
        String name = map.text("table").orElse("");
        if (name.isEmpty()) {
            map.report("the rows are of no table", "write table: SCHEMA.NAME");
        }
        String count = map.text("rows").orElse("").replace("_", "");
        long rows = count.matches("\\d{1,11}") ? Long.parseLong(count) : -1;
        if (rows < 0 || rows > MOST_ROWS) {
            if (count.contains("${")) {
                map.reportValue(
                        "rows",
                        map.text("rows").orElse("") + " is a token without a value",
                        "say --set NAME=1000000, or give it a value under tokens: of the package");
            } else {
                map.report(
                        "how many rows there are to be is not said",
                        "write rows: with a whole number, such as 1000000");
            }
        }
        Map<String, Recipe> columns = new LinkedHashMap<>();
        map.map("columns")
                .ifPresent(all -> all.keys().forEach(column -> columns.put(column, RecipeReader.read(all, column))));
        Volume.OfTable table = new Volume.OfTable(
                map.place(),
                name,
                Math.max(0, rows),
                map.word("append", List.of("true", "false"))
                        .map(Boolean::parseBoolean)
                        .orElse(false),
                map.maps("parents").stream().map(VolumeReader::parent).toList(),
                columns);
        map.finish();
        return table;
    }

    private static Volume.Parent parent(YamlMap map) {
        Map<String, String> columns = new LinkedHashMap<>();
        map.map("columns")
                .ifPresent(all ->
                        all.texts().forEach((own, theirs) -> columns.put(own, theirs == null ? own : theirs)));
        String table = map.text("table").orElse("");
        if (table.isEmpty() || columns.isEmpty()) {
            map.report(
                    "a parent has a table and columns", "write table: SCHEMA.NAME and columns: {organization_id: id}");
        }
        @Nullable String where = map.text("where").orElse(null);
        Volume.Parent parent = new Volume.Parent(
                map.place(),
                table,
                columns,
                RecipeReader.number(map, "skew", 0, 0, 10),
                where,
                RecipeReader.number(map, "null", 0, 0, 1));
        map.finish();
        return parent;
    }
}
