package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.database.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes Java 17: a module for Maven with a package for each schema and a record for each table, which reads itself from a
 * row and sets itself as parameters. It needs nothing but JDBC.
 */
final class JavaWriter {
    /** A record has one constructor, and that has at most so many parameters, of which long and double count twice (JVMS 4.3.3). */
    private static final int MOST = 254;

    private static final String IMPORTS = """
            import ROOT.Values;
            import java.math.BigDecimal;
            import java.sql.PreparedStatement;
            import java.sql.ResultSet;
            import java.sql.SQLException;
            import java.time.LocalDate;
            import java.time.LocalDateTime;
            import java.time.LocalTime;
            import java.time.OffsetDateTime;
            import java.time.OffsetTime;
            import java.util.Arrays;
            import java.util.List;
            import java.util.UUID;
            """;

    private final Described described;
    private final JavaNames names;
    private final List<GeneratedFile> files = new ArrayList<>();

    JavaWriter(Described described, String javaPackage) {
        this.described = described;
        this.names = new JavaNames(described, javaPackage);
    }

    List<GeneratedFile> files() {
        String root = names.root();
        files.add(new GeneratedFile(
                "src/main/java/" + root.replace('.', '/') + "/Values.java",
                Header.PLAIN + "package " + root + ";\n\n" + Resource.text("Values.java.txt")));
        files.add(new GeneratedFile("pom.xml", pom(root)));
        for (Described.Part part : described.parts()) {
            part.enumerations().forEach(one -> enumeration(part, one));
            part.composites().forEach(one -> composite(part, one));
            part.entities().forEach(entity -> entity(part, entity));
        }
        return files;
    }

    private static int slots(List<Described.Field> fields, JavaTypes types) {
        return fields.stream()
                .mapToInt(f -> Set.of("long", "double").contains(types.of(f.shape(), f.nullable())) ? 2 : 1)
                .sum();
    }

    /** Tables and views of more columns than a record has room for. */
    List<ObjectName> tooWide() {
        return described.parts().stream()
                .flatMap(part -> part.entities().stream()
                        .filter(e -> slots(e.read(), new JavaTypes(described, names, part.schema())) > MOST))
                .map(Described.Entity::name)
                .toList();
    }

    private static String pom(String root) {
        return """
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- %1$s -->
                <project xmlns="http://maven.apache.org/POM/4.0.0"
                         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                         xsi:schemaLocation="http://maven.apache.org/POM/4.0.0 http://maven.apache.org/xsd/maven-4.0.0.xsd">
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>%2$s</groupId>
                  <artifactId>%3$s</artifactId>
                  <version>0.0.0</version>
                  <properties>
                    <!-- what Maven 3.8 and older compile with by themselves knows no release -->
                    <maven.compiler.source>17</maven.compiler.source>
                    <maven.compiler.target>17</maven.compiler.target>
                    <maven.compiler.release>17</maven.compiler.release>
                    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
                  </properties>
                </project>
                """.formatted(Header.SENTENCE, root, root.substring(root.lastIndexOf('.') + 1) + "-types");
    }

    private void write(Described.Part part, String name, String body) {
        StringBuilder text = new StringBuilder(
                        Header.of(part, Profile.JSON, "Java 17").replace(", profile json", ""))
                .append("package ")
                .append(names.packageOf(part.schema()))
                .append(";\n\n");
        IMPORTS.replace("ROOT", names.root())
                .lines()
                .filter(line -> body.matches("(?s).*\\b" + line.replaceFirst(".*\\.(\\w+);$", "$1") + "\\b.*"))
                .forEach(line -> text.append(line).append('\n'));
        files.add(new GeneratedFile(
                names.folderOf(part.schema()) + name + ".java",
                text.append('\n').append(body).toString()));
    }

    /** The text of a comment: no tag, no end, and no backslash, because \ u is read before anything else. */
    private static String safe(String comment) {
        StringBuilder safe = new StringBuilder();
        comment.codePoints().forEach(c -> {
            switch (c) {
                case '&', '<', '>', '@', '\\', '*', '{', '}' ->
                    safe.append("&#").append(c).append(';');
                default -> {
                    boolean hidden = c != '\n' && c < 0x10000 && Script.isHidden((char) c);
                    safe.append(hidden ? " " : Character.toString(c));
                }
            }
        });
        return safe.toString();
    }

