package dev.lockkeeper.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The CPU time of all processes of a server on this machine, those that have ended included: what a server does is done by processes that
 * come and go, and the one that starts them is told their times when they end. Linux only.
 */
final class ServerTime {
    private static final double TICKS_PER_MILLISECOND = 0.1;

    private final ProcessHandle server;
    private final Set<Long> lasting;
    private final double before;

    /** @param pid of the process that starts the others */
    ServerTime(long pid) throws IOException {
        server = ProcessHandle.of(pid).orElseThrow(() -> new BenchmarkException("no process " + pid));
        lasting = children();
        before = now();
    }

    /** Milliseconds since this was made, when all that was started since has ended. */
    double spent() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!lasting.containsAll(children())) {
            if (System.nanoTime() > deadline) {
                throw new BenchmarkException("a process of the server does not end");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return now() - before;
    }

    private Set<Long> children() {
        return server.children().map(ProcessHandle::pid).collect(Collectors.toSet());
    }

    private double now() throws IOException {
        double ticks = ticks(server.pid(), 4);
        for (long child : children()) {
            ticks += ticks(child, 2);
        }
        return ticks / TICKS_PER_MILLISECOND;
    }

    /** User and system time, with four figures that of children which have ended as well: proc(5), fields 14 to 17. */
    private static double ticks(long pid, int figures) throws IOException {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // the name in brackets may have spaces
            String[] fields = line.substring(line.lastIndexOf(')') + 2).strip().split(" ", -1);
            double sum = 0;
            for (int i = 11; i < 11 + figures; i++) {
                sum += Double.parseDouble(fields[i]);
            }
            return sum;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }
}
