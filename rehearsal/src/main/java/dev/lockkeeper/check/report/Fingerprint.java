package dev.lockkeeper.check.report;

import dev.lockkeeper.check.Finding;
import dev.lockkeeper.source.Checksum;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A finding and what it is known by from one run to the next: the same when lines are added above it.
 *
 * @param text in hexadecimal digits, of no other finding of the run
 */
record Fingerprint(Finding finding, String text) {
    static List<Fingerprint> all(List<Finding> findings) {
        Map<String, Integer> counts = new HashMap<>();
        List<Fingerprint> all = new ArrayList<>();
        for (Finding finding : findings) {
            String content = String.join(
                    "\n",
                    finding.rule(),
                    finding.place().file(),
                    Objects.requireNonNullElse(finding.object(), ""),
                    finding.message());
            int count = counts.merge(content, 1, Integer::sum);
            all.add(new Fingerprint(
                    finding, Checksum.of(content + "\n" + count).toString().replaceFirst("^.*:", "")));
        }
        return all;
    }
}
