package dev.lockkeeper.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What comes on the input. It is read by a thread of its own, so that its end is noticed while Spark computes: whoever has asked is gone
 * then, and must not have a table changed after its death.
 */
final class Requests {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AHEAD = 1024;
    private static final int GONE = 3;

    private final BlockingQueue<Optional<String>> lines = new ArrayBlockingQueue<>(AHEAD);
    private final AtomicBoolean idle = new AtomicBoolean();

    private Requests() {}

    static Requests of(InputStream in) {
        Requests requests = new Requests();
        Thread reader = new Thread(() -> requests.read(in), "requests");
        reader.setDaemon(true);
        reader.start();
        return requests;
    }

    private void read(InputStream in) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.put(Optional.of(line));
            }
        } catch (IOException e) {
            // as good as its end
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!idle.get() || !lines.isEmpty()) {
            Runtime.getRuntime().halt(GONE);
        }
        lines.add(Optional.empty());
    }

    /** The next request; null when there is none any more. */
    @Nullable
    JsonNode next() throws InterruptedException, IOException {
        idle.set(true);
        Optional<String> line = lines.take();
        idle.set(false);
        return line.isEmpty() ? null : JSON.readTree(line.get());
    }

    /** The rows that follow a request, up to the object that ends them. */
    List<@Nullable String[]> rows() throws InterruptedException, IOException {
        List<@Nullable String[]> rows = new ArrayList<>();
        while (true) {
            JsonNode line =
                    JSON.readTree(lines.take().orElseThrow(() -> new UncheckedIOException(new IOException("cut"))));
            if (!line.isArray()) {
                return rows;
            }
            @Nullable String[] row = new String[line.size()];
            for (int i = 0; i < row.length; i++) {
                row[i] = line.get(i).isNull() ? null : line.get(i).asText();
            }
            rows.add(row);
        }
    }
}
