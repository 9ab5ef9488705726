package dev.lockkeeper.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("RUN-11")
class WavesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10 | 1, 3   | 1 3 6",
                "10 | ''     | 10",
                "10 | 4, 6   | 4 6",
                "10 | 8, 8, 8| 8 2",
                "2  | 1, 1, 5| 1 1",
                "0  | 1      | ''"
            })
    void waves_have_the_sizes_of_the_canary_and_then_all_the_rest(int targets, String canary, String sizes) {
        List<Integer> numbers = IntStream.range(0, targets).boxed().toList();
        List<Integer> first = canary.isEmpty()
                ? List.of()
                : List.of(canary.split(", ")).stream().map(Integer::valueOf).toList();
        List<List<Integer>> waves = Fleet.waves(numbers, first);
        assertThat(String.join(
                        " ", waves.stream().map(w -> Integer.toString(w.size())).toList()))
                .isEqualTo(sizes);
        assertThat(waves.stream().flatMap(List::stream).toList()).isEqualTo(numbers);
    }

    @Test
    void a_crew_never_works_on_more_at_once_than_it_has_threads_and_begins_nothing_after_a_stop() {
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Integer> done = new ArrayList<>();
        Crew crew = new Crew(4);
        crew.run(IntStream.range(0, 1000).boxed().toList(), i -> {
            most.accumulateAndGet(working.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            synchronized (done) {
                done.add(i);
                if (done.size() == 500) {
                    crew.stop();
                }
            }
            working.decrementAndGet();
        });
        assertThat(most.get()).isBetween(1, 4);
        assertThat(done).hasSizeBetween(500, 504).doesNotHaveDuplicates();
    }
}
