package dev.lockkeeper.services;

import dev.lockkeeper.project.DurationText;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * One verification of a service. What it tells holds no value of a variable: messages of the network and of programs repeat
 * addresses and headers, so none of them is passed on.
 *
 * @param values of the variables of the service
 * @param surroundings the environment variables of the process
 */
record Call(Service service, Map<String, String> values, Map<String, String> surroundings) {
    /** What a program needs to find itself and others; it gets no more than these and the variables of its service. */
    private static final List<String> PASSED_ON =
            List.of("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "SystemRoot", "TEMP", "TMP");

    static Call of(Service service, Map<String, String> values, Map<String, String> surroundings) {
        return new Call(service, values, surroundings);
    }

    /** Why it failed; empty when the service has answered as it should. */
    Optional<String> failure() {
        try {
            Service.Verification verification = service.verification();
            if (verification instanceof Service.Verification.Http http) {
                return http(http);
            }
            return verification instanceof Service.Verification.Tcp tcp
                    ? tcp(tcp)
                    : command((Service.Verification.Command) verification);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("it was interrupted");
        } catch (TimeoutException e) {
            return Optional.of(late());
        } catch (IOException e) {
            return Optional.of(reason(e));
        } catch (IllegalArgumentException e) {
            return Optional.of("the value of a variable cannot stand in a header");
        }
    }

    private String late() {
        return "no answer within " + DurationText.of(service.timeout());
    }

    private String reason(Throwable e) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = e; cause != null && !chain.contains(cause); cause = cause.getCause()) {
            chain.add(cause);
        }
        // what the client of Java calls a refused connection may have another cause
        if (any(chain, UnknownHostException.class) || any(chain, UnresolvedAddressException.class)) {
            return "the name of the host is not known";
        }
        if (any(chain, SSLException.class)) {
            return "TLS could not be agreed on, or the certificate is not the right one";
        }
        if (any(chain, SocketTimeoutException.class) || any(chain, HttpTimeoutException.class)) {
            return late();
        }
        if (any(chain, ConnectException.class)) {
            return "nothing listens there, or nobody may connect";
        }
        return "the connection failed, or what answered does not speak HTTP";
    }

    private static boolean any(List<Throwable> chain, Class<? extends Throwable> kind) {
        return chain.stream().anyMatch(kind::isInstance);
    }

    private Optional<String> http(Service.Verification.Http http)
            throws IOException, InterruptedException, TimeoutException {
        Duration timeout = service.timeout();
        HttpRequest.Builder request;
        try {
            URI address = URI.create(Placeholder.filled(http.url(), values));
            if (address.getRawUserInfo() != null) {
                // the client of Java drops them without a word, and who answers has let nobody in
                return Optional.of(
                        "with the values of its variables a user or a password stands in the url, which are not"
                                + " sent: put them into a header");
            }
            request = HttpRequest.newBuilder(address).timeout(timeout);
        } catch (IllegalArgumentException e) {
            return Optional.of(
                    "with the values of its variables the url is no address that begins with http:// or https://"
                            + " and names a host");
        }
        request.method(http.method(), HttpRequest.BodyPublishers.noBody());
        http.headers().forEach((name, value) -> request.header(name, Placeholder.filled(value, values)));
        // no proxy of the machine gets a secret to see, and a redirect takes none elsewhere
        HttpClient client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(timeout)
                .build();
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try {
            HttpResponse<InputStream> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            // a body is never read, however long it is
            response.body().close();
            int status = response.statusCode();
            return status == http.status()
                    ? Optional.empty()
                    : Optional.of("it answered with status " + status + " instead of " + http.status()
                            + (status / 100 == 3 ? "; redirects are not followed" : ""));
        } catch (ExecutionException e) {
            return Optional.of(reason(e));
        } finally {
            answer.cancel(true);
        }
    }

    private Optional<String> tcp(Service.Verification.Tcp tcp) throws IOException {
        String address = Placeholder.filled(tcp.address(), values);
        int colon = address.lastIndexOf(':');
        int port = colon < 1 || !address.substring(colon + 1).matches("\\d{1,5}")
                ? 0
                : Integer.parseInt(address.substring(colon + 1));
        if (port < 1 || port > 65_535) {
            return Optional.of("with the values of its variables this is not HOST:PORT");
        }
        String host = address.substring(0, colon).replaceFirst("^\\[(.*)]$", "$1");
        try (Socket socket = new Socket(Proxy.NO_PROXY)) {
            InetSocketAddress there = new InetSocketAddress(host, port);
            if (there.isUnresolved()) {
                return Optional.of("the name of the host is not known");
            }
            socket.connect(there, Math.toIntExact(service.timeout().toMillis()));
            return Optional.empty();
        }
    }

    private Optional<String> command(Service.Verification.Command command) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command.arguments())
                .directory(command.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        PASSED_ON.forEach(name -> {
            String value = surroundings.get(name);
            if (value != null) {
                builder.environment().put(name, value);
            }
        });
        builder.environment().putAll(values);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            return Optional.of("the program " + command.arguments().get(0) + " is not there, or may not be run");
        }
        try {
            // it is asked nothing: whoever waits for an answer would wait for ever
            process.getOutputStream().close();
        } catch (IOException e) {
            // it has ended already
        }
        try {
            if (!process.waitFor(service.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.of("it had not ended after " + DurationText.of(service.timeout()) + ", and was killed");
            }
            int code = process.exitValue();
            return code == 0 ? Optional.empty() : Optional.of("it ended with exit code " + code);
        } finally {
            kill(process);
        }
    }

    /** With all that it has started, before it goes: who has lost its parent is not found any more. */
    private static void kill(Process process) {
        List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
        process.destroyForcibly();
        tree.forEach(ProcessHandle::destroyForcibly);
    }
}
