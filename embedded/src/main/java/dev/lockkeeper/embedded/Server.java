package dev.lockkeeper.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * One running server on its own copy of a template.
 *
 * @param port on the loopback interface
 * @param supervisor that ends it
 */
record Server(int port, Supervisor supervisor) implements AutoCloseable {

    /** Starts a server and waits until it accepts connections; throws with its last words if it does not. */
    static Server start(Options options, Cache cache, Installation installation, Template template, IntSupplier ports) {
        var memory = inMemory(options.storage());
        for (int attempt = 1; ; attempt++) {
            var port = ports.getAsInt();
            var lease = Lease.take(cache.ofServer());
            var data = lease.data(memory);
            var supervisor = Supervisor.start(
                    cache.account(), data, lease, template, installation.program("postgres"), arguments(options, port));
            // there is time for this while the server starts
            var damaged = installation.isDamaged() || template.isDamaged();
            if (supervisor.awaitReady() && !damaged) {
                return new Server(port, supervisor);
            }
            supervisor.stop();
            if (Thread.currentThread().isInterrupted()) {
                throw new EmbeddedPostgresException("interrupted while the server was starting", null, null);
            }
            var portTaken = supervisor.log().contains("could not bind");
            if (!portTaken || attempt == 10) {
                throw new EmbeddedPostgresException(
                        "PostgreSQL " + installation.binaries().version() + " did not start in " + data.getParent(),
                        supervisor.log(),
                        supervisor.log().contains("No space left on device")
                                ? "make room there, or choose the other storage: memory or disk"
                                : null);
            }
        }
    }

    private static boolean inMemory(Storage storage) {
        if (storage == Storage.MEMORY && !MemoryDisk.exists()) {
            throw new EmbeddedPostgresException(
                    "this machine has no memory disk",
                    MemoryDisk.DIRECTORY + " is missing or cannot be written",
                    "choose the storage DISK or AUTO");
        }
        return storage == Storage.MEMORY || (storage == Storage.AUTO && MemoryDisk.hasRoom());
    }

    private static List<String> arguments(Options options, int port) {
        var arguments = new ArrayList<>(List.of("-p", Integer.toString(port)));
        options.settings().forEach((name, value) -> arguments.addAll(List.of("-c", name + "=" + value)));
        return arguments;
    }

    @Override
    public void close() {
        supervisor.stop();
    }
}
