package dev.lockkeeper.catalog.model;

/**
 * A privilege that a role has on an object, those of its owner left out.
 *
 * @param grantee its name; {@code PUBLIC} stands for everybody
 * @param privilege such as {@code SELECT}
 * @param grantable whether the role may pass it on
 */
public record Grant(String grantee, String privilege, boolean grantable) {
    /** Who stands for everybody. */
    public static final String EVERYBODY = "PUBLIC";
}
