package dev.lockkeeper.describe.changes;

import dev.lockkeeper.catalog.model.Grant;
import dev.lockkeeper.describe.changes.ModelChange.Sort;
import dev.lockkeeper.describe.page.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Collects changes and says them. Not thread-safe. */
final class Telling {
    /** A longer value is only said to be another one. */
    private static final int LONGEST = 120;

    private static final String NONE = "none";

    private final List<ModelChange> changes = new ArrayList<>();

    List<ModelChange> changes() {
        return List.copyOf(changes);
    }

    /** @param what it is like, such as its type; empty for nothing to say */
    void added(String kind, String name, String what, boolean breaking) {
        Line line = Line.of("Added " + kind + " ").code(name);
        changes.add(new ModelChange(Sort.ADDED, kind, name, "", null, what, breaking, shown(line, what)));
    }

    /** The same of something whose comment says what it is for. */
    void described(String kind, String name, @Nullable String comment) {
        String first =
                comment == null ? "" : comment.strip().lines().findFirst().orElse("");
        Line line = Line.of("Added " + kind + " ").code(name);
        changes.add(new ModelChange(
                Sort.ADDED, kind, name, "", null, "", false, first.isEmpty() ? line : line.text(": " + first)));
    }

    /** @param what it was like; empty for nothing to say */
    void removed(String kind, String name, String what, boolean breaking) {
        Line line = Line.of("Removed " + kind + " ").code(name);
        changes.add(new ModelChange(Sort.REMOVED, kind, name, "", what, null, breaking, shown(line, what)));
    }

    private static Line shown(Line line, String what) {
        return what.isEmpty() || isLong(what) ? line : line.text(": ").code(what);
    }

    /** Nothing when the two are equal. */
    void changed(
            String kind,
            String name,
            String aspect,
            @Nullable String before,
            @Nullable String after,
            boolean breaking) {
        if (Objects.equals(before, after)) {
            return;
        }
        Line line = Line.of(capital(kind) + " ").code(name);
        boolean brief =
                !isLong(Objects.requireNonNullElse(before, "")) && !isLong(Objects.requireNonNullElse(after, ""));
        line = brief
                ? value(value(line.text(": " + aspect + " is now "), after).text(", was "), before)
                : line.text(" has another " + aspect);
        said(Sort.CHANGED, kind, name, aspect, before, after, breaking, line);
    }

    /** The same of a fact, which is said as a sentence about the thing. */
    void said(String kind, String name, String aspect, boolean before, boolean after, boolean breaking, String now) {
        if (before != after) {
            said(
                    Sort.CHANGED,
                    kind,
                    name,
                    aspect,
                    before ? "yes" : "no",
                    after ? "yes" : "no",
                    breaking,
                    Line.of(capital(kind) + " ").code(name).text(" " + now));
        }
    }

    /** The same of a rule: whether rows from before it meet it, and whether any row has to. */
    void held(
            String kind, String name, boolean validated, boolean nowValidated, boolean enforced, boolean nowEnforced) {
        said(
                kind,
                name,
                "validated",
                validated,
                nowValidated,
                false,
                nowValidated
                        ? "holds for what was there before it too now"
                        : "no longer holds for what was there before it");
        said(
                kind,
                name,
                "enforced",
                enforced,
                nowEnforced,
                nowEnforced,
                nowEnforced ? "is enforced now" : "is no longer enforced");
    }

    /** Comments are for people: nothing that worked may fail, unless they say that something will go. */
    void comment(String kind, String name, @Nullable String before, @Nullable String after) {
        if (Objects.equals(before, after)) {
            return;
        }
        String now = after == null ? "" : after.strip();
        boolean going = now.toLowerCase(Locale.ROOT).startsWith("deprecated");
        Line line = Line.of(capital(kind) + " ").code(name);
        said(
                going ? Sort.CHANGED : Sort.DESCRIBED,
                kind,
                name,
                "comment",
                before,
                after,
                false,
                line.text(going ? " is " + now : before == null ? " is described now" : " is described anew"));
    }

    void renamed(String kind, String before, String after) {
        said(
                Sort.CHANGED,
                kind,
                after,
                "name",
                before,
                after,
                true,
                Line.of(capital(kind) + " ")
                        .code(before)
                        .text(" is now called ")
                        .code(after));
    }

    private void said(
            Sort sort,
            String kind,
            String name,
            String aspect,
            @Nullable String before,
            @Nullable String after,
            boolean breaking,
            Line line) {
        changes.add(new ModelChange(sort, kind, name, aspect, before, after, breaking, line));
    }

    void grants(String kind, String name, List<Grant> before, List<Grant> after) {
        Pairs<Grant> pairs = Pairs.of(before, after, grant -> List.of(grant.grantee(), grant.privilege()));
        pairs.removed().forEach(grant -> access(kind, name, grant, false));
        pairs.added().forEach(grant -> access(kind, name, grant, true));
        for (Pairs.Pair<Grant> pair : pairs.both()) {
            if (pair.before().grantable() != pair.after().grantable()) {
                Grant grant = pair.after();
                Line line = role(grant)
                        .text((grant.grantable() ? " may now pass on " : " may no longer pass on ") + grant.privilege()
                                + " of " + kind + " ")
                        .code(name);
                said(
                        Sort.ACCESS,
                        kind,
                        name,
                        grant.privilege() + " for " + grant.grantee(),
                        granted(pair.before()),
                        granted(grant),
                        !grant.grantable(),
                        line);
            }
        }
    }

    private void access(String kind, String name, Grant grant, boolean given) {
        Line line = role(grant)
                .text((given ? " may now " : " may no longer ") + grant.privilege() + " " + kind + " ")
                .code(name);
        said(
                Sort.ACCESS,
                kind,
                name,
                grant.privilege() + " for " + grant.grantee(),
                given ? null : granted(grant),
                given ? granted(grant) : null,
                !given,
                line);
    }

    private static String granted(Grant grant) {
        return grant.grantable() ? "granted with grant option" : "granted";
    }

    private static Line role(Grant grant) {
        return grant.grantee().equals(Grant.EVERYBODY)
                ? Line.of("Everybody")
                : Line.empty().code(grant.grantee());
    }

    private static Line value(Line line, @Nullable String value) {
        return value == null || value.isEmpty() ? line.text(NONE) : line.code(value);
    }

    private static boolean isLong(String value) {
        return value.length() > LONGEST || value.indexOf('\n') >= 0;
    }

    private static String capital(String kind) {
        return Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
    }
}
