package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.Check;
import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Namespace;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Describes a model for programs: what its columns hold, which may be left out, which checks can be told beforehand. */
public final class Describer {
    private static final Set<String> CERTAIN = Set.of("C", "POSIX", "default", "ucs_basic");

    private final Model model;
    private final Exposure exposure;
    private final Shapes shapes;
    private final TypeNames types;
    private final Brands brands;

    private Describer(Model model, Exposure exposure) {
        this.model = model;
        this.exposure = exposure;
        this.shapes = new Shapes(model);
        this.types = new TypeNames(model);
        this.brands = new Brands(model);
    }

    /** The description of a model. Schemas in which there is nothing to read or write are left out. */
    public static Described describe(Model model, Exposure exposure) {
        Describer describer = new Describer(model, exposure);
        return new Described(model.schemas().stream()
                .map(describer::part)
                .filter(part -> !part.entities().isEmpty()
                        || !part.enumerations().isEmpty()
                        || !part.domains().isEmpty()
                        || !part.composites().isEmpty())
                .toList());
    }

    private Described.Part part(Namespace schema) {
        List<Described.Enumeration> enumerations = new ArrayList<>();
        List<Described.Domain> domains = new ArrayList<>();
        List<Described.Composite> composites = new ArrayList<>();
        for (UserType type : model.types()) {
            if (!type.name().schema().equals(schema.name())) {
                continue;
            }
            if (type instanceof UserType.Enumeration one) {
                enumerations.add(new Described.Enumeration(one.name(), one.labels(), one.comment()));
            } else if (type instanceof UserType.Domain one) {
                domains.add(domain(one));
            } else if (type instanceof UserType.Composite one) {
                composites.add(new Described.Composite(
                        one.name(),
                        one.fields().stream()
                                .map(f -> new Described.Member(f.name(), shapes.of(f.type()), f.comment()))
                                .toList(),
                        one.comment()));
            }
        }
        List<Described.Entity> entities = model.relations().stream()
                .filter(relation -> relation.name().schema().equals(schema.name()))
                .map(this::entity)
                .filter(entity -> entity.fields().isEmpty()
                        || entity.fields().stream().anyMatch(f -> f.reads() || f.inserts() || f.updates()))
                .toList();
        return new Described.Part(schema.name(), schema.comment(), enumerations, domains, composites, entities);
    }

    private Described.Domain domain(UserType.Domain domain) {
        List<Described.Rule> rules = new ArrayList<>();
        List<Described.Untranslated> untranslated = new ArrayList<>();
        ConditionReader reader = new ConditionReader(types, new ConditionReader.Columns() {
            @Override
            public Sort sort(String column) {
                requireCertain(domain.collation());
                requireWholeTime(domain.base());
                return shapes.sort(shapes.of(domain.base()));
            }

            @Override
            public boolean isWhole(String column) {
                return Describer.this.isWhole(domain.base());
            }
        });
        domain.checks().forEach(check -> read(reader, check, rules, untranslated));
        return new Described.Domain(
                domain.name(), shapes.of(domain.base()), isRequired(domain), rules, untranslated, domain.comment());
    }

    private static void read(
            ConditionReader reader,
            Check check,
            List<Described.Rule> rules,
            List<Described.Untranslated> untranslated) {
        if (!check.enforced()) {
            untranslated.add(new Described.Untranslated(check.name(), check.expression(), "it is not enforced"));
            return;
        }
        try {
            Term condition = reader.read(check.expression());
            rules.add(new Described.Rule(
                    check.name(), condition, Term.columns(condition), check.validated(), check.comment()));
        } catch (Unreadable e) {
            untranslated.add(new Described.Untranslated(check.name(), check.expression(), e.what()));
        } catch (StackOverflowError e) {
            untranslated.add(new Described.Untranslated(check.name(), check.expression(), "its depth"));
        }
    }

    private Described.Entity entity(Relation relation) {
        List<Described.Rule> rules = new ArrayList<>();
        List<Described.Untranslated> untranslated = new ArrayList<>();
        ConditionReader reader = new ConditionReader(types, new ConditionReader.Columns() {
            @Override
            public Sort sort(String column) {
                return Describer.this.sort(relation, column);
            }

            @Override
            public boolean isWhole(String column) {
                return relation.column(column).stream().anyMatch(one -> Describer.this.isWhole(one.type()));
            }
        });
        // the checks of foreign tables are what somebody says of another server's rows
        if (relation.isTable()) {
            relation.checks().forEach(check -> read(reader, check, rules, untranslated));
        }
        return new Described.Entity(
                relation.name(),
                relation.kind(),
                relation.comment(),
                relation.columns().stream()
                        .map(column -> field(relation, column, reader))
                        .toList(),
                rules,
                untranslated);
    }

