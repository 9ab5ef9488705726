package dev.lockkeeper.telemetry;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why telemetry was not sent. The words are ours, one sentence for each kind: what the SDK, the network and collectors say repeats
 * addresses, headers and values of variables, which may be secrets. Immutable.
 *
 * @param why the reason
 * @param help what to do
 */
record Complaint(String why, String help) {
    private static final String ADDRESS = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private static final String TIMEOUT = "OTEL_EXPORTER_OTLP_TIMEOUT, in milliseconds";
    private static final String PROTOCOL = "http/protobuf";

    /** A shorter value stands in a message by chance. */
    private static final int LEAST = 2;

    /** The collector has answered, and has not taken it. */
    static Complaint ofStatus(int status) {
        String why = "the collector has answered with HTTP status " + status;
        if (status == 401 || status == 403) {
            return new Complaint(why, "look at what OTEL_EXPORTER_OTLP_HEADERS gives to prove who sends");
        }
        if (status == 429 || status >= 500) {
            return new Complaint(why, "look at the log of the collector: it is busy or broken");
        }
        return new Complaint(
                why,
                "look whether " + ADDRESS
                        + " is the address of OTLP over HTTP, mostly port 4318 and without /v1/traces;"
                        + " the log of the collector may say more");
    }

    /** The collector has not answered, or in a way that nobody can read. */
    static Complaint ofFailure(Throwable failure) {
        List<Throwable> chain = chain(failure);
        if (any(chain, UnresolvedAddressException.class) || any(chain, UnknownHostException.class)) {
            return new Complaint(
                    "the name of the collector's host is not known here", "correct the host in " + ADDRESS);
        }
        if (any(chain, CertificateExpiredException.class) || any(chain, CertificateNotYetValidException.class)) {
            return new Complaint(
                    "the certificate of the collector is not valid at this time",
                    "renew it, or set the clock of this machine");
        }
        if (any(chain, CertificateException.class)
                && !any(chain, CertPathBuilderException.class)
                && !any(chain, CertPathValidatorException.class)) {
            return new Complaint(
                    "the certificate of the collector is for another host",
                    "name the host in " + ADDRESS + " as the certificate does");
        }
        if (any(chain, CertificateException.class)) {
            return new Complaint(
                    "the certificate of the collector is not trusted",
                    "name the certificate of its authority in OTEL_EXPORTER_OTLP_CERTIFICATE");
        }
        if (any(chain, SSLException.class)) {
            return new Complaint(
                    "the collector and this machine do not agree on TLS",
                    "look whether the port in " + ADDRESS + " speaks TLS: if not, its address begins with http://");
        }
        if (any(chain, HttpConnectTimeoutException.class)) {
            return new Complaint(
                    "no connection to the collector was made in time",
                    "look whether this machine may reach host and port in " + ADDRESS);
        }
        if (any(chain, HttpTimeoutException.class) || any(chain, InterruptedException.class)) {
            return new Complaint("the collector did not answer in time", "give it more time: " + TIMEOUT);
        }
        if (any(chain, ConnectException.class)) {
            return new Complaint(
                    "the connection to the collector is refused: nobody listens there, or there is no way to it",
                    "start the collector, or correct host and port in " + ADDRESS);
        }
        if (any(chain, EOFException.class)) {
            return new Complaint(
                    "the connection was closed before the collector had answered",
                    "look whether the port in " + ADDRESS + " takes OTLP over HTTP, mostly 4318");
        }
        if (any(chain, IllegalArgumentException.class)) {
            return new Complaint(
                    "a header of OTEL_EXPORTER_OTLP_HEADERS may not be sent by HTTP",
                    "look whether a name has a blank, or a value a line break");
        }
        return unread();
    }

    /** There is an answer, and it is none of OTLP. */
    static Complaint unread() {
        return new Complaint(
                "what answers is no collector of OTLP over HTTP, or the connection broke off",
                "look whether the port in " + ADDRESS + " takes OTLP over HTTP, mostly 4318");
    }

    /** Nothing is known but that time is over. */
    static Complaint late(Duration patience) {
        return new Complaint(
                "the collector had not taken it after " + patience.toMillis() + " ms",
                "give a slow collector more time: " + TIMEOUT + "; " + ADDRESS + " says where it is");
    }

    /** @param what such as {@code 5 spans} */
    static Complaint ofPart(String what) {
        return new Complaint(
                "the collector has rejected " + what, "look at the log of the collector, which says why it did so");
    }

