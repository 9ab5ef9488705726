package dev.lockkeeper.stewardship.classification;

import java.util.Set;

/**
 * What a project asks of a class of data.
 *
 * @param comment whether each column needs a comment
 * @param grantPublic whether everybody may be granted to read it
 * @param protections in which form it has to be kept; empty for none
 * @param plainIndex whether an index may keep its plain value
 */
public record Demands(boolean comment, boolean grantPublic, Set<Protection> protections, boolean plainIndex) {
    public Demands {
        protections = Set.copyOf(protections);
    }

    /** What is asked where the file says nothing. */
    static Demands usual(DataClass level) {
        return new Demands(
                false,
                !level.isSensitive(),
                level == DataClass.RESTRICTED ? Set.of(Protection.values()) : Set.of(),
                level != DataClass.RESTRICTED);
    }
}
