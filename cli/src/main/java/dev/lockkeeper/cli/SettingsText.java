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
    private final boolean remarks;
    private String section = "";

    private SettingsText(boolean remarks) {
        this.remarks = remarks;
    }

    /**
     * The keys with their sections before them and points between, such as {@code core.top_dir}; the first value counts.
     *
     * @param remarks whether a number sign after a value begins a comment
     */
    static Map<String, String> keys(String text, boolean remarks) {
        SettingsText settings = new SettingsText(remarks);
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

    private String plain(String value) {
        String quote = value.isEmpty() ? "" : value.substring(0, 1);
        int end = quote.equals("\"") || quote.equals("'") ? value.indexOf(quote, 1) : -1;
        if (end > 0) {
            return value.substring(1, end);
        }
        return remarks ? value.replaceFirst("\\s#.*$", "").strip() : value.strip();
    }
}
