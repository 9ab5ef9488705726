package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.describe.erd.Diagram;
import dev.lockkeeper.describe.erd.Erd;
import dev.lockkeeper.describe.erd.ErdFiles;
import dev.lockkeeper.describe.erd.Format;
import dev.lockkeeper.describe.erd.Level;
import dev.lockkeeper.describe.erd.Selection;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * What diagram is asked for.
 *
 * @param table null for all of them
 * @param schemas empty for all
 * @param format null for a folder, which gets all
 * @param out null for standard output
 */
record ErdRequest(
        Level level,
        @Nullable String table,
        int depth,
        Set<String> schemas,
        @Nullable Format format,
        @Nullable Path out) {
    static final String LEVEL = "--level";
    static final String TABLE = "--table";
    static final String DEPTH = "--depth";
    static final String SCHEMA = "--schema";
    static final String FORMAT = "--format";
    static final String OUT = "--out";

    private static final int DEEPEST = 9;

    ErdRequest {
        schemas = Set.copyOf(schemas);
    }

    /** @throws LockkeeperException {@code usage} */
    static ErdRequest of(ParseResult arguments) {
        @Nullable String table = arguments.matchedOptionValue(TABLE, null);
        @Nullable String out = arguments.matchedOptionValue(OUT, null);
        if (table != null && arguments.hasMatchedOption(LEVEL)) {
            throw usage(LEVEL + " and " + TABLE + " exclude each other", "around a table there is one level")
                    .asException();
        }
        if (table == null && arguments.hasMatchedOption(DEPTH)) {
            throw usage(DEPTH + " needs " + TABLE, "name the table that it counts from")
                    .asException();
        }
        if (out == null && arguments.hasMatchedOption(Options.CHECK)) {
            throw usage(Options.CHECK + " needs " + OUT, "name the file or the folder to look at")
                    .asException();
        }
        int depth = Workplace.number(Options.value(arguments, DEPTH, "1"), DEPTH);
        if (depth > DEEPEST) {
            throw usage(
                            DEPTH + " must be " + DEEPEST + " or less, and is " + depth,
                            "leave out " + TABLE + " for all tables")
                    .asException();
        }
        @Nullable Path path = out == null ? null : Workplace.path(out);
        @Nullable Format format = format(arguments, path);
        if (format == null && (table != null || arguments.hasMatchedOption(LEVEL))) {
            throw usage("a folder gets all forms of all tables", "name a file with " + OUT + " FILE, or say " + FORMAT)
                    .asException();
        }
        return new ErdRequest(
                level(Options.value(arguments, LEVEL, "keys")),
                table,
                depth,
                new TreeSet<>(Options.values(arguments, SCHEMA)),
                format,
                path);
    }

    private static Problem usage(String message, String help) {
        return Problem.of(Code.USAGE, message).help(help);
    }

    private static Level level(String text) {
        List<String> known = Arrays.stream(Level.values())
                .map(l -> l.name().toLowerCase(Locale.ROOT))
                .toList();
        if (!known.contains(text)) {
            throw unknown(text + " is not a level", text, known);
        }
        return Level.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static @Nullable Format format(ParseResult arguments, @Nullable Path out) {
        String named = Options.value(arguments, FORMAT, "");
        if (arguments.hasMatchedOption(FORMAT)) {
            return Format.named(named)
                    .orElseThrow(() -> unknown(named + " is not a form of a diagram", named, Format.keys()));
        }
        if (out == null) {
            return Format.SVG;
        }
        String name = String.valueOf(out.getFileName());
        @Nullable Format format = Format.of(name).orElse(null);
        if (format == null && name.lastIndexOf('.') > 0 && !Files.isDirectory(out)) {
            throw Problem.of(Code.USAGE, "the name " + name + " does not tell what form the diagram is to have")
                    .help("say " + FORMAT + ", or let the name end with one of "
                            + Arrays.stream(Format.values())
                                    .map(f -> "." + f.ending())
                                    .collect(Collectors.joining(", ")))
                    .asException();
        }
        return Files.isDirectory(out) ? null : format;
    }

    private static LockkeeperException unknown(String message, String given, List<String> known) {
        return Problem.of(Code.USAGE, message)
                .help(Nearest.to(given, known)
                        .map(n -> "did you mean " + n + "?")
                        .orElse("known are " + String.join(", ", known)))
                .asException();
    }

    /** @throws LockkeeperException {@code table-unknown} */
    Diagram diagram(ModelSource source) {
        Selection selection = selection(source);
        return table == null ? selection.all(level) : selection.around(find(selection, table), depth);
    }

    private Selection selection(ModelSource source) {
        Selection selection = schemas.isEmpty() ? Selection.of(source.model()) : ofSchemas(source.model());
        return source.live() ? selection.counted() : selection;
    }

    private Selection ofSchemas(Model model) {
        Set<String> known = new TreeSet<>();
        model.schemas().forEach(schema -> known.add(schema.name()));
        for (String schema : schemas) {
            if (!known.contains(schema)) {
                throw Problem.of(Code.TABLE_UNKNOWN, "there is no schema " + schema)
                        .help(Nearest.to(schema, known)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("there are " + String.join(", ", known)))
                        .asException();
            }
        }
        return Selection.of(model, schemas);
    }

    /** By its name with the schema, as people or as SQL write it; or without, where that is clear. */
    private static ObjectName find(Selection selection, String text) {
        Set<ObjectName> tables = selection.tables();
        List<ObjectName> found =
                tables.stream().filter(name -> name.isMeantBy(text)).toList();
        if (found.isEmpty()) {
            found = tables.stream().filter(name -> name.name().equals(text)).toList();
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw Problem.of(Code.TABLE_UNKNOWN, "there is no table " + text)
                    .help(Nearest.to(
                                    text,
                                    tables.stream().map(ObjectName::toString).toList())
                            .map(n -> "did you mean " + n + "?")
                            .orElse("write it as SCHEMA.TABLE; views and partitions are not drawn"))
                    .asException();
        }
        throw Problem.of(Code.TABLE_UNKNOWN, "there are several tables " + text)
                .help("name one: " + found.stream().map(ObjectName::quoted).collect(Collectors.joining(", ")))
                .asException();
    }

    private String title(ModelSource source) {
        return table == null ? source.title() : table + " in " + source.title();
    }

    String text(ModelSource source, Diagram diagram) {
        return new Erd()
                .write(
                        format == null ? Format.SVG : format,
                        diagram,
                        source.model().types(),
                        title(source));
    }

    /** What is to be in which file. */
    SortedMap<Path, String> files(ModelSource source, Diagram diagram) {
        SortedMap<Path, String> files = new TreeMap<>();
        if (out != null && format != null) {
            files.put(out, text(source, diagram));
        } else if (out != null) {
            ErdFiles.of(source.model(), selection(source), title(source))
                    .forEach((name, text) -> files.put(out.resolve(name), text));
        }
        return files;
    }
}
