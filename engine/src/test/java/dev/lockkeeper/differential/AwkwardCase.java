package dev.lockkeeper.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Migrations that run one after the other in a database of their own.
 *
 * @param title unique
 */
record AwkwardCase(String title, Login login, Place place, List<List<Fragment>> scripts) {
    AwkwardCase {
        scripts = List.copyOf(scripts);
    }

    /** The text of each script. */
    List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (int script = 0; script < scripts.size(); script++) {
            StringBuilder text = new StringBuilder();
            if (login == Login.NO_INHERIT) {
                text.append("set role dl_owner;\n");
            }
            for (int i = 0; i < scripts.get(script).size(); i++) {
                Fragment fragment = scripts.get(script).get(i);
                if (fragment.is("alone")) {
                    text.setLength(0);
                }
                text.append(fragment.text(10 * (script + 1) + i));
            }
            texts.add(text.toString());
        }
        return texts;
    }

    /** Whether a script is to run in one transaction. */
    boolean isTransaction(int script) {
        return scripts.get(script).stream().noneMatch(f -> f.isOutside() || f.is("own"));
    }

    boolean isShared() {
        return place.isShared() || fragments().stream().anyMatch(f -> f.is("shared"));
    }

    List<Fragment> fragments() {
        return scripts.stream().flatMap(List::stream).toList();
    }

    /** The causes of faults that the case is after. */
    String roots() {
        return fragments().stream()
                .filter(f -> f.kind() != Fragment.Kind.PROBE)
                .flatMap(f -> List.of(f.roots().split(" ", -1)).stream())
                .filter(root -> root.startsWith("R"))
                .collect(Collectors.collectingAndThen(
                        Collectors.toCollection(TreeSet::new), roots -> String.join(" ", roots)));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(title + "\nlogin " + login + ", place " + place + "\n");
        List<String> texts = texts();
        for (int i = 0; i < texts.size(); i++) {
            text.append("----- script ")
                    .append(i + 1)
                    .append(isTransaction(i) ? ", in one transaction\n" : ", statement by statement\n")
                    .append(texts.get(i).replace("\r", "{cr}"));
        }
        return text.toString();
    }
}
