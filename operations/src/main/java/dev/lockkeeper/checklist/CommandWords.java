package dev.lockkeeper.checklist;

import java.util.ArrayList;
import java.util.List;

/** The words of a command: divided at spaces, quotes keep together what they enclose, and nothing else has a meaning. */
public final class CommandWords {
    private CommandWords() {}

    /** @throws IllegalArgumentException when a quote is not closed */
    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '"' || c == '\'') {
                quote = c;
                begun = true;
            } else if (c == ' ') {
                if (begun) {
                    words.add(word.toString());
                    word.setLength(0);
                    begun = false;
                }
            } else {
                word.append(c);
                begun = true;
            }
        }
        if (quote != 0) {
            throw new IllegalArgumentException("the quote " + quote + " is not closed");
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }

    /** As a person would type them. */
    public static String line(List<String> words) {
        return String.join(
                " ",
                words.stream()
                        .map(word ->
                                word.matches("[A-Za-z0-9@%+=:,./_-]+") ? word : "'" + word.replace("'", "'\\''") + "'")
                        .toList());
    }

    /** Whether they are a command of Lockkeeper. */
    static boolean isOwn(List<String> words) {
        return words.get(0).equals("lockkeeper");
    }

    static boolean isChecklist(List<String> words) {
        return isOwn(words) && words.size() > 1 && words.contains("checklist");
    }
}