    private static String documented(String indent, String first, @Nullable String comment, List<String> tags) {
        StringBuilder text = new StringBuilder(indent).append("/**\n");
        List<String> lines = new ArrayList<>(List.of(first));
        if (comment != null) {
            lines.add("");
            safe("<p>" + comment).replace("&#60;p&#62;", "<p>").lines().forEach(lines::add);
        }
        if (!tags.isEmpty()) {
            lines.add("");
            lines.addAll(tags);
        }
        lines.forEach(
                line -> text.append((indent + " * " + line).stripTrailing()).append('\n'));
        return text.append(indent).append(" */\n").toString();
    }

    private void enumeration(Described.Part part, Described.Enumeration one) {
        String name = names.type(one.name(), part.schema());
        Identifiers taken = new Identifiers(Set.of("label", "of"));
        StringBuilder body = new StringBuilder(
                documented("", "The type " + safe(one.name().toString()) + ".", one.comment(), List.of()));
        body.append("public enum ").append(name).append(" {\n");
        body.append(one.labels().stream()
                .map(label -> {
                    String constant = Identifiers.pascal(label.replaceAll("(?<=[a-z])(?=[A-Z])", "_"));
                    String upper = label.matches("[A-Za-z_][A-Za-z0-9_]*") ? label.toUpperCase(Locale.ROOT) : constant;
                    return "    " + taken.take(Reserved.JAVA.contains(upper) ? upper + "_" : upper) + "("
                            + string(label) + ")";
                })
                .collect(Collectors.joining(",\n")));
        body.append("""
                ;

                    private final String label;

                    %1$s(String label) {
                        this.label = label;
                    }

                    /** As the database writes it. */
                    public String label() {
                        return label;
                    }

                    /**
                     * The constant of a label.
                     *
                     * @throws IllegalArgumentException for a label that the database did not have when this was written
                     */
                    public static %1$s of(String label) {
                        for (%1$s one : values()) {
                            if (one.label.equals(label)) {
                                return one;
                            }
                        }
                        throw new IllegalArgumentException("no label of this type: " + label);
                    }
                }
                """.formatted(name));
        write(part, name, body.toString());
    }

