package dev.lockkeeper.describe.model;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Grant;
import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.catalog.model.Policy;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.catalog.model.Sequence;
import dev.lockkeeper.catalog.model.Trigger;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import java.io.StringWriter;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/** Writes the file of a model, see {@link ModelFile}. Not thread-safe. */
final class ModelWriter {
    private final Lines lines;
    private final JsonGenerator out;

    private ModelWriter(Lines lines, JsonGenerator out) {
        this.lines = lines;
        this.out = out;
    }

    static String text(Model model) {
        Lines lines = new Lines();
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(lines.context(), text)) {
            new ModelWriter(lines, out).model(model);
        }
        return text + "\n";
    }

    private void model(Model model) {
        out.writeStartObject();
        text("schema", ModelFile.SCHEMA);
        lines("schemas", model.schemas(), schema -> {
            text("name", schema.name());
            text("comment", schema.comment());
            grants(schema.grants());
        });
        lines("relations", model.relations(), this::relation);
        lines("types", model.types(), this::type);
        lines("sequences", model.sequences(), this::sequence);
        lines("routines", model.routines(), this::routine);
        lines("publications", model.publications(), publication -> {
            text("name", publication.name());
            flag("everything", publication.everything());
            objects("tables", publication.tables(), table -> {
                name("table", table.table());
                texts("columns", table.columns());
            });
        });
        texts("extensions", model.extensions());
        out.writeEndObject();
    }

    private void relation(Relation one) {
        name("name", one.name());
        text("kind", one.kind().name());
        text("comment", one.comment());
        flag("logged", one.logged());
        names("parents", one.parents());
        Partitioning partitioning = one.partitioning();
        if (partitioning == null) {
            out.writeNullProperty("partitioning");
        } else {
            object("partitioning", () -> {
                text("strategy", partitioning.strategy());
                text("key", partitioning.key());
                texts("columns", partitioning.columns());
            });
        }
        text("definition", one.definition());
        objects("reads", one.reads(), this::column);
        flag("rowSecurity", one.rowSecurity());
        flag("forcedRowSecurity", one.forcedRowSecurity());
        text("server", one.server());
        texts("options", one.options());
        text("replicaIdentity", one.replicaIdentity());
        lines("columns", one.columns(), this::column);
        lines("keys", one.keys(), this::key);
        lines("foreignKeys", one.foreignKeys(), this::foreignKey);
        lines("checks", one.checks(), this::check);
        lines("exclusions", one.exclusions(), exclusion -> {
            text("name", exclusion.name());
            text("definition", exclusion.definition());
            text("comment", exclusion.comment());
        });
        lines("indexes", one.indexes(), this::index);
        lines("policies", one.policies(), this::policy);
        lines("triggers", one.triggers(), this::trigger);
        grants(one.grants());
    }

    private void column(Column one) {
        number("number", one.number());
        text("name", one.name());
        type("type", one.type());
        flag("required", one.required());
        if (one.unproven()) {
            // only there where it is so, for files that were written before it was told
            flag("unproven", true);
        }
        text("default", one.defaulted());
        text("making", one.making().name());
        text("collation", one.collation());
        text("comment", one.comment());
        texts("reads", one.reads());
        grants(one.grants());
    }

    private void column(ColumnName one) {
        name("relation", one.relation());
        text("column", one.column());
    }

    private void key(Key one) {
        text("name", one.name());
        flag("primary", one.primary());
        texts("columns", one.columns());
        flag("nullsDistinct", one.nullsDistinct());
        flag("deferrable", one.deferrable());
        text("definition", one.definition());
        text("comment", one.comment());
    }

    private void foreignKey(ForeignKey one) {
        text("name", one.name());
        texts("columns", one.columns());
        name("target", one.target());
        texts("targetColumns", one.targetColumns());
        text("onDelete", one.onDelete());
        text("onUpdate", one.onUpdate());
        flag("deferrable", one.deferrable());
        flag("validated", one.validated());
        flag("enforced", one.enforced());
        text("definition", one.definition());
        text("comment", one.comment());
    }

    private void check(Check one) {
        text("name", one.name());
        text("expression", one.expression());
        texts("columns", one.columns());
        flag("validated", one.validated());
        flag("enforced", one.enforced());
        text("comment", one.comment());
    }

    private void index(Index one) {
        text("name", one.name());
        text("method", one.method());
        flag("unique", one.unique());
        texts("columns", one.columns());
        texts("included", one.included());
        texts("reads", one.reads());
        text("condition", one.condition());
        flag("constraint", one.constraint());
        flag("valid", one.valid());
        text("definition", one.definition());
        text("comment", one.comment());
    }

    private void policy(Policy one) {
        text("name", one.name());
        flag("permissive", one.permissive());
        text("command", one.command());
        texts("roles", one.roles());
        text("using", one.using());
        text("check", one.check());
        text("comment", one.comment());
    }

    private void trigger(Trigger one) {
        text("name", one.name());
        flag("enabled", one.enabled());
        nameOrNull("routine", one.routine());
        text("definition", one.definition());
        text("comment", one.comment());
    }

    private void type(UserType type) {
        if (type instanceof UserType.Enumeration one) {
            text("kind", "enumeration");
            name("name", one.name());
            texts("labels", one.labels());
            text("comment", one.comment());
        } else if (type instanceof UserType.Domain one) {
            text("kind", "domain");
            name("name", one.name());
            type("base", one.base());
            flag("required", one.required());
            text("default", one.defaulted());
            text("collation", one.collation());
            text("comment", one.comment());
            lines("checks", one.checks(), this::check);
        } else if (type instanceof UserType.Composite one) {
            text("kind", "composite");
            name("name", one.name());
            text("comment", one.comment());
            lines("fields", one.fields(), this::column);
        } else if (type instanceof UserType.Range one) {
            text("kind", "range");
            name("name", one.name());
            type("subtype", one.subtype());
            name("multirange", one.multirange());
            text("comment", one.comment());
        }
    }

    private void sequence(Sequence one) {
        name("name", one.name());
        text("type", one.type());
        number("start", one.start());
        number("increment", one.increment());
        number("minimum", one.minimum());
        number("maximum", one.maximum());
        flag("cycles", one.cycles());
        ColumnName owner = one.owner();
        if (owner == null) {
            out.writeNullProperty("owner");
        } else {
            object("owner", () -> column(owner));
        }
        text("comment", one.comment());
    }

    private void routine(Routine one) {
        name("name", one.name());
        text("kind", one.kind().name());
        text("arguments", one.arguments());
        text("result", one.result());
        text("language", one.language());
        text("volatility", one.volatility());
        flag("definer", one.definer());
        text("definition", one.definition());
        text("comment", one.comment());
        grants(one.grants());
    }

    private void grants(List<Grant> grants) {
        objects("grants", grants, one -> {
            text("grantee", one.grantee());
            text("privilege", one.privilege());
            flag("grantable", one.grantable());
        });
    }

    private void type(String field, TypeRef type) {
        object(field, () -> {
            name("name", type.name());
            text("spelled", type.spelled());
            flag("array", type.array());
            number("modifier", type.modifier());
        });
    }

    private void name(String field, ObjectName name) {
        object(field, () -> {
            text("schema", name.schema());
            text("name", name.name());
        });
    }

    private void nameOrNull(String field, @Nullable ObjectName name) {
        if (name == null) {
            out.writeNullProperty(field);
        } else {
            name(field, name);
        }
    }

    private void names(String field, List<ObjectName> names) {
        objects(field, names, name -> {
            text("schema", name.schema());
            text("name", name.name());
        });
    }

    private void text(String field, @Nullable String text) {
        out.writeStringProperty(field, text);
    }

    private void number(String field, long number) {
        out.writeNumberProperty(field, number);
    }

    private void flag(String field, boolean flag) {
        out.writeBooleanProperty(field, flag);
    }

    private void texts(String field, List<? extends @Nullable String> texts) {
        out.writeArrayPropertyStart(field);
        texts.forEach(out::writeString);
        out.writeEndArray();
    }

    private void object(String field, Runnable content) {
        out.writeObjectPropertyStart(field);
        content.run();
        out.writeEndObject();
    }

    private <T> void lines(String field, List<T> items, Consumer<T> content) {
        out.writeName(field);
        lines.announce();
        items(items, content);
    }

    private <T> void objects(String field, List<T> items, Consumer<T> content) {
        out.writeName(field);
        items(items, content);
    }

    private <T> void items(List<T> items, Consumer<T> content) {
        out.writeStartArray();
        for (T item : items) {
            out.writeStartObject();
            content.accept(item);
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
