package dev.lockkeeper.sql;

import java.util.List;
import java.util.Random;

/** Scripts made from the corpus by random edits; the same seed makes the same script. */
final class Mutant {
    private static final List<String> FRAGMENTS = List.of(
            "'",
            "''",
            "\"",
            "$$",
            "$a$",
            "$1",
            "$",
            "/*",
            "*/",
            "--",
            "-",
            "*",
            "/",
            "\n",
            "\r",
            "\r\n",
            " ",
            ";",
            ";\n",
            "(",
            ")",
            "[",
            "]",
            "E'",
            "e'\\'",
            "\\",
            "\\'",
            "\\\\",
            "U&'",
            "U&\"",
            "B'",
            "x'",
            "N'",
            "' \n '",
            "1",
            "1e",
            "1.",
            "0x",
            "_",
            "é",
            "😀",
            "\uFEFF",
            "\u000B",
            ":",
            "::",
            ":'v'",
            "begin ",
            " end ",
            " case ",
            "begin atomic ",
            "create function f() ",
            "create or replace procedure p() ",
            "create",
            "or",
            "replace ",
            "function ",
            "copy t from stdin;\n",
            "copy (select 1) to stdout;",
            " from ",
            " stdin ",
            "\\.",
            "\n\\.\n",
            "\\i x",
            "\n\\restrict k1\n",
            "commit;",
            "select 1;",
            "+",
            "@",
            "~!");

    private Mutant() {}

    static String of(int seed) {
        // the mixing keeps the first draws of neighbouring seeds apart
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        StringBuilder script = new StringBuilder(original(random));
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            edit(script, random);
        }
        return script.toString();
    }

    private static void edit(StringBuilder script, Random random) {
        int from = boundary(script, random.nextInt(script.length() + 1));
        int to = boundary(script, Math.min(script.length(), from + 1 + random.nextInt(random.nextBoolean() ? 2 : 12)));
        switch (random.nextInt(5)) {
            case 0 -> script.delete(from, to);
            case 1 -> script.insert(to, script.substring(from, to));
            case 2, 3 -> script.insert(from, FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
            default -> {
                String other = original(random);
                script.insert(from, other.substring(boundary(other, random.nextInt(other.length() + 1))));
            }
        }
    }

    private static String original(Random random) {
        return Corpus.CASES.get(random.nextInt(Corpus.CASES.size())).script();
    }

    /** Half a surrogate pair cannot reach the oracle: it is no UTF-8. */
    private static int boundary(CharSequence text, int index) {
        return index > 0 && index < text.length() && Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
    }
}
