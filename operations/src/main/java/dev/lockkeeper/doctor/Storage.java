package dev.lockkeeper.doctor;

import static dev.lockkeeper.database.Quote.identifier;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What lies under the database: its disk, its pages, the collations of the operating system. */
final class Storage implements Check {
    /** A server process and the operating system tell to the second when it started, and clocks are set. */
    private static final long START_SECONDS = 3;

    @Override
    public String what() {
        return "checksums and collations";
    }

    @Override
    public Part part() {
        return Part.STORAGE;
    }

    @Override
    public void look(Patient patient, Chart chart) {
        disk(patient, chart);
        chart.fact("data checksums", String.valueOf(patient.row("select current_setting('data_checksums')")[0]));
        for (@Nullable
        String[] row : patient.rows(
                "select coalesce(datname, 'what all databases share'), checksum_failures from pg_stat_database where"
                        + " checksum_failures > 0 order by 1")) {
            chart.found(
                    Symptom.CHECKSUM_FAILED,
                    "database " + row[0],
                    row[1] + " pages of " + row[0] + " were not what was written",
                    "stop changing it, look into the server's log for the files, and restore them from a backup or a replica");
        }
        collations(patient, chart);
    }

    /** Only of a server of this machine, whose processes and folders are seen here. */
    private static void disk(Patient patient, Chart chart) {
        @Nullable
        String[] row = patient.row("select pg_backend_pid(), current_user, (select setting from pg_settings where"
                + " name = 'data_directory'), (select extract(epoch from backend_start)::bigint from pg_stat_activity where"
                + " pid = pg_backend_pid())");
        String folder = row[2];
        Optional<FileStore> store = folder == null || !isHere(row) ? Optional.empty() : store(folder);
        if (folder == null || store.isEmpty()) {
            chart.unseen(
                    Part.STORAGE,
                    "free disk",
                    folder == null
                            ? "the role may not know where the data are: grant pg_read_all_settings to "
                                    + identifier(String.valueOf(row[1]))
                                    + "; of a server elsewhere its own monitoring tells"
                            : "the server is on another machine, whose monitoring tells");
            return;
        }
        space(folder, store.get(), true, patient, chart);
        Map<FileStore, String> others = new LinkedHashMap<>();
        List<String> hidden = new ArrayList<>();
        Stream.concat(
                        Stream.of(folder + "/pg_wal"),
                        patient
                                .rows(
                                        "select pg_tablespace_location(oid) from pg_tablespace where spcname !~ '^pg_' order by 1")
                                .stream()
                                .map(one -> String.valueOf(one[0]))
                                // one that lies in the data directory has a relative location
                                .filter(one -> one.startsWith("/")))
                .forEach(one ->
                        store(one).ifPresentOrElse(found -> others.putIfAbsent(found, one), () -> hidden.add(one)));
        others.remove(store.get());
        others.forEach((disk, where) -> space(where, disk, false, patient, chart));
        if (!hidden.isEmpty()) {
            chart.unseen(
                    Part.STORAGE,
                    "free disk of " + String.join(", ", hidden),
                    "this user of the operating system may not look there");
        }
    }

    /** A process of another machine, or of a container, may have the same number: it has not started at the same time. */
    private static boolean isHere(@Nullable String[] row) {
        return ProcessHandle.of(Long.parseLong(Objects.requireNonNull(row[0])))
                .flatMap(process -> process.info().startInstant())
                .filter(start ->
                        row[3] != null && Math.abs(start.getEpochSecond() - Long.parseLong(row[3])) <= START_SECONDS)
                .isPresent();
    }

    private static void space(String folder, FileStore store, boolean told, Patient patient, Chart chart) {
        try {
            long total = store.getTotalSpace();
            long usable = store.getUsableSpace();
            if (told) {
                chart.fact("free disk", usable / (1 << 20) + " of " + total / (1 << 20) + " MB");
            }
            if (total > 0 && usable * 100 < total * patient.limits().free()) {
                chart.found(
                        Symptom.DISK_LOW,
                        folder,
                        usable / (1 << 20) + " of " + total / (1 << 20) + " MB are free at " + folder,
                        "make room: look for slots that hold WAL and for old files beside the data, or give it a bigger disk");
            }
        } catch (IOException e) {
            chart.unseen(Part.STORAGE, "free disk of " + folder, "the disk does not say");
        }
    }

    private static Optional<FileStore> store(String folder) {
        try {
            Path path = Path.of(folder);
            return Files.isDirectory(path) ? Optional.of(Files.getFileStore(path)) : Optional.empty();
        } catch (IOException | InvalidPathException | SecurityException e) {
            return Optional.empty();
        }
    }

    private static void collations(Patient patient, Chart chart) {
        @Nullable
        String[] own = patient.row("select datname, datcollversion, pg_database_collation_actual_version(oid) from"
                + " pg_database where datname = current_database()");
        if (own[1] != null && own[2] != null && !own[1].equals(own[2])) {
            String name = identifier(String.valueOf(own[0]));
            changed(
                    "database " + name,
                    List.of("reindex database " + name + ";", "alter database " + name + " refresh collation version;"),
                    own[1],
                    own[2],
                    chart);
        }
        for (@Nullable
        String[] row : patient.rows(
                "select format('%I.%I', n.nspname, c.collname), c.collversion,"
                        + " pg_collation_actual_version(c.oid) from pg_collation c join pg_namespace n on n.oid = c.collnamespace where"
                        + " c.collversion is not null and c.oid in (select i from pg_index x, unnest(x.indcollation) i) order by 1")) {
            if (row[2] != null && !row[2].equals(row[1])) {
                changed(
                        "collation " + row[0],
                        List.of("alter collation " + row[0] + " refresh version;"),
                        String.valueOf(row[1]),
                        row[2],
                        chart);
            }
        }
    }

    private static void changed(String subject, List<String> statements, String then, String now, Chart chart) {
        chart.found(
                Symptom.COLLATION_CHANGED,
                subject,
                subject + " was built with version " + then + ", and " + now + " is installed",
                "build the indexes on text anew, and then say that it was done",
                statements.toArray(String[]::new));
    }
}
