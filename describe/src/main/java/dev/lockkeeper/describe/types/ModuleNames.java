package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.ObjectName;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What files, modules, types and tables are called in JavaScript: the same in every module that is written. */
final class ModuleNames {
    private static final Set<String> FILES = Set.of("index", "runtime");
    /** What the modules themselves speak of, or what would hide something that everybody knows. */
    private static final Set<String> RESERVED = Set.of(
            "Array",
            "BigInt",
            "Boolean",
            "Branded",
            "Date",
            "Error",
            "Function",
            "Json",
            "K",
            "Map",
            "Math",
            "Number",
            "Object",
            "Omit",
            "Partial",
            "Pick",
            "Promise",
            "Record",
            "RegExp",
            "Set",
            "String",
            "Symbol",
            "Uint8Array",
            "Z");

    private final Map<String, String> files = new HashMap<>();
    private final Map<String, String> modules = new HashMap<>();
    private final Map<ObjectName, String> names = new HashMap<>();
    private final Map<ObjectName, String> types = new HashMap<>();

    ModuleNames(Described described) {
        Identifiers fileNames = new Identifiers(FILES);
        Identifiers moduleNames = new Identifiers(Set.of("z", "k", "row", "value", "context", "one"));
        for (Described.Part part : described.parts()) {
            files.put(part.schema(), fileNames.take(Identifiers.file(part.schema())));
            // a word of the language is no name for what is imported
            String module = Identifiers.camel(part.schema());
            modules.put(part.schema(), moduleNames.take(Reserved.SCRIPT.contains(module) ? module + "Schema" : module));
            Identifiers taken = new Identifiers(RESERVED);
            part.entities()
                    .forEach(entity -> names.put(
                            entity.name(),
                            taken.take(Identifiers.pascal(entity.name().name()), "Row", "Insert", "Update")));
            part.enumerations().forEach(type -> type(taken, type.name()));
            part.domains().forEach(type -> type(taken, type.name()));
            part.composites().forEach(type -> type(taken, type.name()));
        }
    }

    /** A table and a type may have one name, because a table is a type. */
    private void type(Identifiers taken, ObjectName name) {
        types.put(name, taken.take(Identifiers.pascal(name.name()), "Input"));
    }

    String file(String schema) {
        return files.getOrDefault(schema, schema);
    }

    String module(String schema) {
        return modules.getOrDefault(schema, schema);
    }

    /** A line for the module of each of these schemas, which begins so. */
    String lines(String begin, Collection<String> schemas) {
        StringBuilder text = new StringBuilder();
        schemas.forEach(schema -> text.append(begin)
                .append(module(schema))
                .append(" from './")
                .append(file(schema))
                .append(".js';\n"));
        return text.toString();
    }

    String entity(ObjectName name) {
        return names.getOrDefault(name, "Unknown");
    }

    String type(ObjectName name) {
        return types.getOrDefault(name, "Unknown");
    }
}
