package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes plain TypeScript: types and nothing that runs, under the same names as the Zod schemas have. */
final class TypeScriptWriter {
    private static final String COMMON = """

            /** A document as JSON has it. */
            export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

            declare const brand: unique symbol;

            /** A value that is not to be taken for another of the same form. */
            export type Branded<T, Name extends string> = T & { readonly [brand]: { [name in Name]: true } };
            """;

    private final Described described;
    private final Profile profile;
    private final ModuleNames names;
    private final Wire wire;
    private final Set<String> imports = new TreeSet<>();
    private String schema = "";

    TypeScriptWriter(Described described, Profile profile) {
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
        files.add(new GeneratedFile(
                "src/index.ts",
                Header.PLAIN + "\n"
                        + names.lines(
                                "export type * as ",
                                described.parts().stream()
                                        .map(Described.Part::schema)
                                        .toList())
                        + "export type { Branded, Json } from './runtime.js';\n"));
        files.add(new GeneratedFile("src/runtime.ts", Header.PLAIN + COMMON));
        files.addAll(NpmPackage.files(packageName, ""));
        return files;
    }

    private String module(Described.Part part) {
        schema = part.schema();
        imports.clear();
        StringBuilder body = new StringBuilder();
        for (Described.Enumeration one : part.enumerations()) {
            comment(body, "", "The type " + one.name() + ".", one.comment());
            body.append("export type ")
                    .append(names.type(one.name()))
                    .append(" = ")
                    .append(
                            one.labels().isEmpty()
                                    ? "never"
                                    : one.labels().stream().map(Script::string).collect(Collectors.joining(" | ")))
                    .append(";\n");
        }
        for (Described.Domain one : part.domains()) {
            String name = names.type(one.name());
            comment(body, "", "The domain " + one.name() + ".", one.comment());
            body.append("export type ")
                    .append(name)
                    .append(" = ")
                    .append(branded(
                            wire.of(one.base(), false).typescript(), one.name().toString()))
                    .append(";\n");
            comment(body, "", "The domain " + one.name() + ", of new values.", null);
            body.append("export type ")
                    .append(name)
                    .append("Input = ")
                    .append(wire.of(one.base(), true).typescript())
                    .append(";\n");
        }
        if (profile == Profile.JSON) {
            part.composites().forEach(one -> composite(body, one));
        }
        part.entities().forEach(entity -> entity(body, entity));
        StringBuilder text = new StringBuilder(Header.of(part, profile, "TypeScript 5 or later"));
        if (part.comment() != null) {
            text.append('\n').append(Script.comment(part.comment(), ""));
        }
        text.append("\nimport type { Branded, Json } from './runtime.js';\n");
        return text.append(names.lines("import type * as ", imports))
                .append(body)
                .toString();
    }

    private Wire.Carrier reference(ObjectName name, boolean isNew) {
        String type = names.type(name);
        if (type.equals("Unknown")) {
            return new Wire.Carrier("", "unknown");
        }
        String value = described.enumeration(name).isPresent() || !isNew ? type : type + "Input";
        if (name.schema().equals(schema)) {
            return new Wire.Carrier("", value);
        }
        imports.add(name.schema());
        return new Wire.Carrier("", names.module(name.schema()) + "." + value);
    }

    private static String branded(String type, String name) {
        return "Branded<" + type + ", " + Script.string(name) + ">";
    }

    private static void comment(StringBuilder out, String indent, String first, @Nullable String comment) {
        out.append(indent.isEmpty() ? "\n" : "")
                .append(Script.comment(comment == null ? first : first + "\n\n" + comment, indent));
    }

    private void composite(StringBuilder out, Described.Composite one) {
        for (boolean isNew : new boolean[] {false, true}) {
            comment(out, "", "The type " + one.name() + (isNew ? ", of new values." : "."), one.comment());
            out.append("export interface ").append(names.type(one.name())).append(isNew ? "Input {\n" : " {\n");
            for (Described.Member member : one.members()) {
                if (member.comment() != null) {
                    out.append(Script.comment(member.comment(), "  "));
                }
                out.append("  ")
                        .append(Script.member(member.name()))
                        .append(isNew ? "?: " : ": ")
                        .append(wire.inner(member.shape(), isNew).typescript())
                        .append(isNew ? " | null | undefined;\n" : " | null;\n");
            }
            out.append("}\n");
        }
    }

    private void entity(StringBuilder out, Described.Entity entity) {
        String name = names.entity(entity.name());
        String what = "of the " + entity.kind().word() + " " + entity.name();
        comment(out, "", "A row " + what + ".", entity.comment());
        block(out, name + "Row", entity.read(), field -> {
            String type = wire.of(field.shape(), false).typescript();
            field(out, field, "", field.identity() == null ? type : branded(type, field.identity()));
        });
        if (entity.isWritten()) {
            comment(out, "", "A new row " + what + ".", null);
            block(
                    out,
                    name + "Insert",
                    entity.inserted(),
                    field -> field(
                            out,
                            field,
                            field.optional() ? "?" : "",
                            wire.of(field.shape(), true).typescript()));
            comment(out, "", "A change to a row " + what + ".", null);
            block(
                    out,
                    name + "Update",
                    entity.updated(),
                    field -> field(out, field, "?", wire.of(field.shape(), true).typescript()));
        }
    }

    private static void block(
            StringBuilder out, String name, List<Described.Field> fields, Consumer<Described.Field> writer) {
        if (fields.isEmpty()) {
            // an interface without members takes anything
            out.append("export type ").append(name).append(" = Record<string, never>;\n");
            return;
        }
        out.append("export interface ").append(name).append(" {\n");
        fields.forEach(writer);
        out.append("}\n");
    }

    private static void field(StringBuilder out, Described.Field field, String mark, String type) {
        if (field.comment() != null) {
            out.append(Script.comment(field.comment(), "  "));
        }
        out.append("  ")
                .append(Script.member(field.name()))
                .append(mark)
                .append(": ")
                .append(type)
                .append(field.nullable() && !type.equals("unknown") ? " | null;\n" : ";\n");
    }
}
