package dev.lockkeeper.cli;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.ColumnName;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.describe.dictionary.Labels;
import dev.lockkeeper.describe.types.Exposure;
import dev.lockkeeper.project.Project;
import dev.lockkeeper.stewardship.classification.Classification;
import dev.lockkeeper.stewardship.classification.ColumnEntry;
import dev.lockkeeper.stewardship.classification.DataClass;
import dev.lockkeeper.stewardship.classification.Protection;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.TableEntry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the classification of a project says, for its dictionary and its types. */
record DataLabels(Classification classification) implements Labels, Exposure {
    /** Nothing where the project does not classify its data. */
    static Labels labels(@Nullable Project project) {
        return DataChecking.isAsked(project) ? new DataLabels(DataChecking.classification(project)) : Labels.none();
    }

    /** Everything where the project does not classify its data. */
    static Exposure exposure(@Nullable Project project) {
        return DataChecking.isAsked(project) ? new DataLabels(DataChecking.classification(project)) : Exposure.ALL;
    }

    @Override
    public boolean isEmpty() {
        return false;
    }

    @Override
    public Optional<String> owner(ObjectName table) {
        return classification.table(table).map(TableEntry::owner);
    }

    @Override
    public Optional<String> keep(ObjectName table) {
        return classification.table(table).map(TableEntry::retention).map(DataLabels::keep);
    }

    private static String keep(Retention retention) {
        if (!retention.ends()) {
            return "for ever";
        }
        String unit = retention.days() == 1 ? " day after " : " days after ";
        return retention.days() + unit + retention.from() + ", then "
                + retention.strategy().key();
    }

    @Override
    public Optional<String> classOf(ColumnName column) {
        return entry(column.relation(), column.column()).flatMap(DataLabels::told);
    }

    private static Optional<String> told(ColumnEntry entry) {
        DataClass level = entry.level();
        Protection protection = entry.protection();
        String form = protection == null ? "" : ", " + protection.key();
        String with = entry.with() == null ? "" : " (" + entry.with() + ")";
        return level == null ? Optional.empty() : Optional.of(level.key() + form + with);
    }

    /** A column that the file hides is written by programs and not read. */
    @Override
    public boolean reads(Relation relation, Column column) {
        return entry(relation.name(), column.name())
                .map(entry -> !entry.hidden())
                .orElse(true);
    }

    private Optional<ColumnEntry> entry(ObjectName table, String column) {
        return classification.table(table).flatMap(entry -> entry.column(column));
    }
}
