package dev.lockkeeper.describe.model;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Exclusion;
import dev.lockkeeper.catalog.model.ForeignKey;
import dev.lockkeeper.catalog.model.Grant;
import dev.lockkeeper.catalog.model.Index;
import dev.lockkeeper.catalog.model.Key;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Namespace;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Partitioning;
import dev.lockkeeper.catalog.model.Policy;
import dev.lockkeeper.catalog.model.Publication;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.Routine;
import dev.lockkeeper.catalog.model.Sequence;
import dev.lockkeeper.catalog.model.Trigger;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.source.JsonFields;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The model of a database as a file beside the dictionary: JSON with a line for each object, so that a difference of two files reads well. It is
 * read back to the last field; what it does not know is refused.
 */
public final class ModelFile {
    /** The form of the file. */
    static final String SCHEMA = "lockkeeper/model/v1";

    private static final JsonFields.Form FORM =
            new JsonFields.Form(Code.DOCS_FILE, "model", "write it anew from the migrations: lockkeeper docs generate");

    private ModelFile() {}

    /** The text of the file. */
    public static String write(Documented documented) {
        return ModelWriter.text(documented.model());
    }

    /**
     * What a file holds.
     *
     * @param file its name, to be told
     * @throws dev.lockkeeper.problem.LockkeeperException {@code docs-file} with the place where it is not what was written
     */
    public static Documented read(String file, String text) {
        JsonFields fields = JsonFields.read(file, text, FORM);
        String schema = fields.text("schema");
        if (!schema.equals(SCHEMA)) {
            throw fields.bad("the file is of the form " + schema + ", and " + SCHEMA + " is needed")
                    .asException();
        }
        Model model = new Model(
                all(
                        fields,
                        "schemas",
                        one -> new Namespace(one.text("name"), "", one.textOrNull("comment"), grants(one))),
                all(fields, "relations", ModelFile::relation),
                all(fields, "types", ModelFile::type),
                all(fields, "sequences", ModelFile::sequence),
                all(fields, "routines", ModelFile::routine),
                all(
                        fields,
                        "publications",
                        one -> new Publication(
                                one.text("name"),
                                one.flag("everything"),
                                all(
                                        one,
                                        "tables",
                                        table -> new Publication.Published(
                                                name(table, "table"), table.texts("columns"))))),
                fields.texts("extensions"));
        fields.end();
        return new Documented(model);
    }

    private static <T> List<T> all(JsonFields fields, String name, Function<JsonFields, T> reader) {
        return fields.objects(name).stream().map(one -> whole(one, reader)).toList();
    }

    private static <T> T whole(JsonFields fields, Function<JsonFields, T> reader) {
        T read = reader.apply(fields);
        fields.end();
        return read;
    }

    private static <T> @Nullable T orNull(JsonFields fields, String name, Function<JsonFields, T> reader) {
        JsonFields object = fields.objectOrNull(name);
        return object == null ? null : whole(object, reader);
    }

    private static <E extends Enum<E>> E word(JsonFields fields, String name, Class<E> words) {
        String word = fields.text(name);
        for (E one : words.getEnumConstants()) {
            if (one.name().equals(word)) {
                return one;
            }
        }
        throw fields.bad("the field " + name + " is " + word + ", which is not known here")
                .asException();
    }

    private static ObjectName name(JsonFields fields) {
        return new ObjectName(fields.text("schema"), fields.text("name"));
    }

    private static ObjectName name(JsonFields fields, String field) {
        return whole(fields.object(field), ModelFile::name);
    }

    private static ColumnName columnName(JsonFields fields) {
        return new ColumnName(name(fields, "relation"), fields.text("column"));
    }

    private static TypeRef typeRef(JsonFields fields, String field) {
        return whole(
                fields.object(field),
                one -> new TypeRef(
                        name(one, "name"), one.text("spelled"), one.flag("array"), (int) one.number("modifier")));
    }

    private static List<Grant> grants(JsonFields fields) {
        return all(
                fields, "grants", one -> new Grant(one.text("grantee"), one.text("privilege"), one.flag("grantable")));
    }

    private static Relation relation(JsonFields one) {
        return new Relation(
                name(one, "name"),
                word(one, "kind", Relation.Kind.class),
                "",
                one.textOrNull("comment"),
                one.flag("logged"),
                all(one, "parents", ModelFile::name),
                orNull(one, "partitioning", ModelFile::partitioning),
                one.textOrNull("definition"),
                all(one, "reads", ModelFile::columnName),
                one.flag("rowSecurity"),
                one.flag("forcedRowSecurity"),
                one.textOrNull("server"),
                one.texts("options"),
                one.text("replicaIdentity"),
                all(one, "columns", ModelFile::column),
                all(one, "keys", ModelFile::key),
                all(one, "foreignKeys", ModelFile::foreignKey),
                all(one, "checks", ModelFile::check),
                all(one, "exclusions", ModelFile::exclusion),
                all(one, "indexes", ModelFile::index),
                all(one, "policies", ModelFile::policy),
                all(one, "triggers", ModelFile::trigger),
                grants(one));
    }

