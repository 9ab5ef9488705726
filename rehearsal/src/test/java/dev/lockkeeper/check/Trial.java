package dev.lockkeeper.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A script and what must be found in it.
 *
 * @param name of the case
 * @param before what was there before
 * @param expected the ids and objects, one line each, in the order of the rules
 */
record Trial(String name, String before, String script, List<String> expected) {
    /**
     * Reads a table: {@code #} begins a case, then what was there before, after {@code >} the script, after {@code =} what is
     * expected, which a line with {@code =15} says for that server alone. A case after {@code # 17+} is left out before 17.
     */
    static List<Trial> read(String table, int server) {
        try {
            String all = Files.readString(Path.of("src/test/resources/dev/lockkeeper/check", table));
            return Stream.of(all.split("(?m)^# ", -1))
                    .filter(one -> !one.isBlank())
                    .filter(one -> server >= 17 || !one.startsWith("17+"))
                    .filter(one -> server >= 18 || !one.startsWith("18+"))
                    .map(one -> of(one, server))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Trial of(String text, int server) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        String own = "=" + server + " ";
        boolean special = lines.stream().anyMatch(line -> line.startsWith(own) || line.equals(own.strip()));
        String before = lines.stream()
                .skip(1)
                .filter(line -> !line.startsWith(">") && !line.startsWith("="))
                .collect(Collectors.joining("\n"));
        String script = lines.stream()
                .filter(line -> line.startsWith(">"))
                .map(line -> line.substring(1).strip())
                .collect(Collectors.joining("\n"));
        List<String> expected = lines.stream()
                .filter(line -> special ? line.startsWith(own) : line.startsWith("= "))
                .map(line -> line.substring(line.indexOf(' ') + 1).strip())
                .toList();
        return new Trial(lines.get(0), before, script, expected);
    }

    Verdict on(Bench bench, List<Rule> rules) {
        List<String> found = new ArrayList<>();
        try {
            Rehearsed rehearsed = bench.rehearse(before, script);
            for (Rule rule : rules) {
                Bench.findings(rule, rehearsed)
                        .forEach(one -> found.add(one.rule() + " " + one.place().line() + " " + one.object()));
            }
        } catch (dev.lockkeeper.problem.LockkeeperException failed) {
            found.add("failed: " + failed.getMessage());
        }
        return new Verdict(this, found);
    }

    /** The same by the text alone. */
    Verdict read(List<Rule> rules) {
        List<String> found = new ArrayList<>();
        for (Rule rule : rules) {
            Bench.textFindings(rule, script)
                    .forEach(one -> found.add(one.rule() + " " + one.place().line() + " " + one.object()));
        }
        return new Verdict(this, found);
    }

    /** What was found. */
    record Verdict(Trial trial, List<String> found) {
        boolean isAsExpected() {
            return found.equals(trial.expected());
        }

        @Override
        public String toString() {
            return "\n" + trial.name() + "\n  expected " + trial.expected() + "\n  found    " + found;
        }
    }
}
