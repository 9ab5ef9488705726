package dev.lockkeeper.describe.types;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A fact that two contracts have apart.
 *
 * @param before null when it is new
 * @param after null when it is gone
 * @param breaking whether a program that relied on it may fail
 * @param told what that means, in words
 */
public record ContractChange(
        String fact, @Nullable String before, @Nullable String after, boolean breaking, String told) {
    private static final Pattern LABELS = Pattern.compile(", (?=')");
    private static final Pattern TYPE = Pattern.compile("(varchar|char|numeric)\\((\\d+)(?:,(-?\\d+))?\\)");

    /** What is so now and was not before, or the other way round; breaking ones first, then by their names. */
    public static List<ContractChange> between(Contract before, Contract after) {
        SortedMap<String, String> old = before.facts();
        SortedMap<String, String> now = after.facts();
        Set<String> names = new TreeSet<>(old.keySet());
        names.addAll(now.keySet());
        List<ContractChange> breaking = new ArrayList<>();
        List<ContractChange> others = new ArrayList<>();
        for (String name : names) {
            String was = old.get(name);
            String is = now.get(name);
            if (was == null ? is != null : !was.equals(is)) {
                ContractChange change = of(name, was, is, old);
                (change.breaking() ? breaking : others).add(change);
            }
        }
        breaking.addAll(others);
        return breaking;
    }

    private static ContractChange of(
            String fact, @Nullable String before, @Nullable String after, SortedMap<String, String> old) {
        String kind = fact.substring(0, fact.indexOf(' '));
        return switch (kind) {
            case "relation" ->
                before == null
                        ? change(fact, before, after, false, "is new")
                        : after == null
                                ? change(fact, before, after, true, "is gone")
                                : change(fact, before, after, true, "was a " + before + " and is a " + after);
            case "row" -> row(fact, before, after);
            case "insert", "update" -> written(fact, before, after, kind, old);
            case "check" ->
                after == null
                        ? change(fact, before, after, false, "holds no more")
                        : before == null
                                ? change(fact, before, after, isOfOld(fact, old), "holds now")
                                : change(fact, before, after, true, "is another one");
            case "enum" -> labels(fact, before, after);
            default -> part(fact, before, after);
        };
    }

    /** Whether what a check is of was there before, by the beginning of the fact: the name of the check stands last. */
    private static boolean isOfOld(String fact, SortedMap<String, String> old) {
        return old.keySet().stream()
                .filter(one -> one.startsWith("relation ") || one.startsWith("domain "))
                .map(one -> "check " + one.substring(one.indexOf(' ') + 1) + " \"")
                .anyMatch(fact::startsWith);
    }

    private static ContractChange change(
            String fact, @Nullable String before, @Nullable String after, boolean breaking, String told) {
        return new ContractChange(fact, before, after, breaking, told);
    }

    private static ContractChange row(String fact, @Nullable String before, @Nullable String after) {
        if (before == null) {
            return change(fact, before, after, false, "is new");
        }
        if (after == null) {
            return change(fact, before, after, true, "is gone");
        }
        if (!type(before).equals(type(after))
                && !isWider(type(before), type(after))
                && !isWider(type(after), type(before))) {
            return change(fact, before, after, true, "was " + type(before) + " and is " + type(after));
        }
        if (isNullable(after) && !isNullable(before)) {
            return change(fact, before, after, true, "may be NULL now");
        }
        return change(fact, before, after, false, "was " + before + " and is " + after);
    }

    private static ContractChange written(
            String fact, @Nullable String before, @Nullable String after, String kind, SortedMap<String, String> old) {
        if (after == null) {
            return change(fact, before, after, true, "may not be written any more");
        }
        boolean required = kind.equals("insert") && !after.endsWith(" optional");
        if (before == null) {
            // with its table everything about it is new
            boolean isNew = !old.containsKey("relation " + owner(fact.substring(kind.length() + 1)));
            return change(
                    fact,
                    before,
                    after,
                    required && !isNew,
                    required ? "is new, and a new row must have it" : "may be written now");
        }
        if (!type(before).equals(type(after)) && !isWider(type(before), type(after))) {
            return change(fact, before, after, true, "took " + type(before) + " and takes " + type(after));
        }
        if (required && before.endsWith(" optional")) {
            return change(fact, before, after, true, "must be in a new row now");
        }
        if (isNullable(before) && !isNullable(after)) {
            return change(fact, before, after, true, "takes no NULL any more");
        }
        return change(fact, before, after, false, "took " + before + " and takes " + after);
    }

    private static ContractChange labels(String fact, @Nullable String before, @Nullable String after) {
        if (before == null || after == null) {
            return change(fact, before, after, after == null, after == null ? "is gone" : "is new");
        }
        List<String> was = LABELS.splitAsStream(before).toList();
        List<String> is = LABELS.splitAsStream(after).toList();
        List<String> gone = was.stream().filter(label -> !is.contains(label)).toList();
        List<String> added = is.stream().filter(label -> !was.contains(label)).toList();
        if (!gone.isEmpty()) {
            return change(fact, before, after, true, "has no label " + String.join(", ", gone) + " any more");
        }
        return change(
                fact,
                before,
                after,
                false,
                added.isEmpty()
                        ? "has its labels in another order"
                        : "has the label " + String.join(", ", added) + " too, which rows may hold");
    }

    private static ContractChange part(String fact, @Nullable String before, @Nullable String after) {
        if (before == null) {
            return change(fact, before, after, false, "is new");
        }
        if (after == null) {
            return change(fact, before, after, true, "is gone");
        }
        return change(fact, before, after, true, "was " + before + " and is " + after);
    }

    /** The table of a column: everything up to the last dot that is in no quotes. */
    private static String owner(String column) {
        boolean quoted = false;
        int last = column.length();
        for (int i = 0; i < column.length(); i++) {
            char c = column.charAt(i);
            quoted = (c == '"') != quoted;
            last = c == '.' && !quoted ? i : last;
        }
        return column.substring(0, last);
    }

    private static String type(String value) {
        return value.replaceFirst("( null)?( optional)?$", "");
    }

    private static boolean isNullable(String value) {
        return value.matches("(?s).* null( optional)?");
    }

    /** Whether every value of one type is one of the other too, and travels in the same way. */
    private static boolean isWider(String from, String to) {
        Matcher one = TYPE.matcher(from);
        Matcher other = TYPE.matcher(to);
        if ((from.equals("smallint") && to.equals("integer")) || (from.equals("real") && to.equals("double"))) {
            return true;
        }
        if (!one.matches()) {
            return false;
        }
        if (to.equals("text")) {
            return !one.group(1).equals("numeric");
        }
        if (to.equals("numeric")) {
            return one.group(1).equals("numeric");
        }
        if (!other.matches()
                || !one.group(1).equals(other.group(1))
                || one.group(1).equals("char")) {
            return false;
        }
        int size = Integer.parseInt(other.group(2)) - Integer.parseInt(one.group(2));
        if (one.group(3) == null || other.group(3) == null) {
            return size >= 0;
        }
        int scale = Integer.parseInt(other.group(3)) - Integer.parseInt(one.group(3));
        return scale >= 0 && size >= scale;
    }
}
