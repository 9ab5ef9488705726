package dev.lockkeeper.project;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiFunction;

/** Reads what a project file says under {@code types}. */
final class TypeReader {
    private TypeReader() {}

    /**
     * @param otherwise what is taken for what is not said
     * @param paths makes a path of the text of a key
     */
    static TypeSettings read(YamlMap map, TypeSettings otherwise, BiFunction<YamlMap, String, Path> paths) {
        List<String> targets = map.list("targets");
        for (String target : targets) {
            if (!TypeSettings.TARGETS.contains(target)) {
                map.reportValue(
                        "targets",
                        target + " is not a language of types",
                        "known are " + String.join(", ", TypeSettings.TARGETS));
            }
        }
        String npm = map.text("npm-package").orElse(otherwise.npmPackage());
        if (!TypeSettings.isNpmPackage(npm)) {
            map.reportValue(
                    "npm-package", npm + " is not a name of a package for npm", "write it as NAME or @SCOPE/NAME");
        }
        String java = map.text("java-package").orElse(otherwise.javaPackage());
        if (!TypeSettings.isJavaPackage(java)) {
            map.reportValue("java-package", java + " is not a package of Java", "write it as org.example.shop");
        }
        TypeSettings read = new TypeSettings(
                map.has("folder") ? paths.apply(map, "folder") : otherwise.folder(),
                targets.isEmpty() ? otherwise.targets() : targets,
                map.word("profile", TypeSettings.PROFILES).orElse(otherwise.profile()),
                npm,
                java,
                new HashSet<>(map.list("exclude")),
                map.list("as-role"));
        map.finish();
        return read;
    }
}
