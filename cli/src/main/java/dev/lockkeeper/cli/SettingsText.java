package dev.lockkeeper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads settings line by line: properties, TOML, variables of a shell, the configuration files of git, and as much of YAML as
 * settings are written in. What is neither a section nor a key with its value is passed over.
 */
final class SettingsText {
    private static final Pattern SECTION = Pattern.compile("\\s*\\[+\\s*([^\\]\"]+?)\\s*(?:\"([^\"]*)\")?\\s*]+.*");
    private static final Pattern EQUATION = Pattern.compile("\\s*(?:export\\s+)?([\\w.-]+)\\s*=\\s*(.*?)\\s*");
    private static final Pattern NESTED = Pattern.compile("(\\s*)([\\w.-]+)\\s*:(?:\\s+(.*?))?\\s*");

    private final Map<String, String> keys = new TreeMap<>();
    private final List<String> path = new ArrayList<>();
    private final List<Integer> depths = new ArrayList<>();
    private String section = "";

    private SettingsText() {}

    /** The keys with their sections before them and points between, such as {@code core.top_dir}; the first value counts. */
    static Map<String, String> keys(String text) {
        SettingsText settings = new SettingsText();
        text.lines()
                .filter(line -> !line.isBlank()
                        && !line.strip().startsWith("#")
                        && !line.strip().startsWith("!"))
                .forEach(settings::take);
        return settings.keys;
    }

    private void take(String line) {
        Matcher heading = SECTION.matcher(line);
        Matcher equation = EQUATION.matcher(line);
        Matcher nested = NESTED.matcher(line);
        if (heading.matches()) {
            section = heading.group(1) + "." + (heading.group(2) == null ? "" : heading.group(2) + ".");
        } else if (equation.matches()) {
            keys.putIfAbsent(section + equation.group(1), plain(equation.group(2)));
        } else if (nested.matches()) {
            nest(nested.group(1).length(), nested.group(2));
            if (nested.group(3) != null && !nested.group(3).isEmpty()) {
                keys.putIfAbsent(String.join(".", path), plain(nested.group(3)));
            }
        }
    }

    private void nest(int depth, String key) {
        while (!depths.isEmpty() && depths.get(depths.size() - 1) >= depth) {
            depths.subList(depths.size() - 1, depths.size()).clear();
            path.remove(path.size() - 1);
        }
        depths.add(depth);
        path.add(key);
    }

    private static String plain(String value) {
        String text = value.replaceFirst("\\s#.*$", "").strip();
        boolean quoted = text.length() > 1
                && (text.startsWith("\"") || text.startsWith("'"))
                && text.endsWith(text.substring(0, 1));
        return quoted ? text.substring(1, text.length() - 1) : text;
    }
}
