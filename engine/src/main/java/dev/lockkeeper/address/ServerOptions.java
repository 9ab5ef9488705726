package dev.lockkeeper.address;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The command-line options for the server's side of a session that {@code options} gives (manual 34.1.2). */
public final class ServerOptions {
    private ServerOptions() {}

    /** The settings of {@code -c name=value} and {@code --name=value}; others are left to the server. */
    public static Map<String, String> settings(String options) {
        Map<String, String> settings = new LinkedHashMap<>();
        List<String> words = words(options);
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String setting = word.startsWith("--") ? word.substring(2) : word.startsWith("-c") ? word.substring(2) : "";
            if (word.equals("-c") && i + 1 < words.size()) {
                setting = words.get(++i);
            }
            int equals = setting.indexOf('=');
            if (equals > 0) {
                settings.put(setting.substring(0, equals).replace('-', '_'), setting.substring(equals + 1));
            }
        }
        return settings;
    }

    /** Blanks part the words, a backslash takes the next character as it is. */
    private static List<String> words(String options) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < options.length(); i++) {
            char c = options.charAt(i);
            if (Character.isWhitespace(c)) {
                if (inside) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inside = false;
            } else {
                if (c == '\\' && i + 1 < options.length()) {
                    c = options.charAt(++i);
                }
                word.append(c);
                inside = true;
            }
        }
        if (inside) {
            words.add(word.toString());
        }
        return words;
    }
}
