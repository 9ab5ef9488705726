package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.analytics.definition.Rollup;
import dev.lockkeeper.analytics.dialect.Span;
import dev.lockkeeper.analytics.dialect.SparkDialect;
import dev.lockkeeper.catalog.model.ObjectName;
import dev.lockkeeper.source.Checksum;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The Iceberg table that has what the target of a rollup has, but for the time of writing: a partition for each grain and day. Pure.
 *
 * @param warehouse the folder or URI of all tables
 */
record SparkTable(String warehouse, Rollup rollup, List<SparkColumn> columns) {
    /** The catalog that the process is told of. */
    static final String CATALOG = "lockkeeper";

    private static final SparkDialect DIALECT = new SparkDialect();
    private static final int ENOUGH = 16;

    String name() {
        return DIALECT.identifier(CATALOG) + "." + DIALECT.table(rollup.target().name());
    }

    /** What makes it, where it is not there. */
    List<String> prepare() {
        ObjectName target = rollup.target().name();
        Rollup.Field grain = rollup.columns().grain();
        return List.of(
                "create namespace if not exists " + DIALECT.identifier(CATALOG) + "."
                        + DIALECT.identifier(target.schema()),
                "create table if not exists " + name() + " ("
                        + columns.stream()
                                .map(one -> one.name() + " " + SparkColumn.type(one.kind()))
                                .collect(Collectors.joining(", "))
                        + ") using iceberg partitioned by ("
                        + (grain == null ? "" : DIALECT.identifier(grain.name()) + ", ") + "days("
                        + DIALECT.identifier(rollup.columns().bucket().name()) + ")) location "
                        + DIALECT.text(location(target))
                        + " tblproperties ('format-version' = '2', 'write.metadata.delete-after-commit.enabled' = 'true',"
                        + " 'write.metadata.previous-versions-max' = '20')");
    }

    /** Names may have anything in them, a path may not. */
    private String location(ObjectName target) {
        return warehouse.replaceFirst("/+$", "") + "/" + plain(target.schema()) + "/" + plain(target.name());
    }

    private static String plain(String name) {
        return name.matches("[a-z0-9_]+")
                ? name
                : name.replaceAll("[^A-Za-z0-9_]+", "_") + "-"
                        + Checksum.of(name).value().replaceFirst(".*:", "").substring(0, ENOUGH);
    }

    /** As the process finds it when the table is there already. */
    List<String> types() {
        return columns.stream()
                .map(one -> one.kind().name() + " " + SparkColumn.type(one.kind()))
                .toList();
    }

    /** Which rows are of a day and a grain. */
    String condition(Grain grain, Span day) {
        Rollup.Field column = rollup.columns().grain();
        return (column == null ? "" : DIALECT.identifier(column.name()) + " = " + DIALECT.text(grain.word()) + " and ")
                + DIALECT.within(DIALECT.identifier(rollup.columns().bucket().name()), day);
    }

    String written() {
        return "select " + columns.stream().map(SparkColumn::written).collect(Collectors.joining(", "))
                + " from incoming";
    }

    List<String> held() {
        return columns.stream().map(SparkColumn::held).toList();
    }
}
