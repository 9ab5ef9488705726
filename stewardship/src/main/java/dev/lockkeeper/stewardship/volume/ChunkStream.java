package dev.lockkeeper.stewardship.volume;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table as COPY reads them, made by several threads while they are read, always in the order of their numbers. For one
 * reader.
 */
final class ChunkStream extends InputStream {
    private static final int ROWS = 4_000;
    private static final int AHEAD = 3;

    private final TablePlan plan;
    private final ExecutorService makers;
    private final ArrayDeque<Future<byte[]>> coming = new ArrayDeque<>();
    private final MessageDigest digest;
    private final LongConsumer progress;
    private final int ahead;
    private long asked;
    private long given;
    private byte[] chunk = {};
    private int at;

    /**
     * @param digest filled with what is read
     * @param progress told how many rows were read
     */
    ChunkStream(TablePlan plan, int threads, MessageDigest digest, LongConsumer progress) {
        this.plan = plan;
        this.digest = digest;
        this.progress = progress;
        this.ahead = threads * AHEAD;
        this.makers = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "lockkeeper-rows");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (at == chunk.length && !next()) {
            return -1;
        }
        int count = Math.min(length, chunk.length - at);
        System.arraycopy(chunk, at, into, offset, count);
        at += count;
        return count;
    }

    private boolean next() throws IOException {
        progress.accept(given);
        while (coming.size() < ahead && asked < plan.rows()) {
            long from = asked;
            long to = Math.min(plan.rows(), from + ROWS);
            coming.add(makers.submit(() -> Chunk.copied(plan, from, to)));
            asked = to;
        }
        @Nullable Future<byte[]> first = coming.poll();
        if (first == null) {
            return false;
        }
        try {
            chunk = first.get();
            digest.update(chunk);
            at = 0;
            given = Math.min(plan.rows(), given + ROWS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while rows were made");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a row could not be made", Objects.requireNonNull(e.getCause()));
        }
    }

    @Override
    public void close() {
        makers.shutdownNow();
    }
}
