package dev.lockkeeper.checklist;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.PlainText;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.problem.Secrets;
import dev.lockkeeper.project.YamlFile;
import dev.lockkeeper.project.YamlMap;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads checklists. Tokens are replaced after a command was divided into words, so that no value becomes more than one word.
 *
 * @param given values of tokens, which go before those of the file
 */
public record ChecklistReader(Map<String, String> given) {
    private static final String NEEDED = "a checklist has a title and steps";
    private static final String BUILT_IN = "migration.yaml";
    private static final int LONGEST = 2000;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern TOKEN = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_.-]*)}");

    public ChecklistReader {
        given = Map.copyOf(given);
    }

    /**
     * Reads a file.
     *
     * @throws LockkeeperException {@code checklist-file} with all that is wrong with it, {@code file-unreadable}
     */
    public Checklist read(Path file) {
        return YamlFile.read(file, Code.CHECKLIST_FILE, NEEDED, this::checklist);
    }

    /** The one that comes along: 16 steps of a migration. */
    public Checklist builtIn() {
        return YamlFile.parse(BUILT_IN, builtInText(), Code.CHECKLIST_FILE, NEEDED, this::checklist);
    }

    /** The text of {@link #builtIn()}, to begin an own one with. */
    public static String builtInText() {
        try (InputStream in = ChecklistReader.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException(BUILT_IN + " is part of this program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Checklist checklist(YamlMap map) {
        String title = plain(map, "title");
        Map<String, @Nullable String> tokens =
                new LinkedHashMap<>(map.map("tokens").map(YamlMap::texts).orElse(Map.of()));
        for (String name : new TreeSet<>(given.keySet())) {
            if (!tokens.containsKey(name)) {
                throw Problem.of(Code.USAGE, "the checklist has no token " + name)
                        .help("it has " + String.join(", ", new TreeSet<>(tokens.keySet())))
                        .asException();
            }
        }
        tokens.putAll(given);
        Map<String, String> said = new LinkedHashMap<>();
        tokens.forEach((name, value) -> {
            if (value != null) {
                said.put(name, value);
                objection(name, value)
                        .ifPresent(objection -> map.reportValue(
                                "tokens", "the token " + name + " " + objection, "it is kept, and everybody reads it"));
            }
        });
        List<Checklist.Step> steps = new ArrayList<>();
        List<YamlMap> maps = map.maps("steps");
        if (maps.isEmpty()) {
            map.report("a checklist needs steps", "write steps: and under it - id: NAME");
        }
        String phase = "";
        for (YamlMap one : maps) {
            Checklist.Step step = step(one, tokens, phase, steps);
            phase = step.phase();
            steps.add(step);
        }
        map.finish();
        return new Checklist(title, said, steps);
    }

    /** Also of one that no step uses: the log keeps and shows all of them. */
    private static Optional<String> objection(String name, String value) {
        return Confidential.isIn(name + "=" + value) || Confidential.isIn(value)
                ? Optional.of("holds a password")
                : PlainText.objection(value, LONGEST);
    }

    private static Checklist.Step step(
            YamlMap map, Map<String, @Nullable String> tokens, String phase, List<Checklist.Step> before) {
        String id = plain(map, "id");
        List<String> known = before.stream().map(Checklist.Step::id).toList();
        if (!NAME.matcher(id).matches()) {
            map.reportValue("id", "a step needs an id of small letters, digits and hyphens", "such as id: backup");
        } else if (known.contains(id)) {
            map.reportValue("id", "there is a step " + id + " already", "give each its own id");
        }
        List<String> command = List.of();
        try {
            command = CommandWords.of(plain(map, "run"));
        } catch (IllegalArgumentException e) {
            map.reportValue("run", "the command cannot be divided into words: " + e.getMessage(), "close the quote");
        }
        List<String> words =
                command.stream().map(word -> replaced(map, "run", word, tokens)).toList();
        if (Confidential.isIn(CommandWords.line(words))) {
            reportSecret(map, "run");
        }
        if (!words.isEmpty() && (words.get(0).isEmpty() || CommandWords.isChecklist(words))) {
            map.reportValue("run", "a step cannot run a checklist", "write its steps here");
        }
        List<String> after = map.has("after")
                ? map.list("after")
                : known.isEmpty() ? List.of() : List.of(known.get(known.size() - 1));
        for (String name : after) {
            if (!known.contains(name)) {
                map.reportValue("after", "no step before this one is called " + name, "name an earlier step");
            }
        }
        String out = replaced(map, "out", plain(map, "out"), tokens);
        if (words.isEmpty() && !out.isEmpty()) {
            map.reportValue("out", "a step without a command has no output", "remove out, or write run: COMMAND");
        }
        boolean confirm = is(map, "confirm") || words.isEmpty();
        Checklist.Step step = new Checklist.Step(
                id,
                map.has("phase") ? plain(map, "phase") : phase,
                replaced(map, "text", plain(map, "text"), tokens),
                words,
                out,
                map.list("keep").stream()
                        .map(file -> replaced(map, "keep", file, tokens))
                        .toList(),
                confirm,
                is(map, "required"),
                after);
        map.finish();
        return step;
    }

    private static boolean is(YamlMap map, String key) {
        return map.word(key, List.of("true", "false")).orElse("false").equals("true");
    }

    private static String plain(YamlMap map, String key) {
        String text = map.text(key).orElse("").strip();
        PlainText.objection(text, LONGEST)
                .ifPresent(objection -> map.reportValue(key, key + " " + objection, "write it in one line"));
        return text;
    }

    private static String replaced(YamlMap map, String key, String text, Map<String, @Nullable String> tokens) {
        String replaced = tokens(map, key, text, tokens);
        if (!replaced.equals(Secrets.masked(replaced))) {
            reportSecret(map, key);
        }
        return replaced;
    }

    private static void reportSecret(YamlMap map, String key) {
        // the log keeps it, and everybody reads the log
        map.reportValue(key, key + " holds a password", "take it from a password file or an environment variable");
    }

    private static String tokens(YamlMap map, String key, String text, Map<String, @Nullable String> tokens) {
        return TOKEN.matcher(text).replaceAll(found -> {
            String name = found.group(1);
            String value = tokens.get(name);
            if (!tokens.containsKey(name)) {
                map.reportValue(key, "the token " + name + " is not declared", "write it under tokens:");
            } else if (value == null) {
                map.reportValue(key, "the token " + name + " has no value", "add --set " + name + "=VALUE");
            }
            return Matcher.quoteReplacement(value == null ? "" : value);
        });
    }
}
