package dev.lockkeeper.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what two states have apart as a person would. */
final class Telling {
    /** A definition that is not longer is shown where the whole object is missing. */
    private static final int SHORT = 160;

    /** Fields that need no label: the object's kind says what they are. */
    private static final Set<String> PLAIN = Set.of(Change.DEFINITION, "description", "label", "value", "columns");

    /** What the server calls an object in pg_identify_object, where SQL has another word. */
    private static final Pattern COLUMN =
            Pattern.compile("^(table|view|materialized view|foreign table|composite type|index|sequence) column ");

    private Telling() {}

    static Difference of(Change change, @Nullable String fix) {
        List<String> was = new ArrayList<>();
        List<String> is = new ArrayList<>();
        for (String name : new TreeSet<>(change.names())) {
            Pair pair = values(name, change.was(name), change.is(name));
            String label = PLAIN.contains(name) ? "" : Words.field(name) + ": ";
            was.add(label + pair.before());
            is.add(label + pair.after());
        }
        return new Difference(
                object(change.any()),
                change.any().kind(),
                change.leftOver() ? null : change.missing() ? present(change.any()) : String.join(", ", was),
                change.lost() ? null : change.missing() ? present(change.any()) : String.join(", ", is),
                fix);
    }

    /** The name; a comment is on something that the server calls in a way of its own. */
    static String object(Thing thing) {
        if (!Set.of("pg_description", "pg_seclabel", "pg_init_privs").contains(thing.thing())) {
            return thing.object();
        }
        Matcher column = COLUMN.matcher(thing.object());
        return column.find()
                ? "column " + thing.object().substring(column.end())
                : thing.object()
                        .replaceFirst("^table constraint ", "constraint ")
                        .replaceFirst("^composite type ", "type ")
                        .replaceFirst("^statistics object ", "statistics ")
                        .replaceFirst("^foreign-data wrapper ", "foreign data wrapper ");
    }

    private static String present(Thing thing) {
        for (String name : List.of(Change.DEFINITION, "description", "label", "value")) {
            String value = thing.field(name);
            if (value != null && !thing.kind().endsWith("view")) {
                return value.length() <= SHORT && value.indexOf('\n') < 0
                        ? value
                        : name.equals(Change.DEFINITION) ? "present" : Excerpts.cut(value);
            }
        }
        return "present";
    }

    private record Pair(String before, String after) {}

    private static Pair values(String name, @Nullable String was, @Nullable String is) {
        if (name.equals(Thing.VERIFIER)) {
            return new Pair("set", "set to one that cannot be compared");
        }
        if (Words.hidden(name)) {
            return new Pair(was == null ? "none" : "set", is == null ? "none" : was == null ? "set" : "set to others");
        }
        if (name.equals("columns")) {
            return new Pair(String.join(", ", Changes.columns(was)), String.join(", ", Changes.columns(is)));
        }
        if (Words.isPrivileges(name)) {
            return new Pair(Privileges.apart(was, is), Privileges.apart(is, was));
        }
        String before = Words.value(name, was);
        String after = Words.value(name, is);
        if (was == null || is == null) {
            return new Pair(Excerpts.cut(before), Excerpts.cut(after));
        }
        return new Pair(Excerpts.apart(before, after), Excerpts.apart(after, before));
    }
}
