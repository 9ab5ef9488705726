package dev.lockkeeper.spark;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Groups of rows that PostgreSQL has. However many connections read them, and however often Spark repeats a task, all see one snapshot, which
 * is taken after the marks were.
 */
final class Reading implements AutoCloseable {
    private static final String RAW = "raw_rows";
    private static final String STAGED = "staged";
    private static final String FETCH = "10000";

    private final SparkSession spark;
    private final Dataset<Row> rows;
    private final @Nullable Connection holder;

    private Reading(SparkSession spark, Dataset<Row> rows, @Nullable Connection holder) {
        this.spark = spark;
        this.rows = rows;
        this.holder = holder;
    }

    static Reading of(SparkSession spark, Source source, JsonNode request) throws SQLException {
        Connection holder = null;
        boolean done = false;
        try {
            String snapshot = null;
            if (request.hasNonNull("transaction")) {
                holder = source.connect();
                snapshot = snapshot(holder, request.path("transaction").asText());
            }
            raw(spark, source, request, snapshot).createOrReplaceTempView(RAW);
            spark.sql(request.path("typed").asText()).createOrReplaceTempView(STAGED);
            Reading reading = new Reading(spark, spark.sql(request.path("sql").asText()), holder);
            done = true;
            return reading;
        } finally {
            if (!done && holder != null) {
                holder.close();
            }
        }
    }

    private static String snapshot(Connection holder, String transaction) throws SQLException {
        holder.setAutoCommit(false);
        holder.setReadOnly(true);
        holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        Source.requireInProgress(holder, transaction);
        try (Statement statement = holder.createStatement();
                ResultSet result = statement.executeQuery("select pg_catalog.pg_export_snapshot()")) {
            result.next();
            return result.getString(1);
        }
    }

    private static Dataset<Row> raw(SparkSession spark, Source source, JsonNode request, @Nullable String snapshot) {
        Properties properties = new Properties();
        properties.putAll(source.properties());
        properties.setProperty("driver", "org.postgresql.Driver");
        // with a size the driver reads by a cursor, and so in a transaction
        properties.setProperty("fetchsize", FETCH);
        if (snapshot != null) {
            properties.setProperty(
                    "sessionInitStatement",
                    "set transaction isolation level repeatable read, read only; set transaction snapshot '" + snapshot
                            + "'");
        }
        String table = "(" + request.path("query").asText() + ") q";
        List<String> parts = new ArrayList<>();
        request.path("parts").forEach(one -> parts.add(one.asText()));
        return parts.isEmpty()
                ? spark.read().jdbc(source.url(), table, properties)
                : spark.read().jdbc(source.url(), table, parts.toArray(String[]::new), properties);
    }

    Dataset<Row> rows() {
        return rows;
    }

    @Override
    public void close() throws SQLException {
        spark.catalog().dropTempView(STAGED);
        spark.catalog().dropTempView(RAW);
        if (holder != null) {
            holder.close();
        }
    }
}
