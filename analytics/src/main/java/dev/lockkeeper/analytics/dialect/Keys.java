package dev.lockkeeper.analytics.dialect;

import java.util.List;

/**
 * Which parts of a bucket: values of the dimension by which it is parted, as the engine writes them.
 *
 * @param none whether events without a value are meant too
 */
public record Keys(List<String> values, boolean none) {
    public Keys {
        values = List.copyOf(values);
    }

    public int count() {
        return values.size() + (none ? 1 : 0);
    }
}
