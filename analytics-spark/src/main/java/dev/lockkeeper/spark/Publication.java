package dev.lockkeeper.spark;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.spark.Spark3Util;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A day of a rollup in an Iceberg table: it becomes the given rows in one snapshot, and nothing is written when it has them already.
 *
 * <p>Somebody who was taken for dead must not put back an older day. The snapshot of the table is taken first, and then it is asked whether the
 * transaction that has sent the rows still goes on. If it does, it held the lock of the rollup until then, so that whoever comes after it writes
 * a later snapshot; and Iceberg refuses a day that others have written since the one that was taken.
 */
record Publication(SparkSession spark, Source source, JsonNode request, List<@Nullable String[]> rows) {
    private static final String INCOMING = "incoming";

    /**
     * What was done.
     *
     * @param snapshot that of the table now; zero for none
     */
    record Done(boolean written, long snapshot) {}

    Done publish() throws Exception {
        String name = request.path("table").asText();
        for (JsonNode statement : request.path("prepare")) {
            spark.sql(statement.asText());
        }
        Table table = Spark3Util.loadIcebergTable(spark, name);
        requireColumns(name);
        Snapshot base = table.currentSnapshot();
        try (Connection connection = source.connect()) {
            Source.requireInProgress(connection, request.path("transaction").asText());
        }
        if (base != null ? holds(name, base) : rows.isEmpty()) {
            return new Done(false, base == null ? 0 : base.snapshotId());
        }
        incoming().createOrReplaceTempView(INCOMING);
        try {
            var writer =
                    spark.sql(request.path("typed").asText()).writeTo(name).option("isolation-level", "serializable");
            if (base != null) {
                writer = writer.option("validate-from-snapshot-id", Long.toString(base.snapshotId()));
            }
            writer.overwrite(functions.expr(request.path("condition").asText()));
        } finally {
            spark.catalog().dropTempView(INCOMING);
        }
        table.refresh();
        return new Done(true, table.currentSnapshot().snapshotId());
    }

    /** Numbers would be rounded to what the table has, silently. */
    private void requireColumns(String name) {
        List<String> has = Arrays.stream(spark.table(name).schema().fields())
                .map(field -> field.name() + " " + field.dataType().sql().toLowerCase(java.util.Locale.ROOT))
                .toList();
        List<String> wanted = new ArrayList<>();
        request.path("columns").forEach(one -> wanted.add(one.asText()));
        if (!has.equals(wanted)) {
            throw new IllegalStateException(
                    "table " + name + " has the columns " + has + ", and the target has " + wanted);
        }
    }

    private boolean holds(String name, Snapshot base) {
        Map<List<@Nullable String>, Integer> left = new HashMap<>();
        rows.forEach(row -> left.merge(Arrays.asList(row), 1, Integer::sum));
        List<String> expressions = new ArrayList<>();
        request.path("held").forEach(one -> expressions.add(one.asText()));
        Iterator<Row> held = spark.read()
                .option("versionAsOf", Long.toString(base.snapshotId()))
                .table(name)
                .where(functions.expr(request.path("condition").asText()))
                .selectExpr(expressions.toArray(String[]::new))
                .toLocalIterator();
        while (held.hasNext()) {
            Row row = held.next();
            @Nullable String[] values = new String[row.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = row.isNullAt(i) ? null : row.getString(i);
            }
            Integer count = left.remove(Arrays.asList(values));
            if (count == null) {
                return false;
            }
            if (count > 1) {
                left.put(Arrays.asList(values), count - 1);
            }
        }
        return left.isEmpty();
    }

    private Dataset<Row> incoming() {
        int width = request.path("columns").size();
        StructField[] fields = new StructField[width];
        for (int i = 0; i < width; i++) {
            fields[i] = DataTypes.createStructField("c" + (i + 1), DataTypes.StringType, true);
        }
        List<Row> all =
                rows.stream().map(row -> RowFactory.create((Object[]) row)).toList();
        return spark.createDataFrame(all, new StructType(fields));
    }
}
