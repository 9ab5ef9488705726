package dev.lockkeeper.stewardship.classification;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The target list of a query in the form in which the server keeps it (outfuncs.c): {@code {NODE :field value ...}}, with lists in
 * parentheses and a backslash before what would mean something else.
 */
final class TargetList {
    private final String tree;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, String> fields = new HashMap<>();

    /**
     * What one column of the result is.
     *
     * @param number of the column, from 1 on
     * @param table the OID of the table whose column it passes on; 0 for what is computed
     * @param column its number there
     */
    record Entry(String number, String table, String column) {}

    private TargetList(String tree) {
        this.tree = tree;
    }

    static List<Entry> of(String tree) {
        TargetList list = new TargetList(tree);
        list.read();
        return list.entries;
    }

    private void read() {
        int depth = 0;
        boolean inside = false;
        for (int at = 0; at < tree.length(); at++) {
            char c = tree.charAt(at);
            if (c == '\\') {
                at++;
            } else if (c == '{') {
                depth++;
                if (depth == 2) {
                    fields.clear();
                }
            } else if (c == '}') {
                if (depth == 2 && inside) {
                    end();
                }
                depth--;
            } else if (c == ':' && at > 0 && tree.charAt(at - 1) == ' ') {
                String name = word(at + 1);
                if (depth == 1) {
                    inside = name.equals("targetList");
                } else if (depth == 2 && inside) {
                    fields.put(name, word(at + name.length() + 2));
                }
            }
        }
    }

    private void end() {
        if ("false".equals(fields.get("resjunk"))) {
            entries.add(new Entry(
                    fields.getOrDefault("resno", ""),
                    fields.getOrDefault("resorigtbl", "0"),
                    fields.getOrDefault("resorigcol", "0")));
        }
    }

    private String word(int from) {
        int end = from;
        while (end < tree.length() && " {}()".indexOf(tree.charAt(end)) < 0) {
            end++;
        }
        return tree.substring(Math.min(from, tree.length()), end);
    }
}