    private Sort sort(Relation relation, String name) {
        Column column = relation.column(name).orElseThrow(() -> new Unreadable("the name " + name));
        requireCertain(column.collation());
        chain(column.type()).forEach(domain -> requireCertain(domain.collation()));
        requireWholeTime(column.type());
        return shapes.sort(shapes.of(column.type()));
    }

    private boolean isWhole(TypeRef type) {
        List<UserType.Domain> domains = chain(type);
        Shape shape = shapes.of(
                domains.isEmpty() ? type : domains.get(domains.size() - 1).base());
        return Set.of(Shape.Scalar.SMALLINT, Shape.Scalar.INTEGER, Shape.Scalar.BIGINT)
                .contains(shape);
    }

    /** A time that is rounded when it is stored would be judged before. */
    private void requireWholeTime(TypeRef type) {
        List<UserType.Domain> domains = chain(type);
        TypeRef bare =
                domains.isEmpty() ? type : domains.get(domains.size() - 1).base();
        boolean rounded = bare.isBuiltIn()
                && bare.modifier() >= 0
                && Set.of("timestamp", "timestamptz", "time", "timetz", "interval")
                        .contains(bare.name().name());
        if (rounded) {
            throw new Unreadable("a time of limited precision");
        }
    }

    /** Some collations take different texts for the same one. */
    private static void requireCertain(@Nullable String collation) {
        if (collation != null && !CERTAIN.contains(collation.replaceFirst("^(pg_catalog\\.)?\"?([^\"]*)\"?$", "$2"))) {
            throw new Unreadable("the collation " + collation);
        }
    }

    private Described.Field field(Relation relation, Column column, ConditionReader reader) {
        boolean table = relation.isTable();
        List<UserType.Domain> domains = chain(column.type());
        boolean required = table && (column.required() || domains.stream().anyMatch(UserType.Domain::required));
        @Nullable String written = column.defaulted();
        for (UserType.Domain domain : domains) {
            written = written == null ? domain.defaulted() : written;
        }
        boolean made = column.isComputed();
        return new Described.Field(
                column.name(),
                shapes.of(column.type()),
                !required || (column.unproven() && domains.stream().noneMatch(UserType.Domain::required)),
                !required || written != null || column.making() != Column.Making.GIVEN,
                made || column.making() != Column.Making.GIVEN ? null : fallback(relation, column, written, reader),
                isKey(shapes.of(column.type()))
                        ? brands.of(new ColumnName(relation.name(), column.name()))
                                .orElse(null)
                        : null,
                made,
                column.making() == Column.Making.IDENTITY_ALWAYS,
                exposure.reads(relation, column),
                table && !made && exposure.inserts(relation, column),
                table && !made && exposure.updates(relation, column),
                column.comment());
    }

    private static boolean isKey(Shape shape) {
        return shape instanceof Shape.Varchar
                || shape instanceof Shape.Char
                || shape instanceof Shape.Numeric
                || (shape instanceof Shape.Scalar scalar
                        && Set.of(
                                        Shape.Scalar.SMALLINT,
                                        Shape.Scalar.INTEGER,
                                        Shape.Scalar.BIGINT,
                                        Shape.Scalar.UUID,
                                        Shape.Scalar.TEXT,
                                        Shape.Scalar.CITEXT)
                                .contains(scalar));
    }

    /** Without a default a column that is left out is NULL. */
    private Term.@Nullable Constant fallback(
            Relation relation, Column column, @Nullable String written, ConditionReader reader) {
        try {
            Sort sort = sort(relation, column.name());
            if (written == null) {
                return new Term.Constant(sort, null);
            }
            return ConditionReader.adopted(reader.value(written), sort) instanceof Term.Constant constant
                            && (constant.sort().equals(sort) || constant.text() == null)
                    ? constant
                    : null;
        } catch (Unreadable e) {
            return null;
        }
    }

    /** The domains that a type is, from the outermost to the innermost. */
    private List<UserType.Domain> chain(TypeRef type) {
        List<UserType.Domain> chain = new ArrayList<>();
        Set<Object> seen = new HashSet<>();
        TypeRef at = type;
        while (!at.array()
                && seen.add(at.name())
                && model.type(at.name()).orElse(null) instanceof UserType.Domain next) {
            chain.add(next);
            at = next.base();
        }
        return chain;
    }

    private boolean isRequired(UserType.Domain domain) {
        return domain.required() || chain(domain.base()).stream().anyMatch(UserType.Domain::required);
    }
}
