package dev.lockkeeper.project;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a YAML file of which every problem is told at once, with its place. */
public final class YamlFile {
    private YamlFile() {}

    /**
     * Reads a file.
     *
     * @param code of what is wrong with it
     * @param needed what it must have at least, told when it is empty
     * @param reader makes something of its mapping and reports what does not fit there
     * @throws LockkeeperException {@code file-unreadable}, or the code with all problems in the order of their lines
     */
    public static <T> T read(Path file, Code code, String needed, Function<YamlMap, T> reader) {
        return parse(ScriptReader.display(file), ScriptReader.read(file), code, needed, reader);
    }

    /** The same for a text that was read, and whose tokens were replaced. */
    public static <T> T parse(String shown, String text, Code code, String needed, Function<YamlMap, T> reader) {
        List<String> lines = text.lines().toList();
        List<Problem> problems = new ArrayList<>();
        T read = reader.apply(new YamlMap(code, shown, lines, problems, node(code, shown, text, lines, needed)));
        if (!problems.isEmpty()) {
            problems.sort(
                    Comparator.comparing(Problem::place, Comparator.nullsFirst(Comparator.comparingInt(Place::line))));
            throw new LockkeeperException(problems);
        }
        return read;
    }

    private static Node node(Code code, String shown, String text, List<String> lines, String needed) {
        try {
            return new Compose(LoadSettings.builder()
                            .setLabel(shown)
                            .setAllowNonScalarKeys(true)
                            .build())
                    .composeString(text)
                    .orElseThrow(() -> Problem.of(code, "the file is empty")
                            .at(Place.of(shown))
                            .help(needed)
                            .asException());
        } catch (MarkedYamlEngineException e) {
            throw Problem.of(code, "this is not YAML: " + e.getProblem())
                    .at(YamlMap.place(shown, lines, e.getProblemMark()))
                    .help("check quotes, colons and indentation")
                    .asException(e);
        } catch (StackOverflowError e) {
            // each level of nesting is a call of the library, which has no limit of its own
            throw Problem.of(code, "this is nested too deeply to be read")
                    .at(Place.of(shown))
                    .help(needed)
                    .asException(e);
        } catch (YamlEngineException e) {
            throw Problem.of(code, "this is not YAML: " + e.getMessage())
                    .at(Place.of(shown))
                    .asException(e);
        }
    }
}
