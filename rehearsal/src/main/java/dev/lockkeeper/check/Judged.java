package dev.lockkeeper.check;

import dev.lockkeeper.source.Checksum;
import dev.lockkeeper.source.Script;

/**
 * A script at which rules looked, and which one exactly.
 *
 * @param file its up script
 * @param checksum before tokens were replaced
 * @param rendered after they were
 */
public record Judged(String component, String version, String file, Checksum checksum, Checksum rendered) {
    static Judged of(String component, Item item) {
        Script up = item.migration().up();
        return new Judged(component, item.name(), up.file(), up.checksum(), up.renderedChecksum());
    }
}
