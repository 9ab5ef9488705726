package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes Zod schemas: a package for npm with a module for each schema of the database. Rows take columns that came later; new
 * rows and changes are strict, because the database is.
 */
final class ZodWriter {
    /** The first version that has {@code z.exactOptional}. */
    static final String MINIMUM = "4.3.0";

    private final Described described;
    private final Profile profile;
    private final ModuleNames names;
    private final Wire wire;
    private final Set<String> imports = new TreeSet<>();
    private String schema = "";

    ZodWriter(Described described, Profile profile) {
        this.described = described;
        this.profile = profile;
        this.names = new ModuleNames(described);
        this.wire = new Wire(described, profile, this::reference);
    }

    List<GeneratedFile> files(String packageName) {
        List<GeneratedFile> files = new ArrayList<>();
        described
                .parts()
                .forEach(
                        part -> files.add(new GeneratedFile("src/" + names.file(part.schema()) + ".ts", module(part))));
        files.add(new GeneratedFile("src/index.ts", index()));
        files.add(new GeneratedFile("src/runtime.ts", Header.PLAIN + Resource.text("runtime.ts")));
        files.addAll(NpmPackage.files(packageName, MINIMUM));
        return files;
    }

    private String index() {
        return Header.PLAIN + "\n"
                + names.lines(
                        "export * as ",
                        described.parts().stream().map(Described.Part::schema).toList())
                + "export type { Json } from './runtime.js';\n";
    }

    private String module(Described.Part part) {
        schema = part.schema();
        imports.clear();
        StringBuilder body = new StringBuilder();
        part.enumerations().forEach(one -> enumeration(body, one));
        new Sequence(described)
                .of(part)
                .forEach(type -> type.ifDomain(one -> domain(body, one)).ifComposite(one -> composite(body, one)));
        part.entities().forEach(entity -> entity(body, entity));
        StringBuilder text = new StringBuilder(Header.of(part, profile, "zod " + MINIMUM + " or later"));
        if (part.comment() != null) {
            text.append('\n').append(Script.comment(part.comment(), ""));
        }
        text.append("\nimport { z } from 'zod';\n\n");
        if (body.indexOf("k.") >= 0) {
            text.append("import * as k from './runtime.js';\n");
        }
        return text.append(names.lines("import * as ", imports)).append(body).toString();
    }

    private Wire.Carrier reference(ObjectName name, boolean isNew) {
        String type = names.type(name);
        String value = described.enumeration(name).isPresent() || !isNew ? type : type + "Input";
        if (type.equals("Unknown")) {
            return new Wire.Carrier("k.unknown()", "unknown");
        }
        if (name.schema().equals(schema)) {
            return new Wire.Carrier(value, value);
        }
        imports.add(name.schema());
        String far = names.module(name.schema()) + "." + value;
        // two modules may need each other, and then one of them is not ready yet
        return new Wire.Carrier("z.lazy(() => " + far + ")", far);
    }

    private static void comment(StringBuilder out, String indent, String first, @Nullable String comment) {
        out.append(Script.comment(comment == null ? first : first + "\n\n" + comment, indent));
    }

    private static String meta(@Nullable String title, @Nullable String comment) {
        List<String> parts = new ArrayList<>();
        if (title != null) {
            parts.add("title: " + Script.string(title));
        }
        if (comment != null) {
            parts.add("description: " + Script.string(comment));
        }
        return parts.isEmpty() ? "" : ".meta({ " + String.join(", ", parts) + " })";
    }

    private void enumeration(StringBuilder out, Described.Enumeration one) {
        String name = names.type(one.name());
        out.append('\n');
        comment(out, "", "The type " + one.name() + ".", one.comment());
        out.append("export const ").append(name).append(" = ");
        if (one.labels().isEmpty()) {
            out.append("z.never()");
        } else {
            out.append("z.enum([")
                    .append(String.join(
                            ", ", one.labels().stream().map(Script::string).toList()))
                    .append("])");
        }
        out.append(meta(one.name().toString(), one.comment())).append(";\n");
        infer(out, name, "output");
    }

    private static void infer(StringBuilder out, String name, String side) {
        out.append("export type ")
                .append(name)
                .append(" = z.")
                .append(side)
                .append("<typeof ")
                .append(name)
                .append(">;\n");
    }

    private void domain(StringBuilder out, Described.Domain one) {
        String name = names.type(one.name());
        out.append('\n');
        comment(out, "", "The domain " + one.name() + ".", one.comment());
        untranslated(out, "", one.untranslated());
        domain(out, name, one, false);
        comment(out, "", "The domain " + one.name() + ", of new values.", null);
        domain(out, name + "Input", one, true);
    }

