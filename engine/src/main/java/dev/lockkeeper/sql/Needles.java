package dev.lockkeeper.sql;

import java.util.ArrayList;
import java.util.List;

/** Looks for one of several words anywhere in a text, letter case of ASCII ignored: whether a closer look is worth its time. */
public final class Needles {
    /** Without one of these a statement gives no rights, makes no setting and leaves nothing in its session. */
    public static final Needles OF_SESSIONS = new Needles(
            "grant",
            "revoke",
            "set_config",
            "seed",
            "load",
            "dblink",
            "replication_origin",
            "set ",
            "set\t",
            "set\n",
            "set\r",
            "set\f",
            "set\u000b",
            "set/",
            "set-",
            "set\"",
            "temp",
            "currval",
            "lastval",
            "hold",
            "advisory");

    private final String[][] byFirst = new String[128][];

    Needles(String... words) {
        List<List<String>> lists = new ArrayList<>();
        for (int i = 0; i < byFirst.length; i++) {
            lists.add(new ArrayList<>());
        }
        for (String word : words) {
            lists.get(word.charAt(0)).add(word);
            lists.get(Character.toUpperCase(word.charAt(0))).add(word);
        }
        for (int i = 0; i < byFirst.length; i++) {
            byFirst[i] = lists.get(i).toArray(String[]::new);
        }
    }

    /** Whether one of the words occurs. */
    public boolean occurIn(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 128) {
                for (String word : byFirst[c]) {
                    if (startsAt(text, i, word)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean startsAt(String text, int at, String word) {
        if (at + word.length() > text.length()) {
            return false;
        }
        for (int i = 1; i < word.length(); i++) {
            char c = text.charAt(at + i);
            if ((c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
