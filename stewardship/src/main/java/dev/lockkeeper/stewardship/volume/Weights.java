package dev.lockkeeper.stewardship.volume;

import java.util.Arrays;

/** How often each of some things is taken. Immutable. */
final class Weights {
    private final double[] upTo;

    private Weights(double[] upTo) {
        this.upTo = upTo;
    }

    /** The first often, the later ones seldom: with the weight 1 / rank<sup>skew</sup>, as words of a language are (Zipf). */
    static Weights skewed(int count, double skew) {
        double[] weights = new double[count];
        for (int i = 0; i < count; i++) {
            weights[i] = skew == 0 ? 1 : StrictMath.pow(i + 1.0, -skew);
        }
        return of(weights);
    }

    static Weights of(double[] weights) {
        double[] upTo = new double[weights.length];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i];
            upTo[i] = sum;
        }
        return new Weights(upTo);
    }

    int take(Draw draw) {
        double at = draw.unit() * upTo[upTo.length - 1];
        int found = Arrays.binarySearch(upTo, at);
        return Math.min(found < 0 ? -found - 1 : found + 1, upTo.length - 1);
    }
}
