package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.project.SparkSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What Spark is told when it starts. Sums are exact or an error: ANSI mode, and no decimals that lose digits to have room.
 *
 * @param schema which has the tables of the catalog
 */
record SparkConf(SparkSettings settings, SparkAddress address, String schema) {
    private static final List<String> SENT =
            List.of("lockkeeper-analytics-spark-", "iceberg-spark-runtime-", "postgresql-");

    /** Holds the password of the database. */
    Map<String, String> all() {
        Map<String, String> conf = new LinkedHashMap<>();
        conf.put("spark.app.name", "lockkeeper analytics");
        conf.put("spark.ui.enabled", "false");
        if (settings.isLocal()) {
            // nobody else is to reach it
            conf.put("spark.driver.host", "127.0.0.1");
            conf.put("spark.driver.bindAddress", "127.0.0.1");
            conf.put("spark.sql.shuffle.partitions", "4");
        } else {
            conf.put("spark.jars", jars());
        }
        conf.putAll(settings.conf());
        conf.put("spark.master", settings.master());
        conf.put("spark.sql.ansi.enabled", "true");
        conf.put("spark.sql.caseSensitive", "true");
        conf.put("spark.sql.session.timeZone", "UTC");
        conf.put("spark.sql.decimalOperations.allowPrecisionLoss", "false");
        String catalog = "spark.sql.catalog." + SparkTable.CATALOG;
        conf.put(catalog, "org.apache.iceberg.spark.SparkCatalog");
        conf.put(catalog + ".type", "jdbc");
        conf.put(catalog + ".uri", address.url());
        conf.put(catalog + ".warehouse", settings.warehouse());
        // what is kept here would be older than what others have written
        conf.put(catalog + ".cache-enabled", "false");
        conf.put(catalog + ".jdbc.schema-version", "V1");
        // nothing is made in a database that no migration says
        conf.put(catalog + ".jdbc.init-catalog-tables", "false");
        address.properties(List.of(schema)).forEach((key, value) -> conf.put(catalog + ".jdbc." + key, value));
        return conf;
    }

    /** What the machines of a cluster need that has Spark itself. */
    private String jars() {
        try (Stream<Path> files = Files.list(settings.folder().toAbsolutePath())) {
            return files.filter(file -> SENT.stream()
                            .anyMatch(name -> file.getFileName().toString().startsWith(name)))
                    .map(file -> file.toUri().toString())
                    .sorted()
                    .collect(Collectors.joining(","));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
