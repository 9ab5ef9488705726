package dev.lockkeeper.catalog;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Extensions that are in another schema: whatever is called otherwise for that alone is not told by itself. */
final class Moves {
    private final Map<String, Change> all;
    private final Set<String> explained = new TreeSet<>();

    Moves(Map<String, Change> all) {
        this.all = all;
        all.values().stream()
                .filter(c -> c.thing().equals("pg_extension") && !c.missing() && c.differsIn("extnamespace"))
                .forEach(this::explain);
    }

    /** Whether a change is but one of names. */
    boolean explain(String identity) {
        return explained.contains(identity);
    }

    private void explain(Change extension) {
        String from = String.valueOf(extension.was("extnamespace"));
        String to = String.valueOf(extension.is("extnamespace"));
        Set<String> names = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        Collection<Change> changes = List.copyOf(all.values());
        for (Change change : changes) {
            if (change.lost()
                    && change.any().parents().contains(extension.identity())
                    && change.any().object().startsWith(from + ".")) {
                names.add(change.any()
                        .object()
                        .substring(from.length() + 1)
                        .replaceFirst("(?s)(?<=.)(\\(| USING ).*", ""));
            }
        }
        if (names.isEmpty()) {
            return;
        }
        Pattern old = Pattern.compile("(?<![\\w\"$.])" + Pattern.quote(from + ".") + "(_?)("
                + names.stream().map(Pattern::quote).collect(Collectors.joining("|")) + ")(?![\\w$\"])");
        Renaming renaming = new Renaming(old, to);
        Map<String, Change> left = new HashMap<>();
        changes.stream().filter(Change::leftOver).forEach(c -> left.put(c.identity(), c));
        for (Change change : changes) {
            if (change.lost()) {
                Change twin = left.get(renaming.of(change.identity()));
                if (twin != null && same(change.any().fields(), twin.any().fields(), renaming, from, to)) {
                    explained.add(change.identity());
                    explained.add(twin.identity());
                }
            } else if (!change.missing()
                    && !change.identity().equals(extension.identity())
                    && same(change, renaming, from, to)) {
                explained.add(change.identity());
            }
        }
    }

    private record Renaming(Pattern old, String to) {
        String of(String text) {
            return old.matcher(text).replaceAll(m -> Matcher.quoteReplacement(to + "." + m.group(1) + m.group(2)));
        }
    }

    private static boolean same(Change change, Renaming renaming, String from, String to) {
        return change.before() != null
                && change.after() != null
                && same(change.before().fields(), change.after().fields(), renaming, from, to);
    }

    private static boolean same(
            Map<String, String> before, Map<String, String> after, Renaming renaming, String from, String to) {
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.stream().allMatch(name -> same(before.get(name), after.get(name), renaming, from, to));
    }

    private static boolean same(
            @Nullable String before, @Nullable String after, Renaming renaming, String from, String to) {
        return Objects.equals(before, after)
                || (before != null
                        && after != null
                        && (renaming.of(before).equals(after) || (before.equals(from) && after.equals(to))));
    }
}
