package dev.lockkeeper.analytics;

import dev.lockkeeper.analytics.adapter.SparkAdapter;
import dev.lockkeeper.project.SparkSettings;
import dev.lockkeeper.project.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** What Spark has left in Iceberg, read without Spark. */
record Lake(Path folder, Target target, String schema) {
    SparkAdapter adapter(Map<String, String> conf) {
        return adapter(folder.resolve("jars"), Duration.ofMinutes(5), conf);
    }

    SparkAdapter adapter(Path jars, Duration timeout, Map<String, String> conf) {
        return new SparkAdapter(
                new SparkSettings(jars, "local[2]", folder.resolve("lake").toString(), "1g", 2, timeout, null, conf),
                target);
    }

    /** The process in which Spark works. */
    static ProcessHandle process() {
        return ProcessHandle.current()
                .descendants()
                .filter(one -> one.info()
                        .arguments()
                        .map(Arrays::asList)
                        .orElse(List.of())
                        .contains("dev.lockkeeper.spark.Worker"))
                .findFirst()
                .orElseThrow();
    }

    private JdbcCatalog catalog() {
        Properties credentials = target.credentials(target.hosts().get(0), new Properties());
        JdbcCatalog catalog = new JdbcCatalog();
        catalog.setConf(new Configuration());
        catalog.initialize(
                "lockkeeper",
                Map.of(
                        CatalogProperties.URI,
                        target.jdbcUrl(),
                        CatalogProperties.WAREHOUSE_LOCATION,
                        folder.resolve("lake").toString(),
                        "jdbc.user",
                        credentials.getProperty("user"),
                        "jdbc.password",
                        credentials.getProperty("password"),
                        "jdbc.currentSchema",
                        '"' + schema.replace("\"", "\"\"") + '"',
                        "jdbc.schema-version",
                        "V1",
                        "jdbc.init-catalog-tables",
                        "false"));
        return catalog;
    }

    /** The rows of a table, sorted, columns divided by a bar, times and numbers as Java writes them. */
    List<String> rows(String namespace, String table) throws Exception {
        try (JdbcCatalog catalog = catalog();
                CloseableIterable<Record> records = IcebergGenerics.read(
                                catalog.loadTable(TableIdentifier.of(Namespace.of(namespace), table)))
                        .build()) {
            List<String> rows = new ArrayList<>();
            for (Record one : records) {
                List<String> values = new ArrayList<>();
                for (int i = 0; i < one.size(); i++) {
                    values.add(String.valueOf(one.get(i)));
                }
                rows.add(String.join("|", values));
            }
            rows.sort(Comparator.naturalOrder());
            return rows;
        }
    }

    /** What the snapshots of a table have done, the oldest first. */
    List<String> snapshots(String namespace, String table) throws Exception {
        try (JdbcCatalog catalog = catalog()) {
            Table found = catalog.loadTable(TableIdentifier.of(Namespace.of(namespace), table));
            return StreamSupport.stream(found.snapshots().spliterator(), false)
                    .map(Snapshot::operation)
                    .collect(Collectors.toList());
        }
    }

    /** How a table is parted. */
    String parts(String namespace, String table) throws Exception {
        try (JdbcCatalog catalog = catalog()) {
            return catalog.loadTable(TableIdentifier.of(Namespace.of(namespace), table)).spec().fields().stream()
                    .map(field -> field.name() + " " + field.transform())
                    .collect(Collectors.joining(", "));
        }
    }
}
