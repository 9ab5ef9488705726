package dev.lockkeeper.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsPartialSuccess;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a collector has taken is read as the official classes write it, and what is no answer is none. */
@Tag("OPS-01")
class TakenTest {
    private static byte[] answer(long rejected, String words) {
        return ExportMetricsServiceResponse.newBuilder()
                .setPartialSuccess(ExportMetricsPartialSuccess.newBuilder()
                        .setRejectedDataPoints(rejected)
                        .setErrorMessage(words))
                .build()
                .toByteArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 300, 1L << 40, Long.MAX_VALUE})
    void what_was_rejected_is_counted_whatever_is_said_of_it(long rejected) {
        assertThat(Taken.rejected(answer(rejected, "x".repeat(5000)))).hasValue(rejected);
        assertThat(Taken.rejected(answer(rejected, ""))).hasValue(rejected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{ \"partialSuccess\": {} }\n"})
    void nothing_and_an_empty_object_say_that_all_was_taken(String answer) {
        assertThat(Taken.rejected(answer.getBytes(StandardCharsets.UTF_8))).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok", "<html>", "{\"partialSuccess\":{\"rejectedSpans\":\"5\"}}", "\n\u007f", "SSH-2.0"})
    void what_is_no_answer_of_a_collector_says_nothing(String answer) {
        assertThat(Taken.rejected(answer.getBytes(StandardCharsets.UTF_8))).isEmpty();
    }

    @Test
    void a_negative_number_is_no_answer() {
        assertThat(Taken.rejected(answer(-1, ""))).isEmpty();
    }

    @Test
    void no_bytes_whatever_end_the_reader() {
        Random random = new Random(15);
        byte[] good = answer(300, "some words");
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            assertThat(Taken.rejected(bytes).orElse(0)).isNotNegative();
        }
    }
}
