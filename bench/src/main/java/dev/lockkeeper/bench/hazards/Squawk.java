package dev.lockkeeper.bench.hazards;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The linter squawk, by its command line.
 *
 * @param program where it is
 */
record Squawk(Path program) implements Linter {
    private static final Pattern FINDING = Pattern.compile(":\\d+:\\d+: \\w+: ([a-z0-9-]+) ");

    /** Which of our cases each of its rules is about; it has others, of which there are no cases. */
    private static final Map<String, List<String>> RULES = Map.ofEntries(
            Map.entry("require-concurrent-index-creation", List.of("LK01", "LK04")),
            Map.entry("require-concurrent-index-deletion", List.of("LK02")),
            Map.entry("require-concurrent-reindex", List.of("LK03")),
            Map.entry("disallowed-unique-constraint", List.of("LK05")),
            Map.entry("adding-serial-primary-key-field", List.of("LK06", "LK17")),
            Map.entry("constraint-missing-not-valid", List.of("LK09", "LK13", "LK14")),
            Map.entry("adding-foreign-key-constraint", List.of("LK09", "LK10", "LK11")),
            Map.entry("adding-not-nullable-field", List.of("LK15")),
            Map.entry("adding-field-with-default", List.of("LK16", "LK18")),
            Map.entry("changing-column-type", List.of("LK20", "LK21", "LK22", "CP02", "DT11")),
            Map.entry("ban-alter-domain-with-add-constraint", List.of("LK34")),
            Map.entry("require-concurrent-partition-detach", List.of("LK30")),
            Map.entry("require-lock-timeout", List.of("LK36")),
            Map.entry("require-timeout-settings", List.of("LK36", "LK37")),
            Map.entry("require-statement-timeout", List.of("LK37")),
            Map.entry("ban-drop-table", List.of("DT01")),
            Map.entry("ban-drop-column", List.of("DT02")),
            Map.entry("ban-truncate-cascade", List.of("DT06")),
            Map.entry("adding-required-field", List.of("DT10", "CP03")),
            Map.entry("ban-drop-not-null", List.of("DT13")),
            Map.entry("ban-create-domain-with-constraint", List.of("CP12")),
            Map.entry("renaming-column", List.of("CP01")),
            Map.entry("renaming-table", List.of("CP01")),
            Map.entry("ban-concurrent-index-creation-in-transaction", List.of("TX01")),
            Map.entry("transaction-nesting", List.of("TX02")),
            Map.entry("ban-uncommitted-transaction", List.of("TX03")));

    @Override
    public String name() {
        return "squawk";
    }

    @Override
    public boolean covers(Case one) {
        return RULES.values().stream().flatMap(Collection::stream).anyMatch(one.rules()::contains);
    }

    @Override
    public Set<String> findings(Case one, Side side) {
        Set<String> ids = new TreeSet<>();
        for (String script : side.of(one)) {
            Matcher finding = FINDING.matcher(judge(
                    script,
                    script.contains("concurrently") && Case.statements(script).size() == 1));
            while (finding.find()) {
                ids.addAll(RULES.getOrDefault(finding.group(1), List.of()));
            }
        }
        return ids;
    }

    /** @param alone whether the runner would leave the transaction away, as it has to */
    private String judge(String script, boolean alone) {
        try {
            Path file = Files.createTempFile("hazard", ".sql");
            try {
                Files.writeString(file, script);
                List<String> command =
                        new ArrayList<>(List.of(program.toString(), "--reporter", "gcc", "--pg-version", "18"));
                if (!alone) {
                    command.add("--assume-in-transaction");
                }
                command.add(file.toString());
                Process process =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
