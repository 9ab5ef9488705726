package dev.lockkeeper.project;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/**
 * Who may do what in an environment. A role that names nobody is everybody's.
 *
 * @param authors who may make a plan and write its scripts, as git and {@code --as} name them
 * @param approvers whose approvals count, as the file of allowed signers names them
 * @param operators database logins that may change something
 * @param viewers database logins that may only look
 */
public record Roles(List<String> authors, List<String> approvers, List<String> operators, List<String> viewers) {
    public Roles {
        authors = List.copyOf(authors);
        approvers = List.copyOf(approvers);
        operators = List.copyOf(operators);
        viewers = List.copyOf(viewers);
    }

    /** Everybody may do everything. */
    public static Roles everybody() {
        return new Roles(List.of(), List.of(), List.of(), List.of());
    }

    public boolean areEverybodys() {
        return equals(everybody());
    }

    /** Whether a database login may change something. */
    public boolean mayOperate(String login) {
        return !viewers.contains(login) && (operators.isEmpty() || operators.contains(login));
    }

    /** Whether a person, by any of their names, is an approver. */
    public boolean mayApprove(Collection<String> names) {
        return approvers.isEmpty() || names.stream().anyMatch(name -> holds(approvers, name));
    }

    /** Those who are no authors, in the order given. */
    public List<String> strangers(Collection<String> people) {
        return authors.isEmpty()
                ? List.of()
                : people.stream()
                        .distinct()
                        .filter(person -> !holds(authors, person))
                        .toList();
    }

    /** Mail addresses are compared as git maps them: in lower case. */
    private static boolean holds(List<String> role, String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return role.stream().anyMatch(r -> r.strip().toLowerCase(Locale.ROOT).equals(lower));
    }
}
