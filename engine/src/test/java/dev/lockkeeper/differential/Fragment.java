package dev.lockkeeper.differential;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A piece of an awkward script, as {@code fragments.sql} holds it.
 *
 * @param roots the causes of faults that it is after
 * @param marks what else is said about it, see the head of the file
 */
record Fragment(String name, Kind kind, String roots, Set<String> marks, String text) {
    private static final Pattern HEAD = Pattern.compile(
            "(?m)^--- (?<name>[a-z0-9-]+) \\| (?<kind>[a-z]+) \\| (?<roots>[^|\\n]+?)(?: \\| (?<marks>.*))?\\n");

    /** What a piece is for. */
    enum Kind {
        PRELUDE,
        LEAVE,
        ACT,
        OUTSIDE,
        FLAW,
        REFUSED,
        PROBE
    }

    Fragment {
        marks = Set.copyOf(marks);
    }

    /** Everything that the file has, in its order. */
    static List<Fragment> all() {
        String file = resource("fragments.sql");
        List<Fragment> fragments = new ArrayList<>();
        Matcher head = HEAD.matcher(file);
        boolean found = head.find();
        while (found) {
            String name = head.group("name");
            Kind kind = Kind.valueOf(head.group("kind").toUpperCase(java.util.Locale.ROOT));
            String roots = head.group("roots");
            Set<String> marks = head.group("marks") == null
                    ? Set.of()
                    : Arrays.stream(head.group("marks").split(" ", -1)).collect(Collectors.toSet());
            int from = head.end();
            found = head.find();
            String text = file.substring(from, found ? head.start() : file.length());
            fragments.add(new Fragment(name, kind, roots, marks, text.strip() + "\n"));
        }
        return List.copyOf(fragments);
    }

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Fragment.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean is(String mark) {
        return marks.contains(mark);
    }

    /** Whether no transaction block lets it through. */
    boolean isOutside() {
        return kind == Kind.OUTSIDE || is("outside");
    }

    /** The value of a mark of the form key=value; null when it has none. */
    @Nullable
    String value(String key) {
        return marks.stream()
                .filter(mark -> mark.startsWith(key + "="))
                .map(mark -> mark.substring(key.length() + 1))
                .findFirst()
                .orElse(null);
    }

    boolean runsOn(int version) {
        String from = value("from");
        String to = value("to");
        return (from == null || Integer.parseInt(from) <= version) && (to == null || Integer.parseInt(to) >= version);
    }

    /** The text of a script, with a number of its own in each name. */
    String text(int number) {
        return text.replace("{n}", Integer.toString(number))
                .replace("{cr}", "\r")
                .replace("{tab}", "\t")
                .replace("{bom}", "\uFEFF");
    }
}
