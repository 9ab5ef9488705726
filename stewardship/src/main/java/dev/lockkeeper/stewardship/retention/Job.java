package dev.lockkeeper.stewardship.retention;

import static dev.lockkeeper.database.Quote.identifier;
import static dev.lockkeeper.database.Quote.literal;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Relation;
import dev.lockkeeper.stewardship.classification.Retention;
import dev.lockkeeper.stewardship.classification.Rows;
import dev.lockkeeper.stewardship.classification.TableEntry;

/**
 * What is to go from one table.
 *
 * @param cutoff rows from before this time go, as the server writes it in UTC
 * @param held the condition for rows that must stay, as SQL over {@code t}; {@code false} for none
 * @param along the same for rows whose deletion would take others along that are still there
 * @param lasting the same for those of which some would not have gone before by their own rule
 */
public record Job(
        Relation relation,
        TableEntry entry,
        Retention retention,
        String cutoff,
        String held,
        String along,
        String lasting) {
    /** One whose rows take no others along. */
    Job(Relation relation, TableEntry entry, Retention retention, String cutoff, String held) {
        this(relation, entry, retention, cutoff, held, "false", "false");
    }

    Job with(String takenAlong, String staying) {
        return new Job(relation, entry, retention, cutoff, held, takenAlong, staying);
    }

    /** Whether rows are deleted one by one, by statements that follow foreign keys. */
    boolean deletes() {
        return retention.removes() && !retention.byPartition() && retention.call() == null;
    }

    /** The table in SQL. Tables that inherit from it have rules of their own. */
    String rows() {
        return (relation.partitioning() == null ? "only " : "")
                + relation.name().quoted();
    }

    /** For people. */
    public String table() {
        return relation.name().toString();
    }

    /** The condition for rows whose time is over, those under a hold included. */
    String over() {
        return retention.strategy() == Retention.Strategy.ANONYMIZE
                ? past() + " and " + Rows.unchanged(relation, entry, "t")
                : past();
    }

    /** The same, whether something is to be done about them or not. */
    String past() {
        String type = relation.column(retention.from())
                .map(Column::type)
                .orElseThrow()
                .spelled();
        return "t." + identifier(retention.from()) + " < cast(" + literal(cutoff) + " as " + type + ")";
    }

    /** The condition for rows that go. */
    String due() {
        return over() + " and (" + held + ") is not true and (" + along + ") is not true";
    }
}