    /** The SDK has warned of something that is none of the other kinds. */
    static Complaint ofSdk(String source) {
        if (source.startsWith("Batch")) {
            return new Complaint(
                    "the SDK of OpenTelemetry had no room for all of it",
                    "set OTEL_BSP_MAX_QUEUE_SIZE for spans or OTEL_BLRP_MAX_QUEUE_SIZE for log records higher");
        }
        return source.endsWith("Sender") ? unread() : unknown(source);
    }

    private static Complaint unknown(String source) {
        return new Complaint(
                "the SDK of OpenTelemetry reports a fault in " + source,
                "look whether the OTEL_* variables are as docs/operate/telemetry.md has them, or unset them");
    }

    /**
     * The SDK does not come up.
     *
     * @param properties what the variables say, by the names of the SDK
     * @param works whether the SDK comes up with others
     */
    static Complaint ofSetting(
            Map<String, String> properties, Throwable failure, Predicate<Map<String, String>> works) {
        StringBuilder said = new StringBuilder();
        chain(failure).forEach(one -> said.append(one.getMessage()).append('\n'));
        String name = culprit(properties, said.toString());
        if (name == null) {
            name = without(properties, works);
        }
        if (name == null) {
            return unknown(failure.getClass().getSimpleName());
        }
        String variable = name.toUpperCase(Locale.ROOT).replace('.', '_');
        String help = switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "protocol" ->
                "unset " + variable + " or set it to " + PROTOCOL
                        + ", and name the port of the collector for OTLP over HTTP, mostly 4318";
            case "endpoint" ->
                "set " + variable + " to http:// or https://, a host and a port; secrets go into"
                        + " OTEL_EXPORTER_OTLP_HEADERS";
            case "headers" -> "write name=value, separated by commas, with a space as %20";
            default -> "set " + variable + " as the specification of OpenTelemetry has it, or unset it";
        };
        return new Complaint(
                name.endsWith(".protocol")
                        ? "the protocol of " + variable + " is not there; it is " + PROTOCOL
                        : "the value of " + variable + " is refused",
                help);
    }

    /** Messages name a setting, or its value, or what of it is too much; of a compression they say none of these. */
    private static @Nullable String culprit(Map<String, String> properties, String said) {
        List<String> names = new ArrayList<>(theirs(properties));
        names.sort(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        String last = said.strip().substring(said.strip().lastIndexOf(": ") + 1).strip();
        return names.stream()
                .filter(said::contains)
                .findFirst()
                .or(() -> names.stream()
                        .filter(name -> name.endsWith(".protocol") && !PROTOCOL.equals(properties.get(name)))
                        .findFirst())
                .or(() -> names.stream()
                        .filter(name -> properties.getOrDefault(name, "").length() >= LEAST
                                && said.contains(properties.getOrDefault(name, "")))
                        .max(Comparator.comparingInt(
                                name -> properties.getOrDefault(name, "").length())))
                .or(() -> names.stream()
                        .filter(name -> last.length() >= LEAST
                                && properties.getOrDefault(name, "").contains(last))
                        .findFirst())
                .or(() -> names.stream()
                        .filter(name -> name.endsWith(".compression") && said.contains("ompression"))
                        .findFirst())
                .or(() -> names.stream()
                        .filter(name -> name.endsWith("config.file"))
                        .findFirst())
                .orElse(null);
    }

    /** The one setting without which it comes up: some that the SDK refuses are named in no message. */
    private static @Nullable String without(Map<String, String> properties, Predicate<Map<String, String>> works) {
        return theirs(properties).stream()
                .filter(name -> {
                    Map<String, String> others = new HashMap<>(properties);
                    others.remove(name);
                    return works.test(others);
                })
                .findFirst()
                .orElse(null);
    }

    /** Those that we do not set ourselves. */
    private static List<String> theirs(Map<String, String> properties) {
        return properties.keySet().stream()
                .filter(name -> !name.equals("otel.propagators") && !name.endsWith(".exporter"))
                .sorted()
                .toList();
    }

    private static boolean any(List<Throwable> chain, Class<? extends Throwable> kind) {
        return chain.stream().anyMatch(kind::isInstance);
    }

    private static List<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable one = failure; one != null && !chain.contains(one); one = one.getCause()) {
            chain.add(one);
        }
        return chain;
    }
}
