package dev.lockkeeper.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.report.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Answers probes over HTTP: {@code /live}, {@code /ready}, {@code /health} and {@code /metrics}. A request costs the database
 * nothing beyond the look that all of one second share. Ends with {@link #close}.
 */
public final class HealthServer implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    /** One for each connection, because a client that sends slowly keeps its own; more connections are closed at once. */
    private static final int CONNECTIONS = 1024;

    /** They do little. */
    private static final long STACK_BYTES = 256 * 1024;

    private final HttpServer server;
    private final SharedLook look;
    private final Clock clock;
    private final ThreadPoolExecutor workers;

    /** What is answered. */
    private record Answer(int status, String type, String body) {}

    private HealthServer(HttpServer server, SharedLook look, Clock clock) {
        this.server = server;
        this.look = look;
        this.clock = clock;
        this.workers = new ThreadPoolExecutor(0, CONNECTIONS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> {
            Thread thread = new Thread(null, work, "health answer", STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts to listen.
     *
     * @param examiner looks at the databases; closed with the server
     * @throws dev.lockkeeper.problem.LockkeeperException {@code health-address} when nobody can listen there
     */
    public static HealthServer start(InetAddress address, int port, Examiner examiner, Clock clock) {
        limit();
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(address, port), 64);
        } catch (IOException e) {
            throw Problem.of(Code.HEALTH_ADDRESS, "nobody can listen on " + address.getHostAddress() + " port " + port)
                    .because(e.getMessage())
                    .help("name a port that is free and above 1023, and with --bind an address of this machine")
                    .asException(e);
        }
        HealthServer health = new HealthServer(server, new SharedLook(examiner), clock);
        server.createContext("/", health::handle);
        server.setExecutor(health.workers);
        server.start();
        return health;
    }

    /** For a client that sends slowly, or nothing; read once by the server of Java, when its first one is made. */
    private static void limit() {
        // a probe is one packet
        setIfAbsent("sun.net.httpserver.maxReqTime", "2");
        setIfAbsent("sun.net.httpserver.maxRspTime", "10");
        setIfAbsent("sun.net.httpserver.idleInterval", "30");
        setIfAbsent("jdk.httpserver.maxConnections", Integer.toString(CONNECTIONS));
        // else each answer waits for the client's acknowledgement of its head, some 40 ms
        setIfAbsent("sun.net.httpserver.nodelay", "true");
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    /** How often the databases were looked at. */
    public long looks() {
        return look.looks();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            boolean head = method.equals("HEAD");
            Answer answer = head || method.equals("GET")
                    ? answer(String.valueOf(exchange.getRequestURI().getRawPath()))
                    : new Answer(405, TEXT, "only GET and HEAD\n");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            var headers = exchange.getResponseHeaders();
            if (answer.status() == 405) {
                headers.set("Allow", "GET, HEAD");
            }
            headers.set("Content-Type", answer.type());
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            if (head) {
                headers.set("Content-Length", Integer.toString(body.length));
                exchange.sendResponseHeaders(answer.status(), -1);
            } else {
                exchange.sendResponseHeaders(answer.status(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answer(String path) {
        return switch (path) {
            // that the process answers at all; a database that is away is no reason to start it anew
            case "/live" -> new Answer(200, TEXT, "live\n");
            case "/ready" -> ready();
            case "/health" -> health();
            case "/metrics" -> new Answer(200, PrometheusText.TYPE, metrics());
            default -> new Answer(404, TEXT, "there are /live, /ready, /health and /metrics\n");
        };
    }

    private Answer ready() {
        boolean ready = look.report().filter(HealthReport::isHealthy).isPresent();
        return new Answer(ready ? 200 : 503, TEXT, ready ? "ready\n" : "not ready: /health says why\n");
    }

    private Answer health() {
        return look.report()
                .map(seen -> new Answer(
                        seen.isHealthy() ? 200 : 503,
                        JSON,
                        Json.object(HealthWriter.SCHEMA, json -> HealthWriter.json(json, seen)) + "\n"))
                .orElseGet(() -> new Answer(503, JSON, unanswered()));
    }

    private String unanswered() {
        return Json.object(
                        HealthWriter.SCHEMA,
                        json -> json.put("healthy", false)
                                .put("at", clock.instant().toString())
                                .array("components", List.<ComponentHealth>of(), (j, one) -> {})
                                .put("unknown", "the database does not answer"))
                + "\n";
    }

    private String metrics() {
        String up = look.report()
                .map(report -> HealthWriter.metrics(report, clock.instant()))
                .orElse("");
        return new PrometheusText()
                        .gauge(
                                "lockkeeper_look_answered",
                                "Whether the databases were looked at in time.",
                                List.of(PrometheusText.Sample.of(up.isEmpty() ? 0 : 1)))
                + up;
    }

    /** Takes no request any more and closes what it holds. */
    @Override
    public void close() {
        look.close();
        server.stop(0);
        workers.shutdownNow();
    }
}
