package dev.lockkeeper.bench;

import com.sun.net.httpserver.HttpServer;
import dev.lockkeeper.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Applying with telemetry to a collector on this machine, beside the same without. */
record TelemetryBench(Workload workload, EmbeddedPostgres server, Programs programs) {
    void run(int rounds, List<String> javas, Path folder, String section, Report report)
            throws IOException, InterruptedException {
        AtomicLong received = new AtomicLong();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            try (exchange) {
                received.addAndGet(exchange.getRequestBody().readAllBytes().length);
                exchange.sendResponseHeaders(200, -1);
            }
        });
        collector.start();
        try {
            Map<String, String> asked = Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    "http://127.0.0.1:" + collector.getAddress().getPort());
            for (int round = 0; round < rounds; round++) {
                List<Program> all = new ArrayList<>();
                for (String java : javas) {
                    all.add(apply("without, ", java, Map.of()));
                    all.add(apply("with, ", java, asked));
                }
                // the first of a section is what the others are compared with
                List<Program> order = new ArrayList<>(all);
                if (round > 0) {
                    Collections.rotate(order, round);
                }
                for (Program program : order) {
                    report.add(section, program.name(), program.run(folder));
                    server.dropDatabase(
                            Objects.requireNonNull(program.environment().get("PGDATABASE")));
                }
            }
        } finally {
            collector.stop(0);
        }
        if (received.get() == 0) {
            throw new BenchmarkException("the collector has received nothing");
        }
    }

    private Program apply(String name, String java, Map<String, String> more) {
        Program program = programs.lockkeeper(name, java, server, server.createDatabase(), workload.project(), "apply");
        Map<String, String> environment = new TreeMap<>(program.environment());
        environment.putAll(more);
        return new Program(program.name(), program.command(), environment);
    }
}
