package dev.lockkeeper.telemetry;

import static dev.lockkeeper.telemetry.Receiver.attributes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.trace.Traceparent;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told arrives where the standard variables say, in the official form, and nobody waits for long where it does not. */
@Tag("OPS-01")
class SendingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String JOB = "00-" + TRACE + "-" + PARENT + "-01";
    private static final String SECRET = "S3CRET";

    private static Telling telling(Map<String, String> variables) {
        return Telling.of(variables, "1.2.3");
    }

    private static LogLine line(Telemetry telemetry, LogLine.Level level, String message) {
        return new LogLine(
                Instant.now(),
                level,
                message,
                Problem.of(Code.LOCK_NOT_AVAILABLE, message),
                new LogLine.Context(
                        "apply",
                        "main",
                        "3",
                        "apply",
                        null,
                        telemetry.place().trace(),
                        telemetry.place().span()));
    }

    private static List<Problem> tell(Map<String, String> variables) {
        Telemetry telemetry = telling(variables).begin("apply", null);
        telemetry.said(line(telemetry, LogLine.Level.ERROR, "no lock"));
        telemetry.measured(new Measure.Pending("main", 7));
        return telemetry.end(6);
    }

    @Test
    void spans_metrics_and_logs_arrive_and_belong_together() {
        try (Receiver receiver = new Receiver()) {
            Map<String, String> variables = Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    receiver.url(),
                    "OTEL_RESOURCE_ATTRIBUTES",
                    "team=data",
                    Traceparent.VARIABLE,
                    JOB);
            tell(variables);
            Span root = receiver.span("lockkeeper apply");
            assertThat(Receiver.trace(root)).isEqualTo(TRACE);
            assertThat(Receiver.parent(root)).isEqualTo(PARENT);
            assertThat(root.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
            assertThat(attributes(root))
                    .containsEntry("lockkeeper.command", "apply")
                    .containsEntry("process.exit.code", "6")
                    .containsEntry("error.type", "lock-not-available");
            assertThat(receiver.resource())
                    .containsEntry("service.name", "lockkeeper")
                    .containsEntry("service.version", "1.2.3")
                    .containsEntry("team", "data");
            var log = receiver.logs().get(0);
            assertThat(log.getBody().getStringValue()).startsWith("lock-not-available: ");
            assertThat(log.getSeverityText()).isEqualTo("error");
            assertThat(log.getTraceId()).isEqualTo(root.getTraceId());
            assertThat(log.getSpanId()).isEqualTo(root.getSpanId());
            assertThat(attributes(log.getAttributesList()))
                    .containsEntry("lockkeeper.code", "lock-not-available")
                    .containsEntry("lockkeeper.component", "main")
                    .containsEntry("lockkeeper.version", "3");
            assertThat(receiver.value("lockkeeper.migrations.pending", "lockkeeper.component", "main"))
                    .isEqualTo(7);
            assertThat(receiver.value("lockkeeper.failures", "lockkeeper.code", "lock-not-available"))
                    .isEqualTo(1);
            assertThat(receiver.metrics()).containsKey("lockkeeper.command.duration");
        }
    }

    @Test
    void a_job_that_is_not_sampled_has_its_logs_and_metrics_and_no_spans() {
        try (Receiver receiver = new Receiver()) {
            tell(Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    receiver.url(),
                    Traceparent.VARIABLE,
                    "00-" + TRACE + "-" + PARENT + "-00"));
            assertThat(receiver.spans()).isEmpty();
            assertThat(receiver.logs()).hasSize(1);
            assertThat(receiver.metrics()).isNotEmpty();
        }
    }

    @Test
    void one_signal_alone_is_sent_where_only_that_is_asked_for() {
        try (Receiver receiver = new Receiver()) {
            tell(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", receiver.url() + "/v1/traces"));
            assertThat(receiver.spans()).isNotEmpty();
            assertThat(receiver.logs()).isEmpty();
            assertThat(receiver.metrics()).isEmpty();
        }
    }

    @Test
    void what_is_sent_is_compressed_where_that_is_asked_for() {
        try (Receiver receiver = new Receiver()) {
            tell(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url(), "OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"));
            assertThat(receiver.encodings()).isNotEmpty().containsOnly("gzip");
            assertThat(receiver.span("lockkeeper apply").getName()).isNotEmpty();
        }
    }

    @Test
    void what_a_person_has_typed_is_in_no_log_record() {
        try (Receiver receiver = new Receiver()) {
            Telemetry telemetry = telling(Map.of("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", receiver.url() + "/v1/logs"))
                    .begin("erase", null);
            telemetry.said(line(telemetry, LogLine.Level.ERROR, "erase does not take the argument " + SECRET));
            assertThat(telemetry.end(2)).isEmpty();
            assertThat(receiver.logs()).hasSize(1);
            assertThat(receiver.logs().toString()).doesNotContain(SECRET);
        }
    }

    @Test
    void what_a_collector_has_rejected_is_counted_and_its_words_are_not_passed_on() {
        try (Receiver receiver = new Receiver().answering(Receiver.Answer.PARTLY)) {
            List<Problem> problems = tell(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()));
            assertThat(receiver.spans("lockkeeper apply")).hasSize(1);
            assertThat(problems).hasSize(1);
            assertThat(problems.get(0).why())
                    .isEqualTo("the collector has rejected 1 data points of metrics, 1 log records, 1 spans");
        }
    }

    @ParameterizedTest
    @CsvSource({"401, OTEL_EXPORTER_OTLP_HEADERS", "404, 4318", "400, 4318", "500, busy", "302, 4318"})
    void a_collector_that_refuses_is_told_by_its_status_and_its_words_are_not_passed_on(int status, String help) {
        try (Receiver receiver = new Receiver().refusing(status, "authorization: " + SECRET)) {
            List<Problem> problems = tell(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()));
            assertThat(problems).hasSize(1);
            assertThat(problems.get(0).why()).isEqualTo("the collector has answered with HTTP status " + status);
            assertThat(problems.get(0).help()).contains(help);
            assertThat(problems.toString()).doesNotContain(SECRET);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Receiver.Answer.class,
            names = {"TOO_MANY", "AWAY"})
    void a_collector_that_is_busy_is_asked_again(Receiver.Answer answer) {
        try (Receiver receiver = new Receiver().answering(answer, 1)) {
            tell(Map.of("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", receiver.url() + "/v1/traces"));
            assertThat(receiver.requests()).isEqualTo(2);
            assertThat(receiver.spans("lockkeeper apply")).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Receiver.Answer.class,
            names = {"TOO_MANY", "AWAY", "SLOW"})
    void a_collector_that_stays_busy_or_never_answers_is_warned_of_once_and_waited_for_no_longer_than_was_said(
            Receiver.Answer answer) {
        try (Receiver receiver = new Receiver().answering(answer)) {
            List<Problem> problems =
                    tell(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url(), "OTEL_BSP_EXPORT_TIMEOUT", "700"));
            assertThat(problems).hasSize(1);
            assertThat(problems.get(0).code()).isEqualTo(Code.TELEMETRY);
            assertThat(problems.get(0).message()).isEqualTo("telemetry could not be sent, or not all of it");
            assertThat(problems.get(0).why())
                    .isEqualTo(
                            switch (answer) {
                                case TOO_MANY -> "the collector has answered with HTTP status 429";
                                case AWAY -> "the collector has answered with HTTP status 503";
                                default -> "the collector did not answer in time";
                            });
        }
    }

    @Test
    void an_answer_that_is_none_of_a_collector_is_warned_of() {
        try (Receiver receiver = new Receiver().answering(Receiver.Answer.NONSENSE)) {
            List<Problem> problems = tell(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()));
            assertThat(receiver.requests()).isPositive();
            assertThat(problems).hasSize(1);
            assertThat(problems.get(0).why()).startsWith("what answers is no collector of OTLP over HTTP");
        }
    }

    @Test
    void a_collector_that_is_away_is_warned_of_once() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        List<Problem> problems = tell(
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + free, "OTEL_BSP_EXPORT_TIMEOUT", "700"));
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).why()).contains("refused");
        assertThat(problems.get(0).help()).contains("OTEL_EXPORTER_OTLP_ENDPOINT");
    }

    @Test
    void a_collector_whose_name_is_not_known_and_one_that_does_not_speak_tls_are_told_apart() throws IOException {
        assertThat(tell(Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                "http://collector.invalid:4318",
                                "OTEL_BSP_EXPORT_TIMEOUT",
                                "2000"))
                        .get(0)
                        .why())
                .isEqualTo("the name of the collector's host is not known here");
        try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread answering = new Thread(() -> {
                try {
                    while (true) {
                        try (Socket one = plain.accept()) {
                            one.getOutputStream()
                                    .write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        }
                    }
                } catch (IOException e) {
                    // the test is over
                }
            });
            answering.setDaemon(true);
            answering.start();
            assertThat(tell(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "https://127.0.0.1:" + plain.getLocalPort()))
                            .get(0)
                            .why())
                    .contains("TLS");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_PROTOCOL, grpc, http/protobuf",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL, grpc, http/protobuf",
        "OTEL_EXPORTER_OTLP_PROTOCOL, S3CRET, http/protobuf",
        "OTEL_EXPORTER_OTLP_ENDPOINT, http://u:S3CRET@ho st, https://",
        "OTEL_EXPORTER_OTLP_ENDPOINT, http://h:4318/?token=S3CRET, OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, ftp://S3CRET, https://",
        "OTEL_EXPORTER_OTLP_HEADERS, S3CRET, name=value",
        "OTEL_EXPORTER_OTLP_COMPRESSION, S3CRET, OTEL_EXPORTER_OTLP_COMPRESSION",
        "OTEL_EXPORTER_OTLP_CERTIFICATE, /S3CRET, OTEL_EXPORTER_OTLP_CERTIFICATE",
        "OTEL_RESOURCE_ATTRIBUTES, S3CRET, OTEL_RESOURCE_ATTRIBUTES",
        "OTEL_EXPORTER_OTLP_HEADERS, api-key=%zz, name=value",
        "OTEL_BSP_MAX_QUEUE_SIZE, 0, OTEL_BSP_MAX_QUEUE_SIZE",
        "OTEL_BSP_SCHEDULE_DELAY, -5, OTEL_BSP_SCHEDULE_DELAY",
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT, -1, OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_METRIC_EXPORT_INTERVAL, 0, OTEL_METRIC_EXPORT_INTERVAL",
        "OTEL_TRACES_SAMPLER, S3CRET, OTEL_TRACES_SAMPLER",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE, S3CRET, OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        "OTEL_BSP_SCHEDULE_DELAY, S3CRET, OTEL_BSP_SCHEDULE_DELAY",
        "OTEL_EXPORTER_OTLP_TIMEOUT, S3CRET, OTEL_EXPORTER_OTLP_TIMEOUT"
    })
    void a_setting_that_the_sdk_refuses_is_a_warning_that_names_it_and_not_its_value(
            String variable, String value, String help) {
        Map<String, String> variables = new HashMap<>(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
        variables.put(variable, value);
        List<Problem> problems = tell(variables);
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).code()).isEqualTo(Code.TELEMETRY);
        assertThat(problems.get(0).why()).contains(" of " + variable + " ");
        assertThat(problems.get(0).help()).contains(help);
        assertThat(telling(variables).warnings()).isEmpty();
        assertThat(problems.toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @CsvSource({"OTEL_TRACES_EXPORTER, S3CRET", "OTEL_METRICS_EXPORTER, prometheus", "OTEL_LOGS_EXPORTER, 'console'"})
    void an_exporter_that_is_not_there_is_warned_of_and_the_other_signals_are_sent(String variable, String value) {
        try (Receiver receiver = new Receiver()) {
            Map<String, String> variables = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url(), variable, value);
            List<Problem> warnings = telling(variables).warnings();
            assertThat(warnings).hasSize(1);
            assertThat(warnings.get(0).message()).isEqualTo("of " + variable + " only otlp is there");
            assertThat(warnings.toString()).doesNotContain(SECRET);
            assertThat(tell(variables)).isEmpty();
            assertThat(receiver.spans().isEmpty()).isEqualTo(variable.contains("TRACES"));
            assertThat(receiver.metrics().isEmpty()).isEqualTo(variable.contains("METRICS"));
            assertThat(receiver.logs().isEmpty()).isEqualTo(variable.contains("LOGS"));
        }
    }

    @Test
    void ours_is_told_beside_an_exporter_that_is_not_there_and_propagators_of_others_are_no_trouble() {
        try (Receiver receiver = new Receiver()) {
            Map<String, String> variables = Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    receiver.url(),
                    "OTEL_PROPAGATORS",
                    "b3,jaeger",
                    "OTEL_TRACES_EXPORTER",
                    "console, otlp");
            assertThat(telling(variables).warnings()).hasSize(1);
            assertThat(tell(variables)).isEmpty();
            assertThat(receiver.spans()).isNotEmpty();
            assertThat(receiver.logs()).isNotEmpty();
        }
    }

    @Test
    void what_other_tools_have_handed_on_is_handed_on() {
        try (Receiver receiver = new Receiver()) {
            tell(Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    receiver.url(),
                    Traceparent.VARIABLE,
                    JOB,
                    TelemetrySettings.STATE,
                    "a=b,vendor=x:y"));
            assertThat(receiver.span("lockkeeper apply").getTraceState()).isEqualTo("a=b,vendor=x:y");
        }
        try (Receiver receiver = new Receiver()) {
            tell(Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    receiver.url(),
                    Traceparent.VARIABLE,
                    JOB,
                    TelemetrySettings.STATE,
                    "no state\u0000"));
            assertThat(receiver.span("lockkeeper apply").getTraceState()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_TIMEOUT, 20000, 20000",
        "OTEL_METRIC_EXPORT_TIMEOUT, 700, 700",
        "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT, 999999999, 300000",
        "OTEL_BSP_EXPORT_TIMEOUT, -5, 5000"
    })
    void longest_time_that_is_allowed_for_sending_is_waited_for_and_given_to_each_request(
            String variable, String value, long patience) {
        TelemetrySettings settings =
                TelemetrySettings.of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", variable, value));
        assertThat(settings.patience().toMillis()).isEqualTo(patience);
        assertThat(settings.properties())
                .containsEntry(
                        "otel.exporter.otlp.timeout",
                        variable.equals("OTEL_EXPORTER_OTLP_TIMEOUT") ? value : Long.toString(patience));
    }

    @Test
    void a_file_of_settings_that_is_refused_is_named() {
        // the SDK reads this one from the variables of the process, which a test cannot set
        assertThat(Complaint.ofSetting(
                                Map.of("otel.config.file", SECRET, "otel.service.name", "shop"),
                                new IllegalStateException("no file"),
                                others -> false)
                        .why())
                .isEqualTo("the value of OTEL_CONFIG_FILE is refused");
    }

    @Test
    void what_is_handed_on_without_a_place_in_a_trace_belongs_to_none() {
        try (Receiver receiver = new Receiver()) {
            telling(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url(), TelemetrySettings.STATE, "a=b"))
                    .begin("apply", Traceparent.begin())
                    .end(0);
            assertThat(receiver.span("lockkeeper apply").getTraceState()).isEmpty();
        }
    }

    @Test
    void nothing_is_sent_while_a_setting_that_is_refused_is_looked_for() {
        try (Receiver receiver = new Receiver()) {
            List<Problem> problems = tell(
                    Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url(), "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "-1"));
            assertThat(problems.get(0).why()).contains(" of OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT ");
            assertThat(receiver.requests()).isZero();
        }
    }

    @Test
    void a_header_that_http_forbids_is_told() {
        try (Receiver receiver = new Receiver()) {
            List<Problem> problems = tell(Map.of(
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    receiver.url(),
                    "OTEL_EXPORTER_OTLP_HEADERS",
                    "api-key=" + SECRET + "%0d%0a"));
            assertThat(problems).hasSize(1);
            assertThat(problems.get(0).why()).contains("OTEL_EXPORTER_OTLP_HEADERS");
            assertThat(problems.toString()).doesNotContain(SECRET);
            assertThat(receiver.requests()).isZero();
        }
    }

    @Test
    void certificates_that_are_of_another_host_or_too_old_are_told_apart_from_unknown_ones() {
        assertThat(Complaint.ofFailure(new SSLException(new CertificateException("No name matching x found")))
                        .why())
                .contains("another host");
        assertThat(Complaint.ofFailure(
                                new SSLException(new CertPathValidatorException(new CertificateExpiredException())))
                        .why())
                .contains("not valid at this time");
        assertThat(Complaint.ofFailure(new SSLException(
                                new CertificateException(new CertPathBuilderException("unable to find valid path"))))
                        .why())
                .contains("not trusted");
    }

    @Test
    void what_waits_beyond_any_measure_is_dropped_and_said() {
        Telemetry telemetry = telling(
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1", "OTEL_BSP_EXPORT_TIMEOUT", "1"))
                .begin("apply", null);
        for (int i = 0; i < 300_000; i++) {
            telemetry.measured(new Measure.Pending("main", i));
        }
        assertThat(telemetry.end(0)).isNotEmpty().allMatch(problem -> problem.code() == Code.TELEMETRY);
    }

    @Test
    void the_plan_is_the_parent_unless_the_job_names_another_trace_and_then_it_is_linked() {
        Traceparent plan = Traceparent.begin();
        try (Receiver receiver = new Receiver()) {
            Telemetry joined = telling(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()))
                    .begin("apply", plan);
            joined.end(0);
            assertThat(joined.place().trace()).isEqualTo(plan.trace());
            assertThat(Receiver.parent(receiver.span("lockkeeper apply"))).isEqualTo(plan.span());
        }
        try (Receiver receiver = new Receiver()) {
            Telemetry own = telling(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url(), Traceparent.VARIABLE, JOB))
                    .begin("apply", plan);
            own.end(0);
            Span root = receiver.span("lockkeeper apply");
            assertThat(Receiver.trace(root)).isEqualTo(TRACE);
            assertThat(root.getLinksList()).hasSize(1);
            assertThat(java.util.HexFormat.of()
                            .formatHex(root.getLinks(0).getTraceId().toByteArray()))
                    .isEqualTo(plan.trace());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "OTEL_SERVICE_NAME=shop", "OTEL_TRACES_EXPORTER=none", "OTEL_EXPORTER_OTLP_ENDPOINT= "})
    void nothing_is_sent_unless_an_exporter_or_an_address_is_asked_for(String variable) {
        Map<String, String> variables = new HashMap<>();
        if (!variable.isEmpty()) {
            int sign = variable.indexOf('=');
            variables.put(variable.substring(0, sign), variable.substring(sign + 1));
        }
        TelemetrySettings settings = TelemetrySettings.of(variables);
        assertThat(settings.isWanted()).isFalse();
        assertThat(new Telling(settings, "1").begin("apply", null)).isInstanceOf(Silent.class);
    }

    @Test
    void it_is_switched_off_by_the_standard_variable() {
        assertThat(TelemetrySettings.of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x", "OTEL_SDK_DISABLED", "true"))
                        .isWanted())
                .isFalse();
    }

    @Test
    void a_place_in_a_trace_that_is_none_is_ignored_and_warned_of() {
        Telling telling =
                telling(Map.of(Traceparent.VARIABLE, "00-" + TRACE.toUpperCase(Locale.ROOT) + "-" + PARENT + "-01"));
        assertThat(telling.warnings()).hasSize(1);
        assertThat(telling.warnings().get(0).message()).startsWith("TRACEPARENT is ignored");
        Telemetry telemetry = telling.begin("apply", null);
        assertThat(telemetry.place().trace()).hasSize(32).isNotEqualTo(TRACE);
        assertThat(telemetry.end(0)).isEmpty();
    }

    @Test
    void a_threshold_that_is_none_is_warned_of() {
        TelemetrySettings settings = TelemetrySettings.of(Map.of(TelemetrySettings.STATEMENTS, "soon"));
        assertThat(settings.warnings()).hasSize(1);
        assertThat(settings.apart()).isFalse();
        TelemetrySettings said = TelemetrySettings.of(Map.of(TelemetrySettings.STATEMENTS, "250ms"));
        assertThat(said.apart()).isTrue();
        assertThat(Objects.requireNonNull(said.tracing("x", null).statements()).toMillis())
                .isEqualTo(250);
    }
}
