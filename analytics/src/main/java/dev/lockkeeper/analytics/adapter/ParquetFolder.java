package dev.lockkeeper.analytics.adapter;

import dev.lockkeeper.analytics.definition.Grain;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Buckets as Parquet files, compressed by Zstandard, each with its SHA-256 in a file beside it as sha256sum writes it. A file gets its name
 * before the transaction commits: when that fails, the marks are still there, and the file is written again.
 */
record ParquetFolder(Path folder) {
    /**
     * Writes a bucket; leaves the file alone when it would be the same.
     *
     * @param query of its rows in DuckDB; null when nothing is left of it, and its file goes
     * @throws dev.lockkeeper.problem.LockkeeperException {@code analytics-adapter} when the file cannot be written
     */
    void write(DuckDb engine, String rollup, Grain grain, Instant start, @Nullable String query) {
        Path own = folder.resolve(rollup).resolve(grain.word());
        // colons are no part of names on Windows
        String name = start.toString().replace(":", "") + ".parquet";
        Path file = own.resolve(name);
        Path sum = own.resolve(name + ".sha256");
        Path part = own.resolve(name + ".part");
        try {
            if (query == null) {
                Files.deleteIfExists(sum);
                Files.deleteIfExists(file);
                return;
            }
            Files.createDirectories(own);
            Files.deleteIfExists(part);
            engine.execute(
                    "copy (" + query + ") to " + DuckDb.text(part.toString()) + " (format parquet, compression zstd)");
            String line = digest(part) + "  " + name + "\n";
            if (Files.exists(file)
                    && Files.exists(sum)
                    && Files.readString(sum).equals(line)
                    && line.startsWith(digest(file))) {
                Files.delete(part);
                return;
            }
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.write(part, line.getBytes(StandardCharsets.UTF_8));
            Files.move(part, sum, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw Problem.of(Code.ANALYTICS_ADAPTER, "the Parquet file of a bucket cannot be written")
                    .at(Place.of(ScriptReader.display(file)))
                    .because(e.getClass().getSimpleName() + ": " + e.getMessage())
                    .note("kept: its marks, and the sums as they were")
                    .help("make room, or name another folder with parquet: under analytics: in lockkeeper.yaml")
                    .asException(e);
        }
    }

    private static String digest(Path file) throws IOException {
        MessageDigest digest = Checksum.digest();
        byte[] some = new byte[1 << 16];
        try (var in = Files.newInputStream(file)) {
            for (int read = in.read(some); read >= 0; read = in.read(some)) {
                digest.update(some, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
