package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What packages and classes are called in Java. Tables and types of one schema share a package, and may have one name. */
final class JavaNames {
    private static final Set<String> RESERVED = Set.of(
            "Arrays",
            "BigDecimal",
            "Boolean",
            "Byte",
            "Character",
            "Class",
            "Double",
            "Enum",
            "Exception",
            "Float",
            "Integer",
            "Iterable",
            "List",
            "LocalDate",
            "LocalDateTime",
            "LocalTime",
            "Long",
            "Math",
            "Number",
            "Object",
            "OffsetDateTime",
            "OffsetTime",
            "Override",
            "Package",
            "PreparedStatement",
            "Record",
            "ResultSet",
            "SQLException",
            "Short",
            "String",
            "StringBuilder",
            "System",
            "Throwable",
            "UUID",
            "Values",
            "Void");

    /**
     * What methods of the generated classes call their parameters and variables: it would obscure a package of that name in
     * {@code text.shop.Currency.of(text)} (JLS 6.4.2).
     */
    private static final Set<String> LOCAL =
            Set.of("fields", "item", "label", "one", "other", "row", "statement", "text", "value");

    private final String root;
    private final Map<String, String> packages = new HashMap<>();
    private final Map<ObjectName, String> entities = new HashMap<>();
    private final Map<ObjectName, String> types = new HashMap<>();

    JavaNames(Described described, String root) {
        String safe = Pattern.compile("\\.")
                .splitAsStream(root)
                .map(JavaNames::segment)
                .collect(Collectors.joining("."));
        String first = safe.replaceFirst("\\..*", "");
        this.root = isLocal(first) ? first + "_" + safe.substring(first.length()) : safe;
        Identifiers segments = new Identifiers(Set.of());
        for (Described.Part part : described.parts()) {
            String segment = Identifiers.pascal(part.schema()).toLowerCase(Locale.ROOT);
            packages.put(part.schema(), segments.take(segment(segment)));
            Identifiers taken = new Identifiers(RESERVED);
            part.entities()
                    .forEach(e -> entities.put(
                            e.name(),
                            taken.take(Identifiers.apart(
                                    Identifiers.pascal(e.name().name())))));
            part.enumerations()
                    .forEach(e -> types.put(
                            e.name(),
                            taken.take(Identifiers.apart(
                                    Identifiers.pascal(e.name().name())))));
            part.composites()
                    .forEach(e -> types.put(
                            e.name(),
                            taken.take(Identifiers.apart(
                                    Identifiers.pascal(e.name().name())))));
        }
    }

    private static String segment(String name) {
        return Reserved.JAVA.contains(name) ? name + "_" : Identifiers.apart(name);
    }

    private static boolean isLocal(String name) {
        return LOCAL.contains(name.replaceFirst("[0-9_]*$", ""));
    }

    String root() {
        return root;
    }

    String packageOf(String schema) {
        return this.root + "." + packages.getOrDefault(schema, "unknown");
    }

    String folderOf(String schema) {
        return "src/main/java/" + packageOf(schema).replace('.', '/') + "/";
    }

    String entity(ObjectName name) {
        return entities.getOrDefault(name, "Unknown");
    }

    /** With its package, because two schemas may have a type of one name. */
    String type(ObjectName name, String from) {
        String simple = types.getOrDefault(name, "Unknown");
        return name.schema().equals(from) ? simple : packageOf(name.schema()) + "." + simple;
    }

    /**
     * The components of a record, in the order of their columns.
     *
     * @param types their types, as the record has them
     */
    Map<String, String> components(List<String> columns, List<String> types) {
        // a component called org would obscure the package in org.example.Currency.of(text) (JLS 6.4.2)
        String first = types.stream().anyMatch(type -> type.contains(root + ".")) ? root.replaceFirst("\\..*", "") : "";
        Identifiers taken = new Identifiers(Set.of());
        Map<String, String> names = new LinkedHashMap<>();
        for (String column : columns) {
            String camel = Identifiers.camel(column);
            names.put(column, taken.take(Reserved.JAVA.contains(camel) || camel.equals(first) ? camel + "_" : camel));
        }
        return names;
    }
}
