package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.report.Style;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a request must be before the SDK reads it: that one answers others with texts of Java.
 *
 * @param tools the names of all tools
 */
record McpForm(Collection<String> tools) {
    /** From here on not every integer has a number of its own, and the SDK reads none beyond those of 64 bits. */
    private static final double LARGEST = 0x1p53;

    McpForm {
        tools = List.copyOf(new TreeSet<>(tools));
    }

    /** Why a request cannot be answered, for whoever has written the client; empty when it can. */
    Optional<String> objection(McpSchema.JSONRPCRequest request) {
        if (!McpSchema.JSONRPC_VERSION.equals(request.jsonrpc())) {
            return Optional.of("jsonrpc is not 2.0");
        }
        boolean begins = McpSchema.METHOD_INITIALIZE.equals(request.method());
        if (!begins && !McpSchema.METHOD_TOOLS_CALL.equals(request.method())) {
            return Optional.empty();
        }
        if (!(request.params() instanceof Map<?, ?> params)) {
            return Optional.of(
                    begins
                            ? "initialize needs params with protocolVersion, capabilities and clientInfo"
                            : "tools/call needs params with the name of a tool and its arguments");
        }
        return wrongObject(params, "_meta").or(() -> begins ? initialize(params) : call(params));
    }

    private static Optional<String> initialize(Map<?, ?> params) {
        return wrongObject(params, "capabilities").or(() -> wrongObject(params, "clientInfo"));
    }

    private Optional<String> call(Map<?, ?> params) {
        if (!(params.get("name") instanceof String name)) {
            return Optional.of("tools/call needs name: one of " + String.join(", ", tools));
        }
        if (!tools.contains(name)) {
            return Optional.of("there is no tool " + Style.line(Style.brief(name)) + "; "
                    + Nearest.to(name, tools)
                            .map(near -> "did you mean " + near + "?")
                            .orElse("there are " + String.join(", ", tools)));
        }
        return wrongObject(params, "arguments").or(() -> number(params.get("arguments")));
    }

    private static Optional<String> wrongObject(Map<?, ?> params, String name) {
        @Nullable Object value = params.get(name);
        return value == null || value instanceof Map<?, ?> ? Optional.empty() : Optional.of(name + " is not an object");
    }

    private static Optional<String> number(@Nullable Object arguments) {
        if (!(arguments instanceof Map<?, ?> given)) {
            return Optional.empty();
        }
        return given.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Number value && !(Math.abs(value.doubleValue()) < LARGEST))
                .map(entry -> entry.getKey() + " is larger than any number that a tool takes")
                .findFirst();
    }
}