    private static Partitioning partitioning(JsonFields one) {
        return new Partitioning(one.text("strategy"), one.text("key"), one.texts("columns"), 0);
    }

    private static Column column(JsonFields one) {
        return new Column(
                one.count("number"),
                one.text("name"),
                typeRef(one, "type"),
                one.flag("required"),
                one.flagOrFalse("unproven"),
                one.textOrNull("default"),
                word(one, "making", Column.Making.class),
                one.textOrNull("collation"),
                one.textOrNull("comment"),
                one.texts("reads"),
                grants(one));
    }

    private static Key key(JsonFields one) {
        return new Key(
                one.text("name"),
                one.flag("primary"),
                one.texts("columns"),
                one.flag("nullsDistinct"),
                one.flag("deferrable"),
                one.text("definition"),
                one.textOrNull("comment"));
    }

    private static ForeignKey foreignKey(JsonFields one) {
        return new ForeignKey(
                one.text("name"),
                one.texts("columns"),
                name(one, "target"),
                one.texts("targetColumns"),
                one.text("onDelete"),
                one.text("onUpdate"),
                one.flag("deferrable"),
                one.flag("validated"),
                one.flag("enforced"),
                one.text("definition"),
                one.textOrNull("comment"));
    }

    private static Check check(JsonFields one) {
        return new Check(
                one.text("name"),
                one.text("expression"),
                one.texts("columns"),
                one.flag("validated"),
                one.flag("enforced"),
                one.textOrNull("comment"));
    }

    private static Exclusion exclusion(JsonFields one) {
        return new Exclusion(one.text("name"), one.text("definition"), one.textOrNull("comment"));
    }

    // that its columns may be null is not read from the class file of another module
    @SuppressWarnings("NullAway")
    private static Index index(JsonFields one) {
        return new Index(
                one.text("name"),
                one.text("method"),
                one.flag("unique"),
                one.textsOrNull("columns"),
                one.texts("included"),
                one.texts("reads"),
                one.textOrNull("condition"),
                one.flag("constraint"),
                one.flag("valid"),
                one.text("definition"),
                one.textOrNull("comment"));
    }

    private static Policy policy(JsonFields one) {
        return new Policy(
                one.text("name"),
                one.flag("permissive"),
                one.text("command"),
                one.texts("roles"),
                one.textOrNull("using"),
                one.textOrNull("check"),
                one.textOrNull("comment"));
    }

    private static Trigger trigger(JsonFields one) {
        return new Trigger(
                one.text("name"),
                one.flag("enabled"),
                orNull(one, "routine", ModelFile::name),
                one.text("definition"),
                one.textOrNull("comment"));
    }

    private static UserType type(JsonFields one) {
        String kind = one.text("kind");
        return switch (kind) {
            case "enumeration" ->
                new UserType.Enumeration(name(one, "name"), one.texts("labels"), one.textOrNull("comment"));
            case "domain" ->
                new UserType.Domain(
                        name(one, "name"),
                        typeRef(one, "base"),
                        one.flag("required"),
                        one.textOrNull("default"),
                        one.textOrNull("collation"),
                        all(one, "checks", ModelFile::check),
                        one.textOrNull("comment"));
            case "composite" ->
                new UserType.Composite(
                        name(one, "name"), all(one, "fields", ModelFile::column), one.textOrNull("comment"));
            case "range" ->
                new UserType.Range(
                        name(one, "name"), typeRef(one, "subtype"), name(one, "multirange"), one.textOrNull("comment"));
            default ->
                throw one.bad("the field kind is " + kind + ", which is not known here")
                        .asException();
        };
    }

    private static Sequence sequence(JsonFields one) {
        return new Sequence(
                name(one, "name"),
                one.text("type"),
                one.number("start"),
                one.number("increment"),
                one.number("minimum"),
                one.number("maximum"),
                one.flag("cycles"),
                orNull(one, "owner", ModelFile::columnName),
                one.textOrNull("comment"));
    }

    private static Routine routine(JsonFields one) {
        return new Routine(
                name(one, "name"),
                word(one, "kind", Routine.Kind.class),
                one.text("arguments"),
                one.textOrNull("result"),
                one.text("language"),
                one.text("volatility"),
                one.flag("definer"),
                one.textOrNull("definition"),
                "",
                one.textOrNull("comment"),
                grants(one));
    }
}