    private static String string(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(Script.isHidden(c) ? String.format("\\u%04x", (int) c) : String.valueOf(c));
            }
        }
        return quoted.append('"').toString();
    }

    private void composite(Described.Part part, Described.Composite one) {
        JavaTypes types = new JavaTypes(described, names, part.schema());
        String name = names.type(one.name(), part.schema());
        List<Described.Member> members = one.members();
        Map<String, String> components = names.components(
                members.stream().map(Described.Member::name).toList(),
                members.stream().map(m -> types.of(m.shape(), true)).toList());
        List<String> tags = members.stream()
                .filter(member -> member.comment() != null)
                .map(member -> "@param " + components.get(member.name()) + " "
                        + safe(String.valueOf(member.comment())).replace('\n', ' '))
                .toList();
        String parameters = members.stream()
                .map(m -> types.of(m.shape(), true) + " " + components.get(m.name()))
                .collect(Collectors.joining(", "));
        String parsed = IntStream.range(0, members.size())
                .mapToObj(i -> "fields.get(" + i + ") == null ? null : "
                        + types.parse(members.get(i).shape(), "fields.get(" + i + ")"))
                .collect(Collectors.joining(",\n                "));
        String texts = members.stream()
                .map(m -> "value." + components.get(m.name()) + " == null ? null : "
                        + types.text(m.shape(), "value." + components.get(m.name())))
                .collect(Collectors.joining(",\n                "));
        write(
                part,
                name,
                documented(
                                "",
                                "The type " + safe(one.name().toString()) + "; each field may be null.",
                                one.comment(),
                                tags)
                        + """
                        public record %1$s(%2$s) {
                            /** Reads PostgreSQL's text of a value. */
                            public static %1$s of(String text) {
                                List<String> fields = Values.fields(text);
                                return new %1$s(
                                        %3$s);
                            }

                            /** PostgreSQL's text of a value. */
                            public static String text(%1$s value) {
                                return Values.composite(
                                        %4$s);
                            }
                        }
                        """.formatted(name, parameters, parsed, texts));
    }

    private void entity(Described.Part part, Described.Entity entity) {
        JavaTypes types = new JavaTypes(described, names, part.schema());
        String name = names.entity(entity.name());
        List<Described.Field> fields = entity.read();
        Map<String, String> components = names.components(
                fields.stream().map(Described.Field::name).toList(),
                fields.stream().map(f -> types.of(f.shape(), true)).toList());
        if (fields.isEmpty() || slots(fields, types) > MOST) {
            return;
        }
        List<String> tags = fields.stream()
                .filter(field -> field.comment() != null || field.nullable())
                .map(field -> "@param " + components.get(field.name()) + " "
                        + (field.comment() == null ? "" : safe(field.comment()).replace('\n', ' '))
                        + (!field.nullable() ? "" : field.comment() == null ? "may be null" : "; may be null"))
                .toList();
        StringBuilder body = new StringBuilder(documented(
                "",
                "A row of the " + entity.kind().word() + " "
                        + safe(entity.name().toString()) + ".",
                entity.comment(),
                tags));
        body.append("public record ")
                .append(name)
                .append("(\n        ")
                .append(fields.stream()
                        .map(f -> types.of(f.shape(), f.nullable()) + " " + components.get(f.name()))
                        .collect(Collectors.joining(",\n        ")))
                .append(") {\n");
        body.append(
                        "    /** Reads all rows; what {@link #read} takes is in its order. */\n    public static final String SELECT = ")
                .append(string(
                        "SELECT " + columns(fields) + " FROM " + entity.name().quoted()))
                .append(";\n\n");
        insert(body, entity, fields, components, types);
        body.append("    /** The row at which a result of {@link #SELECT} stands. */\n    public static ")
                .append(name)
                .append(" read(ResultSet row) throws SQLException {\n        return new ")
                .append(name)
                .append("(\n                ")
                .append(IntStream.range(0, fields.size())
                        .mapToObj(i ->
                                types.read(fields.get(i).shape(), fields.get(i).nullable(), i + 1))
                        .collect(Collectors.joining(",\n                ")))
                .append(");\n    }\n");
        if (fields.stream().anyMatch(f -> types.of(f.shape(), f.nullable()).contains("byte[]"))) {
            equality(body, name, components);
        }
        write(part, name, body.append("}\n").toString());
    }

    private static String columns(List<Described.Field> fields) {
        return fields.stream().map(f -> Quote.identifier(f.name())).collect(Collectors.joining(", "));
    }

    private static void insert(
            StringBuilder body,
            Described.Entity entity,
            List<Described.Field> fields,
            Map<String, String> components,
            JavaTypes types) {
        // identities are written as they are; what is generated cannot be
        List<Described.Field> written = fields.stream()
                .filter(f -> f.inserts() || (f.made() && f.identityAlways()))
                .toList();
        boolean whole = entity.inserted().stream().allMatch(f -> f.optional() || written.contains(f));
        if (!entity.isWritten() || !whole || written.isEmpty()) {
            return;
        }
        String overriding = fields.stream().anyMatch(Described.Field::identityAlways) ? " OVERRIDING SYSTEM VALUE" : "";
        body.append(
                        "    /** Adds a row; {@link #write} sets its parameters. */\n    public static final String INSERT = ")
                .append(string("INSERT INTO " + entity.name().quoted() + " (" + columns(written) + ")" + overriding
                        + " VALUES ("
                        + String.join(", ", written.stream().map(f -> "?").toList()) + ")"))
                .append(";\n\n    /** Sets the parameters of {@link #INSERT}. */\n")
                .append("    public void write(PreparedStatement statement) throws SQLException {\n");
        for (int i = 0; i < written.size(); i++) {
            Described.Field field = written.get(i);
            body.append("        Values.set(statement, ")
                    .append(i + 1)
                    .append(", ")
                    .append(types.written(field.shape(), "this." + components.get(field.name())))
                    .append(");\n");
        }
        body.append("    }\n\n");
    }

    /** Of arrays of bytes a record would compare the places in memory. */
    private static void equality(StringBuilder body, String name, Map<String, String> components) {
        String all = components.values().stream().map(c -> "row." + c).collect(Collectors.joining(", "));
        body.append("""

                    private static Object[] all(%1$s row) {
                        return new Object[] {%2$s};
                    }

                    @Override
                    public boolean equals(Object other) {
                        return other instanceof %1$s row && Arrays.deepEquals(all(this), all(row));
                    }

                    @Override
                    public int hashCode() {
                        return Arrays.deepHashCode(all(this));
                    }
                """.formatted(name, all));
    }
}
