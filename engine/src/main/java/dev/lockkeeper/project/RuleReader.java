package dev.lockkeeper.project;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads what a project file says of rules. */
final class RuleReader {
    private static final List<String> LEVELS = List.of("off", "note", "warning", "error");
    private static final List<String> KINDS = List.of(
            "file",
            "table",
            "column",
            "index",
            "primary-key",
            "foreign-key",
            "unique",
            "check",
            "exclusion",
            "sequence",
            "trigger",
            "view",
            "function",
            "type");

    private RuleReader() {}

    static RuleSettings read(YamlMap project) {
        Map<String, RuleSettings.Setting> levels = new LinkedHashMap<>();
        Map<String, RuleSettings.Setting> names = new LinkedHashMap<>();
        project.map("rules")
                .ifPresent(rules -> rules.keys()
                        .forEach(rule -> rules.word(rule, LEVELS)
                                .ifPresent(level ->
                                        levels.put(rule, new RuleSettings.Setting(level, rules.place(rule))))));
        project.map("names").ifPresent(all -> {
            for (String kind : KINDS) {
                all.text(kind).ifPresent(pattern -> {
                    try {
                        Pattern.compile(pattern);
                        names.put(kind, new RuleSettings.Setting(pattern, all.place(kind)));
                    } catch (PatternSyntaxException e) {
                        all.reportValue(
                                kind,
                                "this is not a regular expression: " + e.getDescription(),
                                "write one that the whole name has to match, such as '[a-z][a-z0-9_]*'");
                    }
                });
            }
            all.finish();
        });
        return new RuleSettings(levels, names);
    }
}
