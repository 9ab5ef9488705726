package dev.lockkeeper.apply;

import dev.lockkeeper.sql.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a statement concerns, as the server resolved it right before the statement started; kept in the journal, so that a
 * later run need not guess what a name meant.
 *
 * <p>The text of a record is {@code 1 KIND; ROLE OID OF "NAME" "MARK"; ...}: the number of its layout, the kind of the
 * effect, and the facts.
 *
 * @param kind the kind of the statement's effect, so that a record of another build, which read the statement otherwise,
 *     is noticed
 */
record Concern(String kind, List<Fact> facts) {
    private static final String LAYOUT = "1";
    private static final Pattern PIECE =
            Pattern.compile("\\G(?:\"((?:[^\"]++|\"\")*+)\"|([^\\s\";]++)|(;))(?: |(?=;)|$)");

    Concern {
        facts = List.copyOf(facts);
    }

    /**
     * What the server answered to {@link Resolution#sql}.
     *
     * @param rows empty also when there was nothing to ask
     */
    static Concern of(Effect effect, List<@Nullable String[]> rows) {
        return new Concern(
                kind(effect),
                rows.stream()
                        .map(row -> fact(text(row[0]), text(row[1]), text(row[2]), text(row[3]), text(row[4])))
                        .toList());
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static Fact fact(String role, String oid, String of, String name, String mark) {
        return new Fact(
                Fact.Role.valueOf(role.toUpperCase(Locale.ROOT)), Long.parseLong(oid), Long.parseLong(of), name, mark);
    }

    /** {@code index-built} and so on. */
    static String kind(Effect effect) {
        return effect.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    /** Whether it is of a statement with this effect. */
    boolean fits(Effect effect) {
        return kind.equals(kind(effect));
    }

    /** The fact in this role, when there is one. */
    @Nullable
    Fact the(Fact.Role role) {
        return facts.stream().filter(fact -> fact.role() == role).findFirst().orElse(null);
    }

    List<Fact> all(Fact.Role role) {
        return facts.stream().filter(fact -> fact.role() == role).toList();
    }

    /** Whether that was there before. */
    boolean knows(Fact.Role role, long oid) {
        return facts.stream().anyMatch(fact -> fact.role() == role && fact.oid() == oid);
    }

    /** The text for the journal. */
    String text() {
        Function<Fact, String> one = fact -> "; " + fact.role().word() + " " + fact.oid() + " " + fact.of() + " "
                + quoted(fact.name()) + " " + quoted(fact.mark());
        return LAYOUT + " " + kind + facts.stream().map(one).collect(Collectors.joining());
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    /** Reads {@link #text}; empty when it is not understood, for example because another build wrote it. */
    static Optional<Concern> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        List<List<String>> lines = new ArrayList<>(List.of(new ArrayList<>()));
        Matcher piece = PIECE.matcher(text);
        int end = 0;
        while (end < text.length() && piece.find()) {
            end = piece.end();
            if (piece.group(3) != null) {
                lines.add(new ArrayList<>());
            } else {
                String quoted = piece.group(1);
                lines.get(lines.size() - 1).add(quoted == null ? piece.group(2) : quoted.replace("\"\"", "\""));
            }
        }
        List<String> head = lines.get(0);
        if (end < text.length() || head.size() != 2 || !head.get(0).equals(LAYOUT)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Concern(
                    head.get(1), lines.stream().skip(1).map(Concern::fact).toList()));
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    private static Fact fact(List<String> line) {
        if (line.size() != 5) {
            throw new IllegalArgumentException("a fact has five parts");
        }
        return fact(line.get(0), line.get(1), line.get(2), line.get(3), line.get(4));
    }
}
