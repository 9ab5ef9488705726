package dev.lockkeeper.describe.types;

import dev.lockkeeper.describe.types.Described.Entity;
import dev.lockkeeper.describe.types.Described.Field;
import dev.lockkeeper.describe.types.Described.Rule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Why schemas take a row that the database does not: the classes that docs/types.md names. */
final class FalseAccept {
    private static final Pattern TYPE = Pattern.compile("(?:for|of) (?:enum |type )?\"?([a-z0-9_ ]+)\"?");

    private static final Set<String> KNOWN = Set.of(
            "boolean",
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "real",
            "double precision",
            "uuid",
            "date",
            "time",
            "timestamp",
            "timestamp with time zone",
            "time with time zone",
            "bytea",
            "json");

    private static final String BEYOND_ASCII = "(?s).*([^\\x00-\\x7f]|\\\\u(?!00[0-7])).*";

    private FalseAccept() {}

    static String of(
            Described described,
            Entity table,
            Map<String, String> given,
            @Nullable String state,
            String constraint,
            String said) {
        if (given.containsKey("__proto__")
                && !given.get("__proto__").equals("null")
                && (constraint.equals("proto") || said.matches(".*(json|Unicode).*"))) {
            return "a column called __proto__";
        }
        boolean composite =
                table.fields().stream().anyMatch(f -> isComposite(described, f.shape()) && given.containsKey(f.name()));
        return switch (String.valueOf(state)) {
            case "23505", "23P01" -> "keys and exclusions are not known";
            case "23514" ->
                said.contains("no partition") ? "no partition for the row" : check(described, table, given, constraint);
            case "23502" -> {
                boolean document = table.inserted().stream()
                        .anyMatch(f -> !f.nullable()
                                && "null".equals(given.get(f.name()))
                                && isDocument(described, f.shape()));
                yield document
                        ? "null as a document"
                        : composite ? "a domain within a composite value" : "UNNAMED " + state;
            }
            case "22003", "22008" ->
                composite
                        ? "numbers within a composite value"
                        : table.fields().stream().anyMatch(Field::made)
                                ? "an overflow in a generated column"
                                : said.contains("infinite")
                                                || (said.endsWith(" out of range")
                                                        && !table.rules().isEmpty())
                                        ? "an error while a check is computed"
                                        : "UNNAMED " + state + " " + said;
            default -> opaque(table, given, composite, said).orElse("UNNAMED " + state + " " + said);
        };
    }

    private static boolean isDocument(Described described, Shape shape) {
        Shape bare = described.bare(shape);
        return bare == Shape.Scalar.JSON || bare == Shape.Scalar.JSONB;
    }

    private static boolean isComposite(Described described, Shape shape) {
        Shape bare = described.bare(shape);
        Shape element = bare instanceof Shape.ListOf list ? described.bare(list.element()) : bare;
        return element instanceof Shape.Named named
                && described.composite(named.name()).isPresent();
    }

    private static Optional<String> opaque(Entity table, Map<String, String> given, boolean composite, String said) {
        Matcher type = TYPE.matcher(said);
        boolean known = type.find() && KNOWN.contains(type.group(1).strip());
        if (known) {
            return composite ? Optional.of("numbers within a composite value") : Optional.empty();
        }
        boolean has = table.fields().stream()
                .filter(f -> given.containsKey(f.name()) && !"null".equals(given.get(f.name())))
                .anyMatch(f -> {
                    Shape shape = f.shape() instanceof Shape.ListOf list ? list.element() : f.shape();
                    return shape instanceof Shape.Opaque || shape == Shape.Scalar.INTERVAL;
                });
        return has ? Optional.of("text of a type that only the server reads") : Optional.empty();
    }

    private static String check(Described described, Entity table, Map<String, String> given, String constraint) {
        Stream<Described.Untranslated> untranslated = Stream.concat(
                table.untranslated().stream(),
                described.parts().stream().flatMap(p -> p.domains().stream()).flatMap(d -> d.untranslated().stream()));
        if (untranslated.anyMatch(one -> one.name().equals(constraint))) {
            return "a check that is not translated";
        }
        List<Rule> rules =
                table.rules().stream().filter(r -> r.name().equals(constraint)).toList();
        if (rules.isEmpty()) {
            return domain(described, table, given, constraint);
        }
        for (Rule rule : rules) {
            for (String column : rule.columns()) {
                Field field = table.fields().stream()
                        .filter(f -> f.name().equals(column))
                        .findFirst()
                        .orElseThrow();
                if (!given.containsKey(column) && field.fallback() == null) {
                    return "a check on a column that was left out";
                }
                if (given.getOrDefault(column, "").matches(BEYOND_ASCII)) {
                    return "upper and lower case beyond ASCII";
                }
            }
        }
        return "UNNAMED check " + constraint;
    }

    private static String domain(Described described, Entity table, Map<String, String> given, String constraint) {
        List<Described.Domain> domains = described.parts().stream()
                .flatMap(part -> part.domains().stream())
                .filter(domain ->
                        domain.rules().stream().anyMatch(rule -> rule.name().equals(constraint)))
                .toList();
        List<Field> fields = table.fields().stream()
                .filter(f -> domains.stream().anyMatch(domain -> mentions(described, f.shape(), domain.name())))
                .toList();
        if (fields.stream().anyMatch(f -> given.getOrDefault(f.name(), "").matches(BEYOND_ASCII))) {
            return "upper and lower case beyond ASCII";
        }
        if (fields.stream().anyMatch(f -> given.getOrDefault(f.name(), "null").contains("null"))) {
            return "NULL that the check of a domain refuses";
        }
        boolean composite =
                table.fields().stream().anyMatch(f -> given.containsKey(f.name()) && isComposite(described, f.shape()));
        return fields.isEmpty() && composite
                ? "a domain within a composite value"
                : "UNNAMED check of a domain " + constraint;
    }

    private static boolean mentions(Described described, Shape shape, dev.lockkeeper.catalog.model.ObjectName name) {
        Shape one = shape instanceof Shape.ListOf list ? list.element() : shape;
        return one instanceof Shape.Named named
                && (named.name().equals(name)
                        || described
                                .domain(named.name())
                                .map(d -> mentions(described, d.base(), name))
                                .orElse(false));
    }
}
