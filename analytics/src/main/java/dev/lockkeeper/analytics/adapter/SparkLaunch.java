package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.project.SparkSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The command that starts the process of Spark: nothing in it is a secret.
 *
 * @param folder where it may write its temporary files
 * @param java the feature release of the Java that runs it
 */
record SparkLaunch(SparkSettings settings, Path folder, Path home, int java) {
    /** What its jars are called up to their versions, and what there must be of them. */
    private static final List<String> JARS =
            List.of("lockkeeper-analytics-spark-", "spark-sql_2.13-", "iceberg-spark-runtime-", "postgresql-");

    private static final List<String> OPENED = List.of(
            "java.base/java.lang",
            "java.base/java.lang.invoke",
            "java.base/java.lang.reflect",
            "java.base/java.io",
            "java.base/java.net",
            "java.base/java.nio",
            "java.base/java.util",
            "java.base/java.util.concurrent",
            "java.base/java.util.concurrent.atomic",
            "java.base/jdk.internal.ref",
            "java.base/sun.nio.ch",
            "java.base/sun.nio.cs",
            "java.base/sun.security.action",
            "java.base/sun.util.calendar");

    /** Variables of the environment that clusters and stores are reached by; those of PostgreSQL are not among them. */
    private static final List<String> PASSED_ON = List.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "LANG",
            "LC_",
            "TZ",
            "TMPDIR",
            "TEMP",
            "TMP",
            "SYSTEMROOT",
            "HADOOP_",
            "YARN_",
            "SPARK_",
            "AWS_",
            "AZURE_",
            "GOOGLE_",
            "KUBERNETES_",
            "KRB5");

    private static final int WITHOUT_UNSAFE = 24;

    static SparkLaunch of(SparkSettings settings, Path folder) {
        Path own = Path.of(System.getProperty("java.home"));
        Path home = settings.javaHome();
        return home == null
                ? new SparkLaunch(settings, folder, own, Runtime.version().feature())
                : new SparkLaunch(settings, folder, home.toAbsolutePath().normalize(), release(home));
    }

    /** As the file says that lies beside every Java; 17 where none says anything. */
    private static int release(Path home) {
        Properties release = new Properties();
        try (var in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
        } catch (IOException e) {
            return 17;
        }
        return Runtime.Version.parse(release.getProperty("JAVA_VERSION", "17").replace("\"", ""))
                .feature();
    }

    static boolean isPassedOn(String variable) {
        return PASSED_ON.stream()
                .anyMatch(one -> variable.equalsIgnoreCase(one)
                        || ((one.endsWith("_") || one.equals("KRB5")) && variable.startsWith(one)));
    }

    /** What is missing of the folder that has the jars; empty when nothing is. */
    static Optional<Problem> problem(SparkSettings settings) {
        Path home = settings.javaHome();
        if (home != null && !isJava(home)) {
            return Optional.of(Problem.of(
                            Code.ANALYTICS_ADAPTER,
                            "there is no Java in " + home.toAbsolutePath().normalize())
                    .note("nothing was computed")
                    .help("name the folder of a Java by java-home under spark: in lockkeeper.yaml, or leave it out"));
        }
        Path jars = settings.folder().toAbsolutePath().normalize();
        List<String> missing = new ArrayList<>(JARS);
        try (Stream<Path> files = Files.list(jars)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".jar"))
                    .forEach(name -> missing.removeIf(name::startsWith));
        } catch (IOException e) {
            return Optional.of(missing("the folder " + jars + " with the jars of Spark cannot be read"));
        }
        if (!missing.isEmpty()) {
            return Optional.of(missing("the folder " + jars + " has no "
                    + String.join(
                            ", no ",
                            missing.stream().map(name -> name + "VERSION.jar").toList())));
        }
        return jars.toString().contains(File.pathSeparator) || jars.toString().contains("*")
                ? Optional.of(missing("the name of the folder " + jars + " cannot stand in a class path"))
                : Optional.empty();
    }

    private static boolean isJava(Path home) {
        Path folder = home.resolve("bin");
        return Files.isExecutable(folder.resolve("java")) || Files.isExecutable(folder.resolve("java.exe"));
    }

    private static Problem missing(String message) {
        return Problem.of(Code.ANALYTICS_ADAPTER, message)
                .note("nothing was computed")
                .help(
                        "fill the folder that folder under spark: in lockkeeper.yaml names: in a project of Maven that depends on"
                                + " dev.lockkeeper:lockkeeper-analytics-spark, run mvn dependency:copy-dependencies -DincludeScope=runtime"
                                + " -DoutputDirectory=FOLDER");
    }

    List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve("java").toString());
        command.add("-Xmx" + settings.heap());
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Dfile.encoding=UTF-8");
        command.add("-Djava.io.tmpdir=" + folder);
        command.add("-Djava.awt.headless=true");
        command.add("-Djdk.reflect.useDirectMethodHandle=false");
        command.add("-Dio.netty.tryReflectionSetAccessible=true");
        command.add("-Dorg.apache.iceberg.shaded.io.netty.tryReflectionSetAccessible=true");
        OPENED.forEach(one -> command.add("--add-opens=" + one + "=ALL-UNNAMED"));
        if (java >= WITHOUT_UNSAFE) {
            // without these Arrow, which Iceberg brings a copy of, takes buffers that it cannot read
            command.add("--sun-misc-unsafe-memory-access=allow");
            command.add("-Dio.netty.noUnsafe=false");
            command.add("-Dorg.apache.iceberg.shaded.io.netty.noUnsafe=false");
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.add("-cp");
        command.add(settings.folder().toAbsolutePath().normalize() + File.separator + "*");
        command.add("dev.lockkeeper.spark.Worker");
        return command;
    }
}
