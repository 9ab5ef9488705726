package dev.lockkeeper.stewardship.classification;

import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.catalog.model.TypeRef;
import dev.lockkeeper.catalog.model.UserType;
import dev.lockkeeper.problem.Place;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What rules look at: what a classification file says, and what there is.
 *
 * @param model of the database
 * @param platform tables that the prelude has made; they are others'
 * @param levels the class of each column
 * @param parts what single partitions have of their own
 * @param samples what rows of the database show
 * @param trials changes that were tried and taken back, and failed
 */
public record Scene(
        Classification classification,
        Model model,
        Set<ObjectName> platform,
        Levels levels,
        Parts parts,
        Samples samples,
        List<Trial> trials) {
    public Scene {
        platform = Set.copyOf(platform);
        trials = List.copyOf(trials);
    }

    /** A scene in which nothing was tried. */
    public static Scene of(
            Classification classification, Model model, Set<ObjectName> platform, Lineage lineage, Samples samples) {
        return of(classification, model, platform, lineage, Parts.none(), samples);
    }

    /** The same with what partitions have. */
    public static Scene of(
            Classification classification,
            Model model,
            Set<ObjectName> platform,
            Lineage lineage,
            Parts parts,
            Samples samples) {
        return new Scene(
                classification, model, platform, new Levels(classification, model, lineage), parts, samples, List.of());
    }

    /** The same with what was tried. */
    public Scene with(List<Trial> tried) {
        return new Scene(classification, model, platform, levels, parts, samples, tried);
    }

    /** Tables with rows that the project answers for. */
    public Stream<Relation> tables() {
        return model.relations().stream().filter(Scene::holds).filter(relation -> !platform.contains(relation.name()));
    }

    /** Whether a relation holds rows itself. */
    public static boolean holds(Relation relation) {
        return relation.kind() == Relation.Kind.TABLE || relation.kind() == Relation.Kind.FOREIGN_TABLE;
    }

    /** Tables that are both there and in the file. */
    public Stream<Classified> classified() {
        return classification.tables().values().stream()
                .flatMap(entry -> model.relation(entry.name()).map(found -> new Classified(found, entry)).stream());
    }

    /** A relation and what the file says of it. */
    public record Classified(Relation relation, TableEntry entry) {
        /** Its columns that are in the file. */
        public Stream<ClassifiedColumn> columns() {
            return relation.columns().stream()
                    .flatMap(column ->
                            entry
                                    .column(column.name())
                                    .map(said -> new ClassifiedColumn(relation, column, said))
                                    .stream());
        }
    }

    /** Where the file speaks of a column, or of its table, or the file itself. */
    public Place place(ColumnName column) {
        Optional<TableEntry> table = classification.table(column.relation());
        return table.flatMap(entry -> entry.column(column.column()))
                .map(ColumnEntry::place)
                .or(() -> table.map(TableEntry::place))
                .orElse(Place.of(classification.file()));
    }

    /** The type behind the domains of a column, by its name. */
    public String base(TypeRef type) {
        if (type.isBuiltIn()) {
            return type.name().name();
        }
        return model.type(type.name())
                .filter(UserType.Domain.class::isInstance)
                .map(UserType.Domain.class::cast)
                .map(domain -> base(domain.base()))
                .orElse(type.name().name());
    }
}
