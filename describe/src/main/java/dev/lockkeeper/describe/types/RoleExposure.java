package dev.lockkeeper.describe.types;

import dev.lockkeeper.catalog.model.Column;
import dev.lockkeeper.catalog.model.Grant;
import dev.lockkeeper.catalog.model.Model;
import dev.lockkeeper.catalog.model.Relation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the grants of some roles let them read and write. Of which other roles they are members is not known: all that count
 * are named. Policies of row security choose rows, not columns, and change nothing here.
 */
public final class RoleExposure implements Exposure {
    private final Set<String> roles;
    private final Set<String> usable;

    public RoleExposure(Model model, Set<String> roles) {
        this.roles = Set.copyOf(roles);
        this.usable = model.schemas().stream()
                .filter(schema -> roles.contains(schema.owner()) || grants(schema.grants(), "USAGE"))
                .map(schema -> schema.name())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean reads(Relation relation, Column column) {
        return may(relation, column, "SELECT");
    }

    @Override
    public boolean inserts(Relation relation, Column column) {
        return may(relation, column, "INSERT");
    }

    @Override
    public boolean updates(Relation relation, Column column) {
        return may(relation, column, "UPDATE");
    }

    private boolean may(Relation relation, Column column, String privilege) {
        return usable.contains(relation.name().schema())
                && (roles.contains(relation.owner())
                        || grants(relation.grants(), privilege)
                        || grants(column.grants(), privilege));
    }

    private boolean grants(List<Grant> grants, String privilege) {
        return grants.stream()
                .anyMatch(grant -> grant.privilege().equals(privilege)
                        && (grant.grantee().equals(Grant.EVERYBODY) || roles.contains(grant.grantee())));
    }
}
