package dev.lockkeeper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one of the files in which Flyway is configured says of its migrations. */
final class FlywaySettings {
    private static final Pattern LOCATION = Pattern.compile("(filesystem|classpath):([^\"'<,\\]\\r\\n]+)");
    private static final Pattern PLACEHOLDER = Pattern.compile("(?:spring\\.)?flyway\\.placeholders\\.([\\w-]+)");
    private static final Pattern OWN = Pattern.compile("(?:spring\\.)?flyway\\.(.+)");
    private static final Pattern PLACEHOLDERS = Pattern.compile("(?s)<placeholders>(.*?)</placeholders>");
    private static final Pattern ELEMENT = Pattern.compile("<([\\w-]+)>([^<]*)</\\1>");
    /** What is taken over, or means nothing for files. */
    private static final Pattern KNOWN = Pattern.compile(
            "(?:placeholders\\..*|locations|url|user|password|driver|enabled|encoding|connectRetries.*|loggers)");

    private final String file;
    private final String text;
    private final Map<String, String> keys;

    FlywaySettings(String file, String text) {
        this.file = file;
        this.text = text;
        this.keys = file.endsWith(".xml") ? Map.of() : SettingsText.keys(text, !isProperties());
    }

    /** In a file of properties a number sign begins a comment in the first column only. */
    private boolean isProperties() {
        return file.endsWith(".conf") || file.endsWith(".properties");
    }

    /** Empty when the file is not about Flyway. */
    Optional<ToolSettings> read() {
        boolean own = file.contains("flyway.");
        if (!own && !text.contains("flyway")) {
            return Optional.empty();
        }
        Map<String, String> tokens = placeholders();
        List<String> folders = folders();
        if (!own && folders.isEmpty() && tokens.isEmpty()) {
            return Optional.empty();
        }
        @Nullable
        String url = ToolSettings.address(
                ToolSettings.first(
                        keys, "flyway.url", "spring.flyway.url", "environments.default.url", "spring.datasource.url"),
                ToolSettings.first(
                        keys,
                        "flyway.user",
                        "spring.flyway.user",
                        "environments.default.user",
                        "spring.datasource.username"));
        List<String> left = keys.keySet().stream()
                .flatMap(key -> {
                    Matcher named = OWN.matcher(key);
                    return named.matches() && !KNOWN.matcher(named.group(1)).matches()
                            ? Stream.of(key)
                            : Stream.empty();
                })
                .toList();
        return Optional.of(new ToolSettings("flyway", file, folders, url, tokens, left));
    }

    private Map<String, String> placeholders() {
        Map<String, String> tokens = new TreeMap<>();
        keys.forEach((key, value) -> {
            Matcher placeholder = PLACEHOLDER.matcher(key);
            if (placeholder.matches()) {
                tokens.put(placeholder.group(1), value);
            }
        });
        Matcher elements = PLACEHOLDERS.matcher(file.endsWith(".xml") ? text : "");
        while (elements.find()) {
            Matcher element = ELEMENT.matcher(elements.group(1));
            while (element.find()) {
                tokens.put(element.group(1), element.group(2).strip());
            }
        }
        return tokens;
    }

    private List<String> folders() {
        List<String> folders = new ArrayList<>();
        Matcher location = LOCATION.matcher(text);
        while (location.find()) {
            String path = location.group(2).strip().replaceFirst("^\\$\\{(?:project\\.)?basedir}/", "");
            String folder =
                    location.group(1).equals("classpath") ? "src/main/resources/" + path.replaceFirst("^/", "") : path;
            if (!folders.contains(ToolSettings.relative(folder))) {
                folders.add(ToolSettings.relative(folder));
            }
        }
        return folders;
    }
}
