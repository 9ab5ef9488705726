package dev.lockkeeper.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one process cost.
 *
 * @param wall milliseconds from its start to its end
 * @param cpu milliseconds of user and system time, those of its children included
 * @param memory the peak of its resident memory, in MiB
 */
record Sample(double wall, double cpu, double memory) {
    /** The median of each figure by itself. */
    static Sample median(List<Sample> samples) {
        return new Sample(median(samples, Sample::wall), median(samples, Sample::cpu), median(samples, Sample::memory));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
