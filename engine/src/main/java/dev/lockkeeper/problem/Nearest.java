package dev.lockkeeper.problem;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that a mistyped one most likely stands for. */
public final class Nearest {
    private Nearest() {}

    /** The known name nearest to the given one; empty when none is near enough to be meant. */
    public static Optional<String> to(String given, Collection<String> known) {
        // any letter is near to any other
        int limit = given.length() < 2 ? 0 : Math.max(1, given.length() / 3);
        return known.stream()
                .filter(name -> distance(given, name) <= limit || (name.startsWith(given) && given.length() > 2))
                .min(Comparator.comparingInt((String name) -> distance(given, name))
                        .thenComparing(name -> name));
    }

    /** Levenshtein distance in which two swapped letters count once, letter case ignored. */
    private static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[] beforeThat = new int[b.length() + 1];
        int[] above = new int[b.length() + 1];
        for (int column = 0; column <= b.length(); column++) {
            above[column] = column;
        }
        for (int row = 1; row <= a.length(); row++) {
            int[] current = new int[b.length() + 1];
            current[0] = row;
            for (int column = 1; column <= b.length(); column++) {
                int substitution = above[column - 1] + (a.charAt(row - 1) == b.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(substitution, Math.min(above[column], current[column - 1]) + 1);
                boolean swapped = row > 1
                        && column > 1
                        && a.charAt(row - 1) == b.charAt(column - 2)
                        && a.charAt(row - 2) == b.charAt(column - 1);
                if (swapped) {
                    current[column] = Math.min(current[column], beforeThat[column - 2] + 1);
                }
            }
            beforeThat = above;
            above = current;
        }
        return above[b.length()];
    }
}
