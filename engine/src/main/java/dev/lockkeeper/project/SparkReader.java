package dev.lockkeeper.project;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Reads what a project file says under {@code spark}. */
final class SparkReader {
    private static final Pattern MASTER =
            Pattern.compile("local(\\[(\\d+|\\*)])?|spark://\\S+|k8s://\\S+|yarn", Pattern.CASE_INSENSITIVE);
    private static final Pattern HEAP = Pattern.compile("[1-9]\\d{0,5}[mg]");
    private static final Pattern URI = Pattern.compile("[a-z][a-z0-9+.-]+:/.*");
    private static final Pattern SECRET = Pattern.compile("(?i).*(secret|password|token|credential|access.?key).*");

    private static final String FOLDER = "name the folder that has the jars of Spark: folder: spark";
    private static final String WAREHOUSE = "name a folder, or a URI such as s3a://BUCKET/lake: warehouse: lake";

    private SparkReader() {}

    /** @param paths makes a path of the text of a key */
    static SparkSettings read(YamlMap map, BiFunction<YamlMap, String, Path> paths) {
        for (String needed : new String[] {"folder", "warehouse"}) {
            if (!map.has(needed)) {
                map.reportSelf("spark needs " + needed, needed.equals("folder") ? FOLDER : WAREHOUSE);
            }
        }
        Path folder = map.has("folder") ? paths.apply(map, "folder") : Path.of("");
        SparkSettings read = new SparkSettings(
                folder,
                matching(
                        map,
                        "master",
                        MASTER,
                        SparkSettings.USUAL_MASTER,
                        "write local[2], spark://HOST:PORT, k8s://URL or yarn"),
                warehouse(map, paths),
                matching(map, "heap", HEAP, SparkSettings.USUAL_HEAP, "write a number with m or g, such as 2g"),
                readers(map),
                timeout(map),
                map.has("java-home") ? paths.apply(map, "java-home") : null,
                map.map("conf").map(SparkReader::conf).orElse(Map.of()));
        map.finish();
        return read;
    }

    private static String matching(YamlMap map, String key, Pattern form, String usual, String help) {
        String text = map.text(key).orElse(usual);
        if (!form.matcher(text).matches()) {
            map.reportValue(key, text + " is not a value of " + key, help);
        }
        return text;
    }

    private static String warehouse(YamlMap map, BiFunction<YamlMap, String, Path> paths) {
        String text = map.text("warehouse").orElse("");
        return URI.matcher(text).matches()
                ? text
                : map.has("warehouse")
                        ? paths.apply(map, "warehouse")
                                .toAbsolutePath()
                                .normalize()
                                .toString()
                        : "";
    }

    private static int readers(YamlMap map) {
        String text = map.text("readers").orElse(Integer.toString(SparkSettings.USUAL_READERS));
        int number = text.matches("[1-9]\\d?") ? Integer.parseInt(text) : 0;
        if (number < 1 || number > SparkSettings.MOST_READERS) {
            map.reportValue(
                    "readers", text + " is not a number of connections", "write 1 to " + SparkSettings.MOST_READERS);
        }
        return Math.max(1, number);
    }

    private static Duration timeout(YamlMap map) {
        Optional<String> text = map.text("timeout");
        Optional<Duration> read = text.flatMap(DurationText::parse).filter(one -> !one.isZero());
        if (text.isPresent() && read.isEmpty()) {
            map.reportValue("timeout", text.get() + " is not a duration", DurationText.advice(text.get(), "30min"));
        }
        return read.orElse(SparkSettings.USUAL_TIMEOUT);
    }

    private static Map<String, String> conf(YamlMap map) {
        Map<String, String> conf = new HashMap<>();
        for (String key : map.keys()) {
            String value = map.text(key).orElse("");
            if (!key.startsWith("spark.")) {
                map.reportKey(key, "a setting of Spark begins with spark.", "write it as Spark's manual does");
            } else if (SparkSettings.KEPT.stream().anyMatch(key::startsWith)) {
                map.reportKey(
                        key,
                        "this decides what sums are or where they go, and is not to be set here",
                        "leave it out; where Spark runs and writes is said by master and warehouse");
            } else if (SECRET.matcher(key).matches()) {
                map.reportKey(
                        key,
                        "secrets have no place in the project file",
                        "give it to Spark by its environment, such as AWS_SECRET_ACCESS_KEY, or by a file of Hadoop's");
            }
            conf.put(key, value);
        }
        return conf;
    }
}
