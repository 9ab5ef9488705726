package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.UserType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the types that casts name are compared as. */
final class TypeNames {
    private static final Map<String, Sort.Kind> BUILT_IN = Map.ofEntries(
            Map.entry("boolean", Sort.Kind.BOOLEAN),
            Map.entry("smallint", Sort.Kind.NUMBER),
            Map.entry("integer", Sort.Kind.NUMBER),
            Map.entry("bigint", Sort.Kind.NUMBER),
            Map.entry("numeric", Sort.Kind.NUMBER),
            Map.entry("real", Sort.Kind.REAL),
            Map.entry("double precision", Sort.Kind.DOUBLE),
            Map.entry("text", Sort.Kind.TEXT),
            Map.entry("character varying", Sort.Kind.TEXT),
            Map.entry("bpchar", Sort.Kind.CHARS),
            Map.entry("uuid", Sort.Kind.UUID),
            Map.entry("timestamp with time zone", Sort.Kind.TIMESTAMPTZ),
            Map.entry("timestamp without time zone", Sort.Kind.TIMESTAMP),
            Map.entry("date", Sort.Kind.DATE),
            Map.entry("time without time zone", Sort.Kind.TIME),
            Map.entry("interval", Sort.Kind.SPAN),
            Map.entry("bytea", Sort.Kind.BYTES),
            Map.entry("json", Sort.Kind.JSON),
            Map.entry("jsonb", Sort.Kind.JSON));

    private final Model model;

    TypeNames(Model model) {
        this.model = model;
    }

    /** @throws Unreadable when nothing is known of it */
    Sort sort(String type) {
        if (type.endsWith("[]")) {
            return new Sort(Sort.Kind.LIST, sort(type.substring(0, type.length() - 2)), null);
        }
        Sort.Kind kind = BUILT_IN.get(type);
        if (kind != null) {
            return Sort.of(kind);
        }
        return name(type).flatMap(this::ofDatabase).orElseThrow(() -> new Unreadable("the type " + type));
    }

    private Optional<Sort> ofDatabase(ObjectName name) {
        return model.type(name)
                .filter(UserType.Enumeration.class::isInstance)
                .map(type -> new Sort(Sort.Kind.LABEL, null, name))
                .or(() -> name.name().equals("citext") ? Optional.of(Sort.of(Sort.Kind.CITEXT)) : Optional.empty());
    }

    List<String> labels(ObjectName enumeration) {
        return model.type(enumeration)
                .filter(UserType.Enumeration.class::isInstance)
                .map(type -> ((UserType.Enumeration) type).labels())
                .orElse(List.of());
    }

    /** A name with its schema, as SQL spells it. */
    private static Optional<ObjectName> name(String type) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < type.length(); i++) {
            char c = type.charAt(i);
            if (c == '"' && quoted && i + 1 < type.length() && type.charAt(i + 1) == '"') {
                part.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts.size() == 2 ? Optional.of(new ObjectName(parts.get(0), parts.get(1))) : Optional.empty();
    }
}
