package dev.lockkeeper.describe.types;

import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What programs may rely on, one fact a line, whatever language they are written in: what was promised before is compared
 * with what is so now.
 *
 * @param facts each by its name, such as {@code row "sales"."order"."total"}
 */
public record Contract(SortedMap<String, String> facts) {
    /** Where it lies beside the files of types. */
    public static final String FILE = "contract.tsv";

    public Contract {
        facts = new TreeMap<>(facts);
    }

    /** The contract of a database as it is now. */
    public static Contract of(Described described) {
        SortedMap<String, String> facts = new TreeMap<>();
        for (Described.Part part : described.parts()) {
            for (Described.Enumeration one : part.enumerations()) {
                facts.put("enum " + one.name().quoted(), labels(one.labels()));
            }
            for (Described.Domain one : part.domains()) {
                facts.put("domain " + one.name().quoted(), type(one.base()) + (one.required() ? "" : " null"));
                rules(facts, one.name().quoted(), one.rules());
            }
            for (Described.Composite one : part.composites()) {
                one.members()
                        .forEach(member -> facts.put(
                                "field " + one.name().quoted() + "." + quoted(member.name()), type(member.shape())));
            }
            for (Described.Entity entity : part.entities()) {
                entity(facts, entity);
            }
        }
        return new Contract(facts);
    }

    private static void entity(SortedMap<String, String> facts, Described.Entity entity) {
        String name = entity.name().quoted();
        facts.put("relation " + name, entity.kind().word());
        for (Described.Field field : entity.fields()) {
            String column = name + "." + quoted(field.name());
            String type = type(field.shape());
            if (field.reads()) {
                facts.put("row " + column, type + (field.nullable() ? " null" : ""));
            }
            if (field.inserts()) {
                facts.put(
                        "insert " + column,
                        type + (field.nullable() ? " null" : "") + (field.optional() ? " optional" : ""));
            }
            if (field.updates()) {
                facts.put("update " + column, type + (field.nullable() ? " null" : ""));
            }
        }
        rules(facts, name, entity.rules());
    }

    private static void rules(SortedMap<String, String> facts, String owner, List<Described.Rule> rules) {
        rules.forEach(rule -> facts.put("check " + owner + " " + quoted(rule.name()), Term.text(rule.condition())));
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String labels(List<String> labels) {
        return labels.stream()
                .map(label -> "'" + label.replace("'", "''") + "'")
                .collect(Collectors.joining(", "));
    }

    /** One word for one type. */
    static String type(Shape shape) {
        if (shape instanceof Shape.Varchar varchar) {
            return "varchar(" + varchar.limit() + ")";
        } else if (shape instanceof Shape.Char fixed) {
            return "char(" + fixed.length() + ")";
        } else if (shape instanceof Shape.Numeric numeric) {
            return numeric.precision() == null
                    ? "numeric"
                    : "numeric(" + numeric.precision() + "," + numeric.scale() + ")";
        } else if (shape instanceof Shape.ListOf list) {
            return type(list.element()) + "[]";
        } else if (shape instanceof Shape.Named named) {
            return named.name().quoted();
        } else if (shape instanceof Shape.Opaque opaque) {
            return opaque.spelled();
        }
        return shape.toString().toLowerCase(Locale.ROOT);
    }

    /** One line a fact; tabs, line feeds and backslashes in names are escaped. */
    public String text() {
        StringBuilder text = new StringBuilder("# " + Header.SENTENCE + "\n");
        facts.forEach((name, value) ->
                text.append(escaped(name)).append('\t').append(escaped(value)).append('\n'));
        return text.toString();
    }

    /**
     * Reads a contract.
     *
     * @return null when the text is none
     */
    public static @Nullable Contract parse(String text) {
        SortedMap<String, String> facts = new TreeMap<>();
        for (String line : text.lines().toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int tab = line.indexOf('\t');
            if (tab < 0 || !line.matches("(?s)(relation|row|insert|update|check|enum|domain|field) .*")) {
                return null;
            }
            facts.put(unescaped(line.substring(0, tab)), unescaped(line.substring(tab + 1)));
        }
        return text.startsWith("# " + Header.MARK) ? new Contract(facts) : null;
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private static String unescaped(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                c = text.charAt(++i);
                plain.append(c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