    private void domain(StringBuilder out, String name, Described.Domain one, boolean isNew) {
        out.append("export const ")
                .append(name)
                .append(" = ")
                .append(wire.of(one.base(), isNew).zod());
        List<Described.Rule> rules =
                one.rules().stream().filter(rule -> isNew || rule.rows()).toList();
        if (!rules.isEmpty()) {
            out.append(".superRefine((value, context) => {\n");
            for (Described.Rule rule : rules) {
                String condition = new Conditions(described, List.of(), isNew).ofValue(rule.condition(), one.base());
                hold(out, rule, "[]", condition, "value");
            }
            out.append("})");
        }
        if (!isNew) {
            out.append(".brand<").append(Script.string(one.name().toString())).append(">()");
        }
        out.append(meta(one.name().toString(), one.comment())).append(";\n");
        infer(out, name, isNew ? "input" : "output");
    }

    private static void hold(StringBuilder out, Described.Rule rule, String path, String condition, String input) {
        out.append("  k.hold(context, ")
                .append(Script.string(rule.name()))
                .append(", ")
                .append(path)
                .append(", ")
                .append(condition)
                .append(", ")
                .append(input)
                .append(");\n");
    }

    private void composite(StringBuilder out, Described.Composite one) {
        if (profile != Profile.JSON) {
            return;
        }
        String name = names.type(one.name());
        for (boolean isNew : new boolean[] {false, true}) {
            out.append('\n');
            comment(out, "", "The type " + one.name() + (isNew ? ", of new values." : "."), one.comment());
            out.append("export const ").append(isNew ? name + "Input" : name).append(" = z.object({\n");
            for (Described.Member member : one.members()) {
                comment(out, member.comment());
                out.append("  ")
                        .append(Script.key(member.name()))
                        .append(": ")
                        .append(wire.inner(member.shape(), isNew).zod())
                        .append(isNew ? ".nullable().optional()" : ".nullable()")
                        .append(meta(null, member.comment()))
                        .append(",\n");
            }
            out.append("})").append(meta(one.name().toString(), one.comment())).append(";\n");
            infer(out, isNew ? name + "Input" : name, isNew ? "input" : "output");
        }
    }

    private static void comment(StringBuilder out, @Nullable String comment) {
        if (comment != null) {
            out.append(Script.comment(comment, "  "));
        }
    }

    private static void untranslated(StringBuilder out, String indent, List<Described.Untranslated> all) {
        for (Described.Untranslated one : all) {
            out.append(Script.comment(
                    "Not translated because of " + one.reason() + ": the check " + one.name() + ": " + one.expression(),
                    indent));
        }
    }

    private void entity(StringBuilder out, Described.Entity entity) {
        String name = names.entity(entity.name());
        String what = "of the " + entity.kind().word() + " " + entity.name();
        out.append('\n');
        untranslated(out, "", entity.untranslated());
        comment(out, "", "A row " + what + ".", entity.comment());
        object(out, name + "Row", entity, entity.read(), Purpose.ROW);
        if (entity.isWritten()) {
            out.append('\n');
            comment(out, "", "A new row " + what + ".", null);
            object(out, name + "Insert", entity, entity.inserted(), Purpose.INSERT);
            out.append('\n');
            comment(out, "", "A change to a row " + what + ".", null);
            object(out, name + "Update", entity, entity.updated(), Purpose.UPDATE);
        }
    }

    /** What an object is for. */
    private enum Purpose {
        ROW,
        INSERT,
        UPDATE
    }

    private void object(
            StringBuilder out, String name, Described.Entity entity, List<Described.Field> fields, Purpose purpose) {
        boolean isNew = purpose != Purpose.ROW;
        out.append("export const ").append(name).append(isNew ? " = z.strictObject({\n" : " = z.object({\n");
        for (Described.Field field : fields) {
            comment(out, field.comment());
            String zod = wire.of(field.shape(), isNew).zod();
            if (field.identity() != null && !isNew) {
                zod += ".brand<" + Script.string(field.identity()) + ">()";
            }
            zod += (field.nullable() ? ".nullable()" : "") + meta(null, field.comment());
            boolean optional = purpose == Purpose.UPDATE || (purpose == Purpose.INSERT && field.optional());
            out.append("  ")
                    .append(Script.key(field.name()))
                    .append(": ")
                    .append(optional ? "z.exactOptional(" + zod + ")" : zod)
                    .append(",\n");
        }
        out.append("})");
        refine(out, entity, fields, purpose);
        out.append(meta(entity.name().toString(), entity.comment())).append(";\n");
        infer(out, name, isNew ? "input" : "output");
    }

    private void refine(StringBuilder out, Described.Entity entity, List<Described.Field> fields, Purpose purpose) {
        boolean isNew = purpose != Purpose.ROW;
        Conditions conditions = new Conditions(described, fields, isNew);
        List<String> known = fields.stream().map(Described.Field::name).toList();
        List<Described.Rule> rules = entity.rules().stream()
                .filter(rule -> isNew || rule.rows())
                .filter(rule -> rule.columns().stream().anyMatch(known::contains))
                .toList();
        if (rules.isEmpty()) {
            return;
        }
        out.append(".superRefine((row, context) => {\n");
        for (Described.Rule rule : rules) {
            String path = rule.columns().size() == 1
                    ? "[" + Script.string(rule.columns().get(0)) + "]"
                    : "[]";
            hold(out, rule, path, conditions.ofRow(rule.condition(), purpose == Purpose.INSERT), "row");
        }
        out.append("})");
    }
}
