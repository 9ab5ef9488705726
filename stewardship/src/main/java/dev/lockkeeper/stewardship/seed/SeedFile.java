package dev.lockkeeper.stewardship.seed;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.SeedPackage;
import dev.lockkeeper.project.YamlFile;
import dev.lockkeeper.project.YamlMap;
import dev.lockkeeper.source.Script;
import dev.lockkeeper.source.ScriptReader;
import dev.lockkeeper.source.Tokens;
import dev.lockkeeper.stewardship.volume.Volume;
import dev.lockkeeper.stewardship.volume.VolumeReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file of a package, read and with its tokens replaced. */
sealed interface SeedFile {
    /** Its text. */
    Script script();

    /** Statements, run as those of a migration are. */
    record Statements(Script script) implements SeedFile {}

    /**
     * Rows, and what rows are generated after them.
     *
     * @param volume null when none are
     */
    record Rows(Script script, List<RowSet> sets, @Nullable Volume volume) implements SeedFile {
        public Rows {
            sets = List.copyOf(sets);
        }
    }

    /**
     * Reads the files of a package.
     *
     * @throws LockkeeperException {@code seed-file} or {@code file-unreadable}, with the problems of all files
     */
    static List<SeedFile> read(SeedPackage seeds, Tokens tokens) {
        List<SeedFile> files = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (Path file : seeds.files()) {
            try {
                files.add(read(file, tokens));
            } catch (LockkeeperException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            throw new LockkeeperException(problems);
        }
        return files;
    }

    private static SeedFile read(Path file, Tokens tokens) {
        Script script = Script.of(ScriptReader.display(file), ScriptReader.read(file), tokens);
        String name = file.toString().toLowerCase(java.util.Locale.ROOT);
        if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
            return new Statements(script);
        }
        return YamlFile.parse(
                script.file(),
                script.text(),
                Code.SEED_FILE,
                "it needs at least rows: or volume:",
                map -> rows(script, map));
    }

    private static Rows rows(Script script, YamlMap map) {
        List<RowSet> sets = map.maps("rows").stream().map(SeedFile::set).toList();
        @Nullable Volume volume = map.map("volume").map(VolumeReader::read).orElse(null);
        if (sets.isEmpty() && volume == null) {
            map.report("the file brings no rows", "write rows: with a list of tables, or volume:");
        }
        map.finish();
        return new Rows(script, sets, volume);
    }

    private static RowSet set(YamlMap map) {
        CellReader reader = new CellReader(map);
        Map<String, Cell> shared = new LinkedHashMap<>();
        map.map("with").ifPresent(with -> shared.putAll(cells(reader, with)));
        String table = map.text("table").orElse("");
        if (table.isEmpty()) {
            map.report("the rows are of no table", "write table: SCHEMA.NAME");
        }
        List<String> key = map.list("key");
        if (key.isEmpty()) {
            map.report(
                    "the rows have no natural key",
                    "write key: with the columns that a unique index has, such as [slug]");
        }
        List<RowSet.Line> lines = new ArrayList<>();
        for (YamlMap row : map.maps("rows")) {
            Map<String, Cell> cells = new LinkedHashMap<>(shared);
            cells.putAll(cells(reader, row));
            lines.add(new RowSet.Line(row.place(), cells));
        }
        RowSet set = new RowSet(
                map.place(),
                table,
                key,
                map.place("key"),
                map.word("existing", List.of("update", "keep")).orElse("update").equals("keep"),
                lines);
        map.finish();
        return set;
    }

    private static Map<String, Cell> cells(CellReader reader, YamlMap map) {
        Map<String, Cell> cells = new LinkedHashMap<>();
        map.keys().forEach(name -> map.value(name).ifPresent(value -> cells.put(name, reader.read(value))));
        return cells;
    }
}
