package dev.lockkeeper.cli;

import dev.lockkeeper.report.Json;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpServerSession;
import io.modelcontextprotocol.spec.McpServerTransport;
import io.modelcontextprotocol.spec.McpServerTransportProvider;
import io.modelcontextprotocol.spec.ProtocolVersions;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Messages of the Model Context Protocol as lines of two streams. That of the SDK ends at the first line that is no message, takes lines of
 * any length, and leaves questions without an answer when the input ends; this one answers each line that it has read. One thread reads, any
 * may write.
 */
final class McpLines implements McpServerTransportProvider, McpServerTransport {
    /** Bytes of a message. Those of a client are small: no tool takes files. */
    static final int LONGEST = 1 << 20;

    /** How many questions may be without an answer; before another one is read, one has to be answered. */
    private static final int AT_ONCE = 64;

    private static final String CANCELED = "notifications/cancelled";

    private final LimitedLines in;
    private final PrintStream out;
    private final McpJsonMapper mapper;
    private final McpForm form;
    /** The ids of requests whose answers somebody waits for; the command of one that was canceled goes on to its end. */
    private final Set<Object> wanted = ConcurrentHashMap.newKeySet();

    private final Semaphore places = new Semaphore(AT_ONCE);
    private @Nullable McpServerSession session;
    private boolean asked;
    private boolean ready;

    McpLines(InputStream in, PrintStream out, McpJsonMapper mapper, McpForm form) {
        this.form = form;
        this.in = new LimitedLines(in, LONGEST);
        this.out = out;
        this.mapper = mapper;
    }

    @Override
    public void setSessionFactory(McpServerSession.Factory factory) {
        session = factory.create(this);
    }

    /** Reads until the input ends, and waits until all that was read has its answer. */
    void serve() throws IOException, InterruptedException {
        for (LimitedLines.Line line = in.next(); line != null; line = in.next()) {
            String text = line.text();
            if (text == null) {
                refuse(McpSchema.ErrorCodes.INVALID_REQUEST, String.valueOf(line.wrong()));
            } else if (!text.isEmpty()) {
                take(text);
            }
        }
        places.acquire(AT_ONCE);
    }

    private void take(String text) throws InterruptedException {
        McpSchema.JSONRPCMessage message;
        try {
            message = McpSchema.deserializeJsonRpcMessage(mapper, text);
        } catch (IOException e) {
            refuse(McpSchema.ErrorCodes.PARSE_ERROR, "the line is no JSON object");
            return;
        } catch (RuntimeException e) {
            refuse(McpSchema.ErrorCodes.INVALID_REQUEST, "the line is no message of JSON-RPC 2.0");
            return;
        }
        if (message instanceof McpSchema.JSONRPCRequest request) {
            @Nullable String objection = form.objection(request).orElse(null);
            if (objection != null) {
                send(error(request.id(), McpSchema.ErrorCodes.INVALID_PARAMS, objection));
                return;
            }
            if (!isInTurn(request)) {
                send(error(
                        request.id(),
                        McpSchema.ErrorCodes.INVALID_REQUEST,
                        "initialize comes first, and then its notification"));
                return;
            }
            wanted.add(request.id());
        }
        if (message instanceof McpSchema.JSONRPCNotification notification
                && CANCELED.equals(notification.method())
                && notification.params() instanceof Map<?, ?> params) {
            @Nullable Object id = params.get("requestId");
            if (id != null) {
                wanted.remove(id);
            }
            return;
        }
        if (message instanceof McpSchema.JSONRPCNotification notification
                && McpSchema.METHOD_NOTIFICATION_INITIALIZED.equals(notification.method())) {
            ready = asked;
        }
        places.acquire();
        Objects.requireNonNull(session)
                .handle(message)
                .doFinally(end -> places.release())
                // the session answers what it can tell; a reader who has gone is told nothing
                .subscribe(done -> {}, e -> {});
    }

    /** The session would keep what comes too early, and never answer it. */
    private boolean isInTurn(McpSchema.JSONRPCRequest request) {
        asked |= McpSchema.METHOD_INITIALIZE.equals(request.method());
        return ready
                || McpSchema.METHOD_INITIALIZE.equals(request.method())
                || (asked && McpSchema.METHOD_PING.equals(request.method()));
    }

    private static McpSchema.JSONRPCResponse error(Object id, int code, String message) {
        return McpSchema.JSONRPCResponse.error(id, new McpSchema.JSONRPCResponse.JSONRPCError(code, message));
    }

    private void refuse(int code, String message) {
        write(Json.document(json -> json.put("jsonrpc", McpSchema.JSONRPC_VERSION)
                .put("id", (String) null)
                .object("error", () -> json.put("code", code).put("message", message))));
    }

    private void send(McpSchema.JSONRPCMessage message) {
        try {
            write(mapper.writeValueAsString(message));
        } catch (IOException e) {
            throw new IllegalStateException("a message cannot be written as JSON", e);
        }
    }

    private void write(String message) {
        synchronized (out) {
            out.print(message + "\n");
            out.flush();
        }
    }

    @Override
    public List<String> protocolVersions() {
        // tools are the same in all of them
        return List.of(
                ProtocolVersions.MCP_2024_11_05,
                ProtocolVersions.MCP_2025_03_26,
                ProtocolVersions.MCP_2025_06_18,
                ProtocolVersions.MCP_2025_11_25);
    }

    @Override
    public Mono<Void> sendMessage(McpSchema.JSONRPCMessage message) {
        return Mono.fromRunnable(() -> {
            boolean unwanted = message instanceof McpSchema.JSONRPCResponse response && !wanted.remove(response.id());
            if (!unwanted) {
                send(plain(message));
            }
        });
    }

    /** What the SDK could not do it tells by the text of an exception, which names its classes. */
    private static McpSchema.JSONRPCMessage plain(McpSchema.JSONRPCMessage message) {
        return message instanceof McpSchema.JSONRPCResponse response
                        && response.error() != null
                        && response.error().code() == McpSchema.ErrorCodes.INTERNAL_ERROR
                ? error(response.id(), McpSchema.ErrorCodes.INTERNAL_ERROR, "the request could not be read or answered")
                : message;
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return mapper.convertValue(data, type);
    }

    @Override
    public Mono<Void> notifyClients(String method, Object parameters) {
        return Objects.requireNonNull(session).sendNotification(method, parameters);
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.empty();
    }

    @Override
    public void close() {
        // the streams are those of the process
    }
}
