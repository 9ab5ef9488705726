package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.List;

/** Of a long text only what another does not have. */
final class Excerpts {
    /** A text that is not longer is shown as it is. */
    private static final int LONGEST = 200;

    private static final int CONTEXT = 20;
    private static final int MOST_LINES = 20;

    /** So many pairs of lines may be compared with each other. */
    private static final long MOST_PAIRS = 4_000_000;

    private Excerpts() {}

    /** A text that has no counterpart. */
    static String cut(String text) {
        return text.length() <= 2 * LONGEST ? text : text.substring(0, whole(text, 2 * LONGEST)) + "…";
    }

    /** What a text has that another has not: its lines, or the middle of its only line; itself when it is short. */
    static String apart(String text, String other) {
        if (text.length() <= LONGEST
                && other.length() <= LONGEST
                && text.indexOf('\n') < 0
                && other.indexOf('\n') < 0) {
            return text;
        }
        List<String> lines = text.lines().toList();
        List<String> others = other.lines().toList();
        if (lines.equals(others)) {
            return middle(text, other);
        }
        List<String> own = own(lines, others);
        List<String> foreign = own(others, lines);
        if (own.size() == 1 && foreign.size() == 1) {
            return middle(own.get(0).strip(), foreign.get(0).strip());
        }
        List<String> shown = own.stream().limit(MOST_LINES).map(Excerpts::cut).toList();
        int more = own.size() - shown.size();
        return String.join("\n", shown)
                + (more == 0 ? "" : "\n… and " + more + (more == 1 ? " more line" : " more lines"));
    }

    /** One long line: what lies between the common beginning and the common end, with a few characters around it. */
    private static String middle(String text, String other) {
        if (text.length() <= LONGEST && other.length() <= LONGEST) {
            return text;
        }
        int shorter = Math.min(text.length(), other.length());
        int start = 0;
        while (start < shorter && text.charAt(start) == other.charAt(start)) {
            start++;
        }
        int end = 0;
        while (end < shorter - start
                && text.charAt(text.length() - 1 - end) == other.charAt(other.length() - 1 - end)) {
            end++;
        }
        int from = whole(text, Math.max(0, start - CONTEXT));
        int to = whole(text, Math.min(text.length(), text.length() - end + CONTEXT));
        return (from == 0 ? "" : "…") + cut(text.substring(from, to)) + (to == text.length() ? "" : "…");
    }

    /** Not between the two halves of a character. */
    private static int whole(String text, int index) {
        return index > 0 && index < text.length() && Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
    }

    /** The lines that are no part of the longest common sequence. */
    private static List<String> own(List<String> lines, List<String> others) {
        int start = 0;
        int shorter = Math.min(lines.size(), others.size());
        while (start < shorter && lines.get(start).equals(others.get(start))) {
            start++;
        }
        int end = 0;
        while (end < shorter - start && lines.get(lines.size() - 1 - end).equals(others.get(others.size() - 1 - end))) {
            end++;
        }
        List<String> left = lines.subList(start, lines.size() - end);
        List<String> right = others.subList(start, others.size() - end);
        return (long) left.size() * right.size() > MOST_PAIRS ? left : outsideOfCommon(left, right);
    }

    private static List<String> outsideOfCommon(List<String> left, List<String> right) {
        int[][] common = new int[left.size() + 1][right.size() + 1];
        for (int i = left.size() - 1; i >= 0; i--) {
            for (int j = right.size() - 1; j >= 0; j--) {
                common[i][j] = left.get(i).equals(right.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<String> own = new ArrayList<>();
        int j = 0;
        for (int i = 0; i < left.size(); i++) {
            while (j < right.size() && !left.get(i).equals(right.get(j)) && common[i][j + 1] == common[i][j]) {
                j++;
            }
            if (j < right.size() && left.get(i).equals(right.get(j)) && common[i][j] == common[i + 1][j + 1] + 1) {
                j++;
            } else {
                own.add(left.get(i));
            }
        }
        return own;
    }
}
