package dev.lockkeeper.rehearsal;

import dev.lockkeeper.catalog.Stock;
import dev.lockkeeper.catalog.StockFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where stocks are kept, each by the digest of what it was made of. What is damaged is thrown away; what cannot be kept is made
 * again the next time.
 */
public final class Shelf {
    /** So many are kept; those that were used last. */
    private static final int MOST = 20;

    private final Path folder;

    public Shelf(Path folder) {
        this.folder = folder;
    }

    /** What was kept; empty when there is nothing, or when it is damaged. */
    public Optional<StockFile.Kept> find(String digest) {
        Path kept = folder.resolve(digest);
        if (!Files.isDirectory(kept)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new StockFile(kept).read());
        } catch (StockFile.Damaged e) {
            remove(digest);
            return Optional.empty();
        }
    }

    /** Keeps a stock; another process may do the same at the same time. */
    public void keep(String digest, Stock stock, long seed) {
        try {
            Path made = Files.createTempDirectory(folder, ".new-");
            try {
                new StockFile(made).write(stock, seed);
                Files.move(made, folder.resolve(digest), StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException e) {
                delete(made);
            } catch (IOException e) {
                delete(made);
            }
            sweep();
        } catch (IOException e) {
            // the next time it is made again
        }
    }

    public void remove(String digest) {
        try {
            delete(folder.resolve(digest));
        } catch (IOException e) {
            // it will be found damaged again
        }
    }

    private void sweep() throws IOException {
        List<Path> all;
        try (Stream<Path> list = Files.list(folder)) {
            all = list.sorted(Comparator.comparingLong(Shelf::age).reversed()).toList();
        }
        for (Path old : all.subList(Math.min(MOST, all.size()), all.size())) {
            delete(old);
        }
    }

    private static long age(Path path) {
        try {
            return Files.getLastModifiedTime(path).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> list = Files.walk(path)) {
            for (Path one : list.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }
}
